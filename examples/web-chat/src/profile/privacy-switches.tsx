import { useClient, useLimits, useMe } from '@relaychat/client/react'
import { useId, useState } from 'react'
import { describeError, t } from '../strings'
import { Button } from '../ui/button'
import { announce } from '../ui/live-region'

type Shown = 'showsReadReceipts' | 'showsLastSeen'

/** What others are told of the person, and the person of others: each on or off. */
export function PrivacySwitches() {
  // Where the host tells of nobody there is nothing to choose.
  const isTold = useLimits()?.readReceipts !== false
  return (
    <div className="flex flex-col gap-5">
      {isTold && <PrivacySwitch of="showsReadReceipts" />}
      <PrivacySwitch of="showsLastSeen" />
    </div>
  )
}

function PrivacySwitch({ of }: { of: Shown }) {
  const client = useClient()
  const me = useMe()
  const id = useId()
  const [isBusy, setIsBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  const words = t.privacy[of]
  const isOn = me?.[of] !== false

  const turn = async () => {
    setIsBusy(true)
    setProblem(undefined)
    try {
      await client.updateProfile(
        of === 'showsReadReceipts' ? { showsReadReceipts: !isOn } : { showsLastSeen: !isOn },
      )
      announce(isOn ? words.off : words.on)
    } catch (error) {
      setProblem(describeError(error))
    } finally {
      setIsBusy(false)
    }
  }

  return (
    <div className="flex flex-wrap items-center justify-between gap-3">
      <div className="min-w-0 flex-1 basis-56">
        <div id={id} className="text-sm font-medium">
          {words.name}
        </div>
        <p id={`${id}-lead`} className="mt-0.5 text-sm text-pretty text-soft">
          {isOn ? words.on : words.off}
        </p>
        {problem !== undefined && (
          <p role="alert" className="mt-1 text-sm text-danger">
            {problem}
          </p>
        )}
      </div>
      <Button
        look="plain"
        role="switch"
        aria-checked={isOn}
        aria-labelledby={id}
        aria-describedby={`${id}-lead`}
        isBusy={isBusy}
        onClick={turn}
      >
        {isOn ? t.notices.turnOff : t.notices.turnOn}
      </Button>
    </div>
  )
}
