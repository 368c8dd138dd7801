import type { Message } from '@relaychat/client'
import { usePinned } from '@relaychat/client/react'
import { List, Pin } from 'lucide-react'
import { useState } from 'react'
import { t } from '../../strings'
import { IconButton } from '../../ui/button'
import { useMessageActions } from '../conversation/actions'
import { lineOf } from '../message-text'
import { PinsDialog } from './pins-dialog'

/** What is pinned, in a line below the head; nothing where nothing is. */
export function PinnedBar({ chatId }: { chatId: string }) {
  const pinned = usePinned(chatId) ?? []
  const [isOpen, setIsOpen] = useState(false)
  const [newest] = pinned
  return (
    <>
      {newest !== undefined && (
        // A new one is shown, wherever one was among the others.
        <Bar key={newest.id} pinned={pinned} onList={() => setIsOpen(true)} />
      )}
      <PinsDialog
        chatId={chatId}
        pinned={pinned}
        isOpen={isOpen && newest !== undefined}
        onClose={() => setIsOpen(false)}
      />
    </>
  )
}

/** A press goes to the message that is named, and names the next older one. */
function Bar({ pinned, onList }: { pinned: readonly Message[]; onList: () => void }) {
  const { goTo } = useMessageActions()
  const [at, setAt] = useState(0)
  const place = at % pinned.length
  const message = pinned[place]
  if (message === undefined) return null
  const go = () => {
    if (message.seq === undefined) return
    goTo({ messageId: message.id, seq: message.seq })
    setAt(place + 1)
  }
  return (
    <section
      aria-label={t.pins.heading}
      className="flex items-center border-b border-line bg-panel pe-2 md:pe-5"
    >
      <button
        type="button"
        onClick={go}
        className="flex min-h-13 min-w-0 flex-1 items-center gap-3 px-4 text-start outline-offset-[-2px] transition-colors hover:bg-hover md:ps-7"
      >
        <Pin aria-hidden className="size-4.5 shrink-0 rotate-45 text-accent-text" />
        <span className="flex min-w-0 flex-1 flex-col">
          <span className="truncate text-xs font-semibold text-accent-text">
            {pinned.length === 1 ? t.pins.one : t.pins.place(place + 1, pinned.length)}
          </span>
          <span dir="auto" className="name text-sm text-soft">
            {lineOf(message)}
          </span>
        </span>
      </button>
      <IconButton label={t.pins.all(pinned.length)} onClick={onList}>
        <List aria-hidden />
      </IconButton>
    </section>
  )
}
