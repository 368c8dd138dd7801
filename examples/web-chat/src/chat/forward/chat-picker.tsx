import type { ChatSummary } from '@relaychat/client'
import { useState } from 'react'
import { t } from '../../strings'
import { Button } from '../../ui/button'
import { PickRow } from '../../ui/pick-row'
import { matchRange } from '../sidebar/search'

/** Chats to tick. Whichever was ticked stays so while one looks for others. */
export function ChatPicker({
  chats,
  picked,
  isFull,
  onMore,
  onToggle,
}: {
  chats: readonly ChatSummary[]
  picked: ReadonlySet<string>
  /** No more may be ticked. */
  isFull: boolean
  /** Nothing where all are shown. */
  onMore: (() => void) | undefined
  onToggle: (chatId: string) => void
}) {
  const [query, setQuery] = useState('')
  const sought = query.trim()
  const found = chats.filter(({ title }) => sought === '' || matchRange(title, sought))
  return (
    <fieldset className="flex flex-col gap-1.5">
      <legend className="sr-only">{t.sidebar.chats}</legend>
      <input
        type="search"
        value={query}
        onChange={event => setQuery(event.target.value)}
        // Enter looks, it does not send.
        onKeyDown={event => event.key === 'Enter' && event.preventDefault()}
        aria-label={t.forward.find}
        placeholder={t.forward.find}
        className="h-11 w-full appearance-none rounded-xl border border-line bg-canvas px-4 text-base outline-offset-[-1px] placeholder:text-muted md:text-sm"
      />
      <div className="-mx-2 h-56 overflow-y-auto overscroll-contain px-1 py-1">
        {found.length === 0 && (
          <p className="grid h-full place-items-center text-sm text-muted">{t.forward.none}</p>
        )}
        {found.map(({ id, peer, title, avatarUrl }) => (
          <PickRow
            key={id}
            avatarId={peer?.id ?? id}
            name={title}
            avatarUrl={avatarUrl}
            isPicked={picked.has(id)}
            isDisabled={isFull && !picked.has(id)}
            onToggle={() => onToggle(id)}
          />
        ))}
        {onMore !== undefined && (
          <Button look="quiet" onClick={onMore} className="w-full">
            {t.sidebar.more}
          </Button>
        )}
      </div>
      {isFull && (
        <p role="status" className="text-xs text-muted">
          {t.forward.full(picked.size)}
        </p>
      )}
    </fieldset>
  )
}
