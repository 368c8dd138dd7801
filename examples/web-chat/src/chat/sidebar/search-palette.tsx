import { Dialog } from '@base-ui/react/dialog'
import type { SearchHit } from '@relaychat/client'
import { useChats, useClient, useMe } from '@relaychat/client/react'
import { Search } from 'lucide-react'
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { useLocation } from 'wouter'
import { rowLabel } from '../../format/dates'
import { t } from '../../strings'
import { Avatar } from '../../ui/avatar'
import { cx } from '../../ui/class-names'
import { announce } from '../../ui/live-region'
import { requestJump } from '../conversation/jumps'
import { HitText } from '../search/hit-text'
import { useHits } from '../search/use-hits'
import { matchRange, type SearchResult, searchResults } from './search'
import { usePeople } from './use-people'

/** A single letter is in nearly every message. */
const messageQueryMin = 2

/** Ctrl+K: any chat, person or message in a few letters. */
export function SearchPalette({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const field = useRef<HTMLInputElement>(null)
  return (
    <Dialog.Root open={isOpen} onOpenChange={open => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-black/55 backdrop-blur-[3px] transition-opacity duration-150 data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <Dialog.Popup
          initialFocus={field}
          className="fixed top-[max(1rem,12dvh)] left-1/2 z-50 flex max-h-[70dvh] w-[min(36rem,calc(100vw-2rem))] -translate-x-1/2 flex-col overflow-hidden rounded-3xl bg-overlay shadow-float transition duration-150 data-ending-style:scale-98 data-ending-style:opacity-0 data-starting-style:scale-98 data-starting-style:opacity-0"
        >
          <Dialog.Title className="sr-only">{t.palette.heading}</Dialog.Title>
          <Palette field={field} onClose={onClose} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function Palette({
  field,
  onClose,
}: {
  field: React.RefObject<HTMLInputElement | null>
  onClose: () => void
}) {
  const id = useId()
  const client = useClient()
  const me = useMe()
  const { items } = useChats()
  const [, navigate] = useLocation()
  const [query, setQuery] = useState('')
  const [active, setActive] = useState(0)
  const wanted = query.trim()
  const { people, status } = usePeople(wanted)
  const named = searchResults(items, people, wanted, me?.id)
  const hits = useHits(wanted.length < messageQueryMin ? undefined : { query: wanted })
  const count = named.length + hits.items.length
  const at = Math.min(active, count - 1)
  const isReady = status === 'ready' && hits.status !== 'loading'
  const isNothing = count === 0 && isReady && wanted !== ''

  useEffect(() => {
    if (wanted !== '' && isReady) {
      announce(count === 0 ? t.palette.none(wanted) : t.palette.results(count))
    }
  }, [wanted, isReady, count])

  const open = async (result: SearchResult) => {
    onClose()
    if (result.kind === 'chat') return navigate(`/chat/${result.id}`)
    try {
      navigate(`/chat/${await client.chats.openDirect(result.id)}`)
    } catch {
      // The list of people says what is wrong when it is asked.
      navigate('/people')
    }
  }

  const openHit = ({ message }: SearchHit) => {
    onClose()
    if (message.seq !== undefined) {
      requestJump(message.chatId, { messageId: message.id, seq: message.seq })
    }
    navigate(`/chat/${message.chatId}`)
  }

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      const step = event.key === 'ArrowDown' ? 1 : -1
      setActive((at + step + count) % Math.max(1, count))
    } else if (event.key === 'Enter') {
      event.preventDefault()
      const result = named[at]
      const hit = hits.items[at - named.length]
      if (result !== undefined) void open(result)
      else if (hit !== undefined) openHit(hit)
    }
  }

  return (
    <>
      <div className="flex items-center gap-3 border-b border-line px-5">
        <Search aria-hidden className="size-5 shrink-0 text-muted" />
        <input
          ref={field}
          role="combobox"
          aria-expanded={count > 0}
          aria-controls={`${id}-list`}
          aria-activedescendant={count > 0 ? `${id}-${at}` : undefined}
          aria-autocomplete="list"
          aria-label={t.palette.field}
          placeholder={t.palette.field}
          value={query}
          autoComplete="off"
          spellCheck={false}
          onChange={event => {
            setQuery(event.target.value)
            setActive(0)
          }}
          onKeyDown={onKeyDown}
          className="h-15 min-w-0 flex-1 bg-transparent text-base outline-none placeholder:text-muted"
        />
        <kbd
          aria-hidden
          className="hidden rounded-md border border-line px-1.5 py-0.5 font-sans text-xs text-muted md:inline"
        >
          Esc
        </kbd>
      </div>
      {isNothing ? (
        <p className="px-5 py-10 text-center text-muted">{t.palette.none(wanted)}</p>
      ) : (
        <div
          id={`${id}-list`}
          role="listbox"
          aria-label={t.palette.heading}
          className="min-h-0 overflow-y-auto p-2"
        >
          {named.map((result, index) => (
            <Option
              key={`${result.kind}-${result.id}`}
              id={`${id}-${index}`}
              isActive={index === at}
              onPick={() => open(result)}
              onHover={() => setActive(index)}
            >
              <Named result={result} query={wanted} />
            </Option>
          ))}
          {hits.items.map((hit, index) => (
            <Option
              key={hit.message.id}
              id={`${id}-${named.length + index}`}
              isActive={named.length + index === at}
              onPick={() => openHit(hit)}
              onHover={() => setActive(named.length + index)}
            >
              <Found hit={hit} />
            </Option>
          ))}
          {hits.isLocal && <p className="px-3 py-2 text-xs text-muted">{t.search.local}</p>}
        </div>
      )}
      <p className="border-t border-line px-5 py-3 text-xs text-muted">{t.palette.hint}</p>
    </>
  )
}

function Option({
  id,
  isActive,
  onPick,
  onHover,
  children,
}: {
  id: string
  isActive: boolean
  onPick: () => void
  onHover: () => void
  children: ReactNode
}) {
  const row = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (isActive) row.current?.scrollIntoView({ block: 'nearest' })
  }, [isActive])
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the field, see aria-activedescendant
    // biome-ignore lint/a11y/useKeyWithClickEvents: as above, the field takes the keys
    <div
      ref={row}
      id={id}
      role="option"
      aria-selected={isActive}
      onClick={onPick}
      onMouseMove={onHover}
      className={cx(
        'flex min-h-13 cursor-pointer items-center gap-3 rounded-2xl px-3',
        isActive && 'bg-selected',
      )}
    >
      {children}
    </div>
  )
}

