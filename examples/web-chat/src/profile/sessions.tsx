import type { Session } from '@relaychat/client'
import { useClient } from '@relaychat/client/react'
import { MonitorSmartphone } from 'lucide-react'
import { useCallback, useEffect, useState } from 'react'
import { ago } from '../format/dates'
import { useNow } from '../platform/clock'
import { describeError, t } from '../strings'
import { Button } from '../ui/button'

type Listing =
  | { readonly status: 'loading' }
  | { readonly status: 'failed' }
  | { readonly status: 'ready'; readonly sessions: readonly Session[] }

/** Where one is signed in. Other sessions can be ended from here; this one is ended by signing out. */
export function Sessions() {
  const client = useClient()
  const [listing, setListing] = useState<Listing>({ status: 'loading' })

  const load = useCallback(async () => {
    try {
      const sessions = await client.auth.listSessions()
      const isCurrentFirst = [...sessions].sort(
        (a, b) => Number(b.isCurrent) - Number(a.isCurrent) || b.lastUsedAt - a.lastUsedAt,
      )
      setListing({ status: 'ready', sessions: isCurrentFirst })
    } catch {
      setListing({ status: 'failed' })
    }
  }, [client])

  useEffect(() => {
    void load()
  }, [load])

  if (listing.status === 'loading') {
    return (
      <div
        role="status"
        aria-label={t.loading}
        className="h-14 animate-shimmer rounded-2xl bg-skeleton"
      />
    )
  }
  if (listing.status === 'failed') {
    return (
      <p className="flex items-center gap-3 text-sm text-muted">
        {t.profile.sessionsFailed}
        <Button look="quiet" onClick={load} className="text-sm">
          {t.tryAgain}
        </Button>
      </p>
    )
  }
  return (
    <ul aria-label={t.profile.sessions} className="flex flex-col gap-1">
      {listing.sessions.map(session => (
        <SessionRow key={session.id} session={session} onEnded={load} />
      ))}
    </ul>
  )
}

function SessionRow({ session, onEnded }: { session: Session; onEnded: () => Promise<void> }) {
  const client = useClient()
  const now = useNow(60_000)
  const [isBusy, setIsBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  // The client's "Firefox on Linux", without the one word of it that is in a language.
  const device = session.deviceName?.replace(' on ', ' · ') ?? t.profile.unnamedDevice

  const end = async () => {
    setIsBusy(true)
    setProblem(undefined)
    try {
      await client.auth.revokeSession(session.id)
      await onEnded()
    } catch (error) {
      setProblem(describeError(error))
      setIsBusy(false)
    }
  }

  return (
    <li className="flex min-h-14 items-center gap-3">
      <span
        aria-hidden
        className="grid size-10 shrink-0 place-items-center rounded-xl bg-hover text-soft"
      >
        <MonitorSmartphone className="size-5" />
      </span>
      <div className="min-w-0 flex-1">
        <div className="truncate font-medium">{device}</div>
        <div className="text-sm text-muted">
          {problem !== undefined ? (
            <span role="alert" className="text-danger">
              {problem}
            </span>
          ) : session.isCurrent ? (
            <span className="text-accent-text">{t.profile.current}</span>
          ) : (
            t.profile.lastUsed(ago(session.lastUsedAt, now))
          )}
        </div>
      </div>
      {!session.isCurrent && (
        <Button
          look="danger"
          isBusy={isBusy}
          onClick={end}
          aria-label={t.profile.endSessionOf(device)}
          className="px-3 text-sm"
        >
          {t.profile.endSession}
        </Button>
      )}
    </li>
  )
}
