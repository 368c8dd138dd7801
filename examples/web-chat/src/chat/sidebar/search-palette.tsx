import { Dialog } from '@base-ui/react/dialog'
import { useChats, useClient, useMe } from '@relaychat/client/react'
import { Search } from 'lucide-react'
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import { useLocation } from 'wouter'
import { t } from '../../strings'
import { Avatar } from '../../ui/avatar'
import { cx } from '../../ui/class-names'
import { announce } from '../../ui/live-region'
import { matchRange, type SearchResult, searchResults } from './search'
import { usePeople } from './use-people'

/** Ctrl+K: any chat or person in a few letters. */
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
  const results = searchResults(items, people, wanted, me?.id)
  const at = Math.min(active, results.length - 1)
  const isNothing = results.length === 0 && status === 'ready' && wanted !== ''

  useEffect(() => {
    if (wanted !== '' && status === 'ready') {
      announce(results.length === 0 ? t.palette.none(wanted) : t.palette.results(results.length))
    }
  }, [wanted, status, results.length])

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

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      const step = event.key === 'ArrowDown' ? 1 : -1
      setActive((at + step + results.length) % Math.max(1, results.length))
    } else if (event.key === 'Enter') {
      event.preventDefault()
      const result = results[at]
      if (result !== undefined) void open(result)
    }
  }

  return (
    <>
      <div className="flex items-center gap-3 border-b border-line px-5">
        <Search aria-hidden className="size-5 shrink-0 text-muted" />
        <input
          ref={field}
          role="combobox"
          aria-expanded={results.length > 0}
          aria-controls={`${id}-list`}
          aria-activedescendant={results.length > 0 ? `${id}-${at}` : undefined}
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
          {results.map((result, index) => (
            <Option
              key={`${result.kind}-${result.id}`}
              id={`${id}-${index}`}
              result={result}
              query={wanted}
              isActive={index === at}
              onPick={() => open(result)}
              onHover={() => setActive(index)}
            />
          ))}
        </div>
      )}
      <p className="border-t border-line px-5 py-3 text-xs text-muted">{t.palette.hint}</p>
    </>
  )
}

function Option({
  id,
  result,
  query,
  isActive,
  onPick,
  onHover,
}: {
  id: string
  result: SearchResult
  query: string
  isActive: boolean
  onPick: () => void
  onHover: () => void
}) {
  const row = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (isActive) row.current?.scrollIntoView({ block: 'nearest' })
  }, [isActive])
  const [from, to] = matchRange(result.name, query) ?? [0, 0]
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
    </div>
  )
}
