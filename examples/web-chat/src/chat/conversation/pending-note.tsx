import type { Message } from '@relaychat/client'
import { useClient } from '@relaychat/client/react'
import { describeError, t } from '../../strings'
import { Button } from '../../ui/button'

/** Why a change of a message was refused, and what can be done. It stands as the server has it. */
export function PendingNote({ chatId, message }: { chatId: string; message: Message }) {
  const chat = useClient().chat(chatId)
  const { pending } = message
  if (pending?.error === undefined) return null
  return (
    <div className="mt-1 flex flex-wrap items-center justify-end gap-x-1 text-sm text-danger">
      <span role="alert" className="px-1">
        {t.message.notChanged[pending.kind]}: {describeError(pending.error)}
      </span>
      <span className="flex">
        <Button look="quiet" onClick={() => chat.retry(message.id)} className="px-3 text-sm">
          {t.retry}
        </Button>
        <Button look="danger" onClick={() => chat.cancel(message.id)} className="px-3 text-sm">
          {t.message.discard}
        </Button>
      </span>
    </div>
  )
}
