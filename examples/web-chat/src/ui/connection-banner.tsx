import type { ConnectionState } from '@relaychat/client'
import { useClient, useConnection } from '@relaychat/client/react'
import { CloudOff, WifiOff } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useNow } from '../platform/clock'
import { t } from '../strings'

/** A hiccup shorter than this is nobody's business. */
const graceMs = 1_000

/** Says that the connection is lost, when it will be tried again, and offers to try now. */
export function ConnectionBanner() {
  const connection = useConnection()
  const isLost = connection.status === 'reconnecting' || connection.status === 'offline'
  const [isShown, setIsShown] = useState(false)

  useEffect(() => {
    if (!isLost) return setIsShown(false)
    const timer = setTimeout(() => setIsShown(true), graceMs)
    return () => clearTimeout(timer)
  }, [isLost])

  return (
    <div
      role="status"
      aria-label={t.connection.label}
      className="pointer-events-none fixed inset-x-0 top-[4.75rem] z-30 flex justify-center px-4"
    >
      {isShown && isLost && <Banner connection={connection} />}
    </div>
  )
}

function Banner({ connection }: { connection: ConnectionState }) {
  const client = useClient()
  const isOffline = connection.status === 'offline'
  return (
    <div className="pointer-events-auto flex animate-rise items-center gap-2.5 rounded-full bg-warn-soft py-1 ps-4 pe-1.5 text-sm text-warn-ink shadow-float">
      {isOffline ? (
        <WifiOff aria-hidden className="size-4 shrink-0" />
      ) : (
        <CloudOff aria-hidden className="size-4 shrink-0" />
      )}
      <span className={isOffline ? 'py-2 pe-3' : 'whitespace-nowrap'}>
        {isOffline ? t.connection.offline : t.connection.reconnecting}
      </span>
      {connection.status === 'reconnecting' && (
        <>
          <Countdown retryAt={connection.retryAt} />
          <button
            type="button"
            onClick={() => client.reconnectNow()}
            className="min-h-11 rounded-full px-3 font-semibold whitespace-nowrap underline-offset-4 hover:underline sm:min-h-9"
          >
            {t.connection.retryNow}
          </button>
        </>
      )}
    </div>
  )
}

/** Changes every second, so it is kept out of what is spoken. */
function Countdown({ retryAt }: { retryAt: number }) {
  const now = useNow(250)
  const seconds = Math.ceil((retryAt - now) / 1000)
  return (
    <span aria-hidden className="whitespace-nowrap tabular-nums opacity-85">
      {seconds > 0 ? t.connection.retryIn(seconds) : t.connection.retryingNow}
    </span>
  )
}
