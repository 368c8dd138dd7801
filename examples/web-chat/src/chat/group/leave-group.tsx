import type { ChatSummary } from '@relaychat/client'
import { useClient } from '@relaychat/client/react'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { describeError, t } from '../../strings'
import { Button } from '../../ui/button'

/** Asks once more, for there is no way back but to be added again. */
export function LeaveGroup({ chat }: { chat: ChatSummary }) {
  const handle = useClient().chat(chat.id)
  const [, navigate] = useLocation()
  const [isAsking, setIsAsking] = useState(false)
  const [isBusy, setIsBusy] = useState(false)
  const [problem, setProblem] = useState<string>()

  const leave = async () => {
    setIsBusy(true)
    try {
      await handle.leave()
      navigate('/', { replace: true })
    } catch (error) {
      setProblem(describeError(error))
      setIsBusy(false)
    }
  }

  if (!isAsking) {
    return (
      <Button look="danger" className="-ms-4 self-start" onClick={() => setIsAsking(true)}>
        {t.group.leave}
      </Button>
    )
  }
  return (
    <section
      ref={section => section?.scrollIntoView({ block: 'nearest' })}
      className="flex flex-col gap-3 rounded-2xl border border-line p-4"
    >
      <p dir="auto" className="text-sm wrap-anywhere">
        {t.group.leaveSure(chat.title)}
      </p>
      <div role="alert" className="text-sm text-danger empty:hidden">
        {problem}
      </div>
      <div className="flex gap-2">
        <Button look="plain" onClick={() => setIsAsking(false)}>
          {t.cancel}
        </Button>
        <Button look="danger" isBusy={isBusy} onClick={leave}>
          {t.group.leave}
        </Button>
      </div>
    </section>
  )
}
