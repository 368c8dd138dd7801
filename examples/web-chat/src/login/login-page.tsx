import { useClient, useConnection } from '@relaychat/client/react'
import { type FormEvent, useRef, useState } from 'react'
import { useLocation } from 'wouter'
import { isInvited } from '../platform/return-to'
import { describeError, t } from '../strings'
import { Button } from '../ui/button'
import { Door } from '../ui/door'
import { TextField } from '../ui/text-field'
import { readPendingLogin } from '../verify/pending-login'
import { requestCode } from '../verify/request-code'
import { emailProblem } from './email'
import { LinkLogin } from './link-login'
import { takeLinkToken } from './link-token'

export function LoginPage() {
  const [token] = useState(takeLinkToken)
  const [linkFailed, setLinkFailed] = useState(false)
  if (token !== undefined && !linkFailed) {
    return <LinkLogin token={token} onFailed={() => setLinkFailed(true)} />
  }
  return <EmailForm notice={linkFailed ? t.login.linkFailed : undefined} />
}

function EmailForm({ notice }: { notice: string | undefined }) {
  const client = useClient()
  const [, navigate] = useLocation()
  const connection = useConnection()
  const input = useRef<HTMLInputElement>(null)
  const isSending = useRef(false)
  const [email, setEmail] = useState('')
  const [isBusy, setIsBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  const wasSignedOut = connection.status === 'signed_out' && connection.reason !== undefined

  const fail = (text: string) => {
    setProblem(text)
    input.current?.focus()
  }

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (isSending.current) return
    const found = emailProblem(email)
    if (found !== undefined) return fail(found === 'empty' ? t.login.emptyEmail : t.login.badEmail)
    const address = email.trim()
    const pending = readPendingLogin(Date.now())
    if (pending?.email === address && pending.resendAt > Date.now()) return navigate('/verify')
    isSending.current = true
    setIsBusy(true)
    setProblem(undefined)
    try {
      await requestCode(client, address)
      navigate('/verify')
    } catch (error) {
      fail(describeError(error))
    } finally {
      isSending.current = false
      setIsBusy(false)
    }
  }

  return (
    <Door heading={t.login.heading} lead={isInvited() ? t.join.signIn : t.login.lead}>
      {(notice ?? (wasSignedOut ? t.login.signedOut : undefined)) !== undefined && (
        <p role="alert" className="mt-4 rounded-xl bg-warn-soft px-4 py-3 text-sm text-warn-ink">
          {notice ?? t.login.signedOut}
        </p>
      )}
      <form noValidate onSubmit={submit} className="mt-7 flex flex-col gap-5">
        <TextField
          ref={input}
          label={t.login.email}
          type="email"
          name="email"
          autoComplete="email"
          inputMode="email"
          enterKeyHint="go"
          autoCapitalize="none"
          spellCheck={false}
          autoFocus
          dir="ltr"
          placeholder={t.login.placeholder}
          value={email}
          problem={problem}
          onChange={event => {
            setEmail(event.target.value)
            setProblem(undefined)
          }}
        />
        <Button type="submit" isBusy={isBusy} className="min-h-12 text-base">
          {isBusy ? t.login.submitting : t.login.submit}
        </Button>
      </form>
    </Door>
  )
}
