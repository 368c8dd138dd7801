import type { User } from '@relaychat/client'
import { useClient } from '@relaychat/client/react'
import { useState } from 'react'
import { describeError, t } from '../../strings'
import { Button } from '../../ui/button'

/** Takes a block back. */
export function Unblock({ user }: { user: User }) {
  const client = useClient()
  const [isBusy, setIsBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  const unblock = async () => {
    setIsBusy(true)
    setProblem(undefined)
    await client.people.unblock(user.id).catch(error => setProblem(describeError(error)))
    setIsBusy(false)
  }
  return (
    <>
      <Button
        look="quiet"
        isBusy={isBusy}
        onClick={unblock}
        aria-label={t.blocks.unblockOf(user.name)}
        className="px-3 text-sm"
      >
        {t.blocks.unblock}
      </Button>
      <span role="alert" className="text-sm text-danger empty:hidden">
        {problem}
      </span>
    </>
  )
}
