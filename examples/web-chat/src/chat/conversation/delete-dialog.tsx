import type { Chat, Message } from '@relaychat/client'
import { useClient } from '@relaychat/client/react'
import { useRef } from 'react'
import { t } from '../../strings'
import { Button } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { lineOf } from '../message-text'
import { useLast } from './use-last'

/** One that the server does not have is taken back. */
function remove(chat: Chat, message: Message): void {
  if (message.seq === undefined) chat.cancel(message.id)
  else chat.delete(message.id)
}

/** Deleting cannot be taken back, so it is asked about. */
export function DeleteDialog({
  message,
  chatId,
  onClose,
}: {
  /** Nothing while it is closed. */
  message: Message | undefined
  chatId: string
  onClose: () => void
}) {
  const chat = useClient().chat(chatId)
  const confirm = useRef<HTMLButtonElement>(null)
  const shown = useLast(message)
  return (
    <Dialog
      isOpen={message !== undefined}
      onClose={onClose}
      heading={t.actions.deleteHeading}
      lead={t.actions.deleteLead}
      initialFocus={confirm}
    >
      {shown !== undefined && (
        <p dir="auto" className="line-clamp-3 rounded-2xl bg-hover px-4 py-3 text-sm wrap-anywhere">
          {lineOf(shown)}
        </p>
      )}
      <div className="mt-5 flex justify-end gap-2">
        <Button look="plain" onClick={onClose}>
          {t.cancel}
        </Button>
        <Button
          ref={confirm}
          look="danger"
          className="bg-danger-soft"
          onClick={() => {
            if (message !== undefined) remove(chat, message)
            onClose()
          }}
        >
          {t.delete}
        </Button>
      </div>
    </Dialog>
  )
}
