import { useMe } from '@relaychat/client/react'
import { useEffect, useState } from 'react'
import { Route, Switch, useLocation } from 'wouter'
import { useIsWide } from '../platform/media'
import { ProfilePage } from '../profile/profile-page'
import { t } from '../strings'
import { cx } from '../ui/class-names'
import { BlockDialog } from './blocks/block-dialog'
import { Conversation } from './conversation/conversation'
import { forgetSounds } from './media/sound'
import { NothingPicked, UnknownPage } from './placeholders'
import { ReportDialog } from './reports/report-dialog'
import { SearchPalette } from './sidebar/search-palette'
import { Sidebar } from './sidebar/sidebar'
import { useNotices } from './use-notices'
import { useUnreadCount } from './use-unread-count'
import { WelcomeDialog } from './welcome-dialog'

/**
 * List and conversation: side by side on a wide screen, one over the other on a phone. The list
 * stays where it is underneath, so going back finds it at the same place.
 */
export function Shell() {
  const isWide = useIsWide()
  const [path] = useLocation()
  const [isSearching, setIsSearching] = useState(false)
  const isList = path === '/' || path === '/people'
  const isCovered = !isWide && !isList
  const unreadCount = useUnreadCount()
  useTitle(unreadCount)
  useNotices()
  useSearchKey(() => setIsSearching(true))
  useEffect(() => forgetSounds, [])

  return (
    <>
      <a
        href="#content"
        className="fixed start-2 top-2 z-50 -translate-y-20 rounded-xl bg-accent px-4 py-3 font-semibold text-accent-ink focus:translate-y-0"
      >
        {t.skipToContent}
      </a>
      <div className="relative flex h-dvh overflow-hidden bg-canvas">
        <div
          inert={isCovered}
          // Where the list is the whole screen, it is the content too.
          {...(!isWide && isList ? { id: 'content', role: 'main', tabIndex: -1 } : {})}
          className={cx(
            'h-full w-full shrink-0 md:w-[clamp(17.5rem,29vw,22.5rem)]',
            isCovered && 'invisible',
          )}
        >
          {!isWide && isList && <h1 className="sr-only">{t.product}</h1>}
          <Sidebar unreadCount={unreadCount} onSearch={() => setIsSearching(true)} />
        </div>
        {(isWide || !isList) && (
          <main
            id="content"
            tabIndex={-1}
            className="absolute inset-0 flex min-w-0 flex-1 flex-col bg-canvas outline-none md:static"
          >
            <Switch>
              <Route path="/chat/:id">{({ id }) => <Conversation key={id} id={id} />}</Route>
              <Route path="/profile" component={ProfilePage} />
              <Route path="/" component={NothingPicked} />
              <Route path="/people" component={NothingPicked} />
              <Route component={UnknownPage} />
            </Switch>
          </main>
        )}
      </div>
      <SearchPalette isOpen={isSearching} onClose={() => setIsSearching(false)} />
      <BlockDialog />
      <ReportDialog />
      <Welcome />
    </>
  )
}

/** Asks a new person for a name, once, and takes no for an answer. */
function Welcome() {
  const me = useMe()
  const [isDone, setIsDone] = useState(false)
  return <WelcomeDialog isOpen={me?.isNew === true && !isDone} onDone={() => setIsDone(true)} />
}

function useTitle(unreadCount: number) {
  useEffect(() => {
    document.title = t.title(unreadCount)
    return () => {
      document.title = t.title(0)
    }
  }, [unreadCount])
}

function useSearchKey(onSearch: () => void) {
  useEffect(() => {
    const listener = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return
      if (event.altKey || event.shiftKey) return
      event.preventDefault()
      onSearch()
    }
    window.addEventListener('keydown', listener)
    return () => window.removeEventListener('keydown', listener)
  })
}
