import type { Message } from '@relaychat/client'
import { useClient, useMe } from '@relaychat/client/react'
import { PinOff } from 'lucide-react'
import { useRef } from 'react'
import { rowLabel } from '../../format/dates'
import { t } from '../../strings'
import { IconButton } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { announce } from '../../ui/live-region'
import { useMessageActions } from '../conversation/actions'
import { useLast } from '../conversation/use-last'
import { lineOf } from '../message-text'

/** Everything that is pinned, to go to and to unpin. */
export function PinsDialog({
  chatId,
  pinned,
  isOpen,
  onClose,
}: {
  chatId: string
  pinned: readonly Message[]
  isOpen: boolean
  onClose: () => void
}) {
  const { goTo, rightsOn } = useMessageActions()
  const chat = useClient().chat(chatId)
  const list = useRef<HTMLUListElement>(null)
  // What is shown while it closes is what was there.
  const shown = useLast(isOpen ? pinned : undefined) ?? []
  const unpin = (message: Message) => {
    chat.unpin(message.id)
    announce(t.pins.unpinned)
    // The button is gone with its message.
    list.current?.focus()
  }
  return (
    <Dialog isOpen={isOpen} onClose={onClose} heading={t.pins.heading}>
      <ul
        ref={list}
        tabIndex={-1}
        aria-label={t.pins.heading}
        className="-mx-3 flex flex-col gap-0.5 outline-none"
      >
        {shown.map(message => (
          <li key={message.id} className="flex items-center rounded-2xl hover:bg-hover">
            <Entry
              message={message}
              onGo={seq => {
                onClose()
                goTo({ messageId: message.id, seq })
              }}
            />
            {rightsOn(message).pin && (
              <IconButton
                label={t.pins.unpinOf(lineOf(message))}
                title={t.pins.unpin}
                onClick={() => unpin(message)}
              >
                <PinOff aria-hidden />
              </IconButton>
            )}
          </li>
        ))}
      </ul>
    </Dialog>
  )
}

function Entry({ message, onGo }: { message: Message; onGo: (seq: number) => void }) {
  const me = useMe()
  const { sender, seq, sentAt } = message
  return (
    <button
      type="button"
      onClick={() => seq !== undefined && onGo(seq)}
      className="flex min-h-14 min-w-0 flex-1 flex-col items-start justify-center rounded-2xl px-3 text-start"
    >
      <span className="flex w-full items-baseline gap-2">
        <span dir="auto" className="name min-w-0 flex-1 text-sm font-medium">
          {sender.id === me?.id ? t.message.you : sender.name}
        </span>
        <time
          dateTime={new Date(sentAt).toISOString()}
          className="shrink-0 text-xs text-muted tabular-nums"
        >
          {rowLabel(sentAt, Date.now())}
        </time>
      </span>
      <span dir="auto" className="line-clamp-2 max-w-full text-sm wrap-anywhere text-soft">
        {lineOf(message)}
      </span>
    </button>
  )
}
