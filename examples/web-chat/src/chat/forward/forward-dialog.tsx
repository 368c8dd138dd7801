import type { Message } from '@relaychat/client'
import { useChats, useClient } from '@relaychat/client/react'
import { type FormEvent, useState } from 'react'
import { useLocation } from 'wouter'
import { describeError, t } from '../../strings'
import { Button } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { announce } from '../../ui/live-region'
import { useLast } from '../conversation/use-last'
import { lineOf } from '../message-text'
import { ChatPicker } from './chat-picker'
import { forward, forwardMax } from './forward'

/** Where a message is to go on to. */
export function ForwardDialog({
  message,
  onClose,
}: {
  /** Nothing while it is closed. */
  message: Message | undefined
  onClose: () => void
}) {
  const shown = useLast(message)
  return (
    <Dialog isOpen={message !== undefined} onClose={onClose} heading={t.forward.heading}>
      {shown !== undefined && <Form key={shown.id} message={shown} onDone={onClose} />}
    </Dialog>
  )
}

function Form({ message, onDone }: { message: Message; onDone: () => void }) {
  const client = useClient()
  const { items, hasMore, loadMore } = useChats()
  const [, navigate] = useLocation()
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set())
  const [isBusy, setIsBusy] = useState(false)
  const [problem, setProblem] = useState<string>()

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (isBusy) return
    if (picked.size === 0) return setProblem(t.forward.nowhere)
    setIsBusy(true)
    try {
      await forward(client, message, picked)
    } catch (error) {
      setProblem(describeError(error))
      return setIsBusy(false)
    }
    announce(t.forward.done(picked.size))
    onDone()
    const [only] = picked
    if (picked.size === 1) navigate(`/chat/${only}`)
  }

  return (
    <form noValidate onSubmit={submit} className="flex flex-col gap-4">
      <p dir="auto" className="line-clamp-2 rounded-2xl bg-hover px-4 py-3 text-sm wrap-anywhere">
        {lineOf(message)}
      </p>
      <ChatPicker
        chats={items}
        picked={picked}
        isFull={picked.size >= forwardMax}
        onMore={hasMore ? loadMore : undefined}
        onToggle={chatId => {
          const next = new Set(picked)
          if (!next.delete(chatId)) next.add(chatId)
          setPicked(next)
          setProblem(undefined)
        }}
      />
      <div role="alert" className="text-sm text-danger empty:hidden">
        {problem}
      </div>
      <div className="flex justify-end gap-2">
        <Button look="plain" onClick={onDone}>
          {t.cancel}
        </Button>
        <Button type="submit" isBusy={isBusy}>
          {t.forward.send}
        </Button>
      </div>
    </form>
  )
}
