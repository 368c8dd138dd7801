import { useClient } from '@relaychat/client/react'
import { useRef, useState } from 'react'
import { Link, Redirect } from 'wouter'
import { maskEmail } from '../login/email'
import { describeError, t } from '../strings'
import { Door } from '../ui/door'
import { announce } from '../ui/live-region'
import { Spinner } from '../ui/spinner'
import { CodeField } from './code-field'
import { InboxCard } from './inbox-card'
import { isComplete } from './otp'
import { clearPendingLogin, type PendingLogin, readPendingLogin } from './pending-login'
import { requestCode } from './request-code'
import { ResendButton } from './resend-button'

export function VerifyPage() {
  const [pending, setPending] = useState(() => readPendingLogin(Date.now()))
  if (pending === undefined) return <Redirect to="/login" replace />
  return <CodeForm pending={pending} onPending={setPending} />
}

function CodeForm({
  pending,
  onPending,
}: {
  pending: PendingLogin
  onPending: (pending: PendingLogin) => void
}) {
  const client = useClient()
  const tried = useRef('')
  const [code, setCode] = useState('')
  const [isBusy, setIsBusy] = useState(false)
  const [failure, setFailure] = useState<{ text: string; times: number }>()

  const fail = (error: unknown) =>
    setFailure(before => ({ text: describeError(error), times: (before?.times ?? 0) + 1 }))

  const change = async (next: string) => {
    setCode(next)
    if (next !== '') setFailure(before => before && { ...before, text: '' })
    // Once per code: going back and forth over a full field must not spend tries.
    if (!isComplete(next) || next === tried.current || isBusy) return
    tried.current = next
    setIsBusy(true)
    try {
      await client.auth.verifyCode(pending.requestId, next)
      // The page above sees that somebody is logged in and goes on from here.
      clearPendingLogin()
    } catch (error) {
      tried.current = ''
      setCode('')
      setIsBusy(false)
      fail(error)
    }
  }

  const resend = async () => {
    try {
      onPending(await requestCode(client, pending.email))
      setCode('')
      setFailure(undefined)
      announce(t.verify.resent)
    } catch (error) {
      fail(error)
    }
  }

  return (
    <Door heading={t.verify.heading} lead={t.verify.lead(maskEmail(pending.email))}>
      <div className="mt-7">
        <CodeField
          value={code}
          isBusy={isBusy}
          problem={failure?.text === '' ? undefined : failure?.text}
          failures={failure?.times ?? 0}
          onChange={change}
        />
      </div>
      <p className="mt-3 flex min-h-6 items-center gap-2 text-sm text-muted" role="status">
        {isBusy ? (
          <>
            <Spinner /> {t.verify.checking}
          </>
        ) : (
          t.verify.linkHint
        )}
      </p>
      <div className="mt-4 flex flex-wrap items-center justify-between gap-x-2 border-t border-line pt-4">
        <Link
          href="/login"
          className="-mx-2 inline-flex min-h-11 items-center rounded-lg px-2 text-sm font-medium text-soft hover:text-ink"
        >
          {t.verify.changeEmail}
        </Link>
        <ResendButton resendAt={pending.resendAt} onResend={resend} />
      </div>
      <InboxCard
        key={pending.requestId}
        email={pending.email}
        since={pending.requestedAt}
        onUse={change}
      />
    </Door>
  )
}