/** A chat or a person. */
function Named({ result, query }: { result: SearchResult; query: string }) {
  const [from, to] = matchRange(result.name, query) ?? [0, 0]
  return (
    <>
      <Avatar id={result.avatarId} name={result.name} url={result.avatarUrl} size={36} />
      <span dir="auto" className="name min-w-0 flex-1 font-medium">
        {result.name.slice(0, from)}
        <mark className="rounded-sm bg-transparent text-accent-text underline decoration-2 underline-offset-4">
          {result.name.slice(from, to)}
        </mark>
        {result.name.slice(to)}
      </span>
      <span aria-hidden className="text-xs text-soft">
        {result.kind === 'chat' ? t.palette.chats : t.palette.people}
      </span>
    </>
  )
}

/** A message, with the chat it is in. */
function Found({ hit }: { hit: SearchHit }) {
  const { message, chat } = hit
  const { sender, sentAt } = message
  const title = chat?.title ?? sender.name
  return (
    <>
      <Avatar
        id={chat?.peer?.id ?? chat?.id ?? sender.id}
        name={title}
        url={chat === undefined ? sender.avatarUrl : chat.avatarUrl}
        size={36}
      />
      <span className="flex min-w-0 flex-1 flex-col py-1.5">
        <span className="flex items-baseline gap-2">
          <span dir="auto" className="name min-w-0 flex-1 text-sm font-medium">
            {title}
          </span>
          <time dateTime={new Date(sentAt).toISOString()} className="text-xs text-soft">
            {rowLabel(sentAt, Math.max(Date.now(), sentAt))}
          </time>
        </span>
        <span dir="auto" className="line-clamp-2 text-sm text-soft wrap-anywhere">
          {chat?.kind === 'group' && <bdi>{sender.name}: </bdi>}
          <HitText hit={hit} />
        </span>
      </span>
    </>
  )
}
