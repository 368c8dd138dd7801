import { useEffect, useState } from 'react'
import { t } from '../strings'
import { Button } from '../ui/button'
import { announce } from '../ui/live-region'
import { isSpokenSecond, secondsLeft } from './pending-login'

/** Counts down to an absolute time, so that neither a reload nor a sleeping laptop cheats it. */
export function ResendButton({
  resendAt,
  onResend,
}: {
  resendAt: number
  onResend: () => Promise<void>
}) {
  const [seconds, setSeconds] = useState(() => secondsLeft(resendAt, Date.now()))
  const [isBusy, setIsBusy] = useState(false)

  useEffect(() => {
    const tick = () => setSeconds(secondsLeft(resendAt, Date.now()))
    tick()
    const timer = setInterval(tick, 250)
    return () => clearInterval(timer)
  }, [resendAt])

  useEffect(() => {
    if (isSpokenSecond(seconds)) {
      announce(seconds > 0 ? t.verify.resendAnnounce(seconds) : t.verify.resendReady)
    }
  }, [seconds])

  const resend = async () => {
    setIsBusy(true)
    await onResend()
    setIsBusy(false)
  }

  return (
    <Button
      look="quiet"
      isBusy={isBusy}
      disabled={seconds > 0}
      onClick={resend}
      className="-mx-2 px-2 text-sm tabular-nums"
    >
      {seconds > 0 ? t.verify.resendIn(seconds) : t.verify.resend}
    </Button>
  )
}
