import type { ChatSummary, SearchHit } from '@relaychat/client'
import { useMe } from '@relaychat/client/react'
import { Search, X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { rowLabel } from '../../format/dates'
import { useToday } from '../../platform/clock'
import { useIsWide } from '../../platform/media'
import { t } from '../../strings'
import { Avatar } from '../../ui/avatar'
import { Button, IconButton } from '../../ui/button'
import { announce } from '../../ui/live-region'
import { RowSkeletons } from '../../ui/skeletons'
import { useMessageActions } from '../conversation/actions'
import { type FilterState, Filters, noFilters, optionsOf } from './filters'
import { HitText } from './hit-text'
import { useHits } from './use-hits'

/** Beside the messages of a chat, or over them on a phone: finding one of them. */
export function SearchPanel({ chat, onClose }: { chat: ChatSummary; onClose: () => void }) {
  const field = useRef<HTMLInputElement>(null)
  const [query, setQuery] = useState('')
  const [filters, setFilters] = useState<FilterState>(noFilters)
  const wanted = query.trim()
  const hits = useHits(
    // Filters narrow words down; without a word there is nothing to find.
    wanted !== '' ? { query: wanted, chatId: chat.id, ...optionsOf(filters) } : undefined,
  )
  const { goTo } = useMessageActions()
  const isWide = useIsWide()

  useEffect(() => field.current?.focus(), [])
  const count = hits.items.length
  useEffect(() => {
    if (hits.status === 'ready') announce(count === 0 ? t.search.none : t.palette.results(count))
  }, [hits.status, count])

  const open = ({ message }: SearchHit) => {
    if (message.seq === undefined) return
    if (!isWide) onClose()
    goTo({ messageId: message.id, seq: message.seq })
  }

  return (
    // biome-ignore lint/a11y/useSemanticElements: `search` is not in every browser's tree yet
    <section
      role="search"
      aria-label={t.chat.search}
      onKeyDown={event => {
        if (event.key === 'Escape') onClose()
      }}
      className="absolute inset-0 z-30 flex animate-rise flex-col bg-panel pt-[env(safe-area-inset-top)] md:start-auto md:w-88 md:border-s md:border-line max-lg:md:shadow-float"
    >
      <div className="flex h-16 shrink-0 items-center gap-1 border-b border-line ps-4 pe-2">
        <Search aria-hidden className="size-5 shrink-0 text-muted" />
        <input
          ref={field}
          type="search"
          value={query}
          aria-label={t.chat.search}
          placeholder={t.chat.search}
          autoComplete="off"
          spellCheck={false}
          onChange={event => setQuery(event.target.value)}
          className="h-12 min-w-0 flex-1 appearance-none bg-transparent px-2 text-base outline-none placeholder:text-muted"
        />
        <IconButton label={t.close} onClick={onClose}>
          <X aria-hidden />
        </IconButton>
      </div>
      <Filters chat={chat} filters={filters} onChange={setFilters} />
      <Results hits={hits} chat={chat} onOpen={open} />
    </section>
  )
}

function Results({
  hits,
  chat,
  onOpen,
}: {
  hits: ReturnType<typeof useHits>
  chat: ChatSummary
  onOpen: (hit: SearchHit) => void
}) {
  const { items, status, isLocal, more } = hits
  if (status === 'idle') return <Note words={t.search.hint(chat.title)} />
  if (status === 'failed') return <Note words={t.search.failed} isAlert />
  if (status === 'loading' && items.length === 0) return <RowSkeletons />
  return (
    <div className="min-h-0 flex-1 overflow-y-auto overscroll-contain p-2">
      {isLocal && <p className="px-3 py-2 text-xs text-muted">{t.search.local}</p>}
      {items.length === 0 && more === undefined && <Note words={t.search.none} />}
      {items.length > 0 && (
        <ul aria-label={t.search.messages} className="flex flex-col">
          {items.map(hit => (
            <li key={hit.message.id}>
              <HitRow hit={hit} onOpen={() => onOpen(hit)} />
            </li>
          ))}
        </ul>
      )}
      {more !== undefined && (
        <Button look="quiet" onClick={more} isBusy={status === 'loading'} className="mt-1 w-full">
          {t.sidebar.more}
        </Button>
      )}
    </div>
  )
}

function HitRow({ hit, onOpen }: { hit: SearchHit; onOpen: () => void }) {
  const me = useMe()
  const today = useToday()
  const { sender, sentAt } = hit.message
  return (
    <button
      type="button"
      onClick={onOpen}
      className="flex w-full items-start gap-3 rounded-2xl px-2.5 py-2.5 text-start outline-offset-[-2px] transition-colors hover:bg-hover"
    >
      <Avatar id={sender.id} name={sender.name} url={sender.avatarUrl} size={36} />
      <span className="flex min-w-0 flex-1 flex-col">
        <span className="flex items-baseline gap-2">
          <span dir="auto" className="name min-w-0 flex-1 text-sm font-semibold">
            {sender.id === me?.id ? t.message.you : sender.name}
          </span>
          <time
            dateTime={new Date(sentAt).toISOString()}
            className="text-xs text-muted tabular-nums"
          >
            {rowLabel(sentAt, Math.max(today, sentAt))}
          </time>
        </span>
        <span dir="auto" className="line-clamp-3 text-sm text-soft wrap-anywhere">
          <HitText hit={hit} />
        </span>
      </span>
    </button>
  )
}

function Note({ words, isAlert = false }: { words: string; isAlert?: boolean }) {
  return (
    <p
      role={isAlert ? 'alert' : undefined}
      className="px-6 py-10 text-center text-sm text-balance text-muted"
    >
      {words}
    </p>
  )
}
