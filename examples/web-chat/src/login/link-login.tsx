import { useClient } from '@relaychat/client/react'
import { useEffect, useRef } from 'react'
import { t } from '../strings'
import { Splash } from '../ui/splash'
import { clearPendingLogin } from '../verify/pending-login'
import { forgetLinkToken } from './link-token'

/** Trades the token of the mail's link for a session, once. */
export function LinkLogin({ token, onFailed }: { token: string; onFailed: () => void }) {
  const client = useClient()
  const hasStarted = useRef(false)

  useEffect(() => {
    if (hasStarted.current) return
    hasStarted.current = true
    client.auth.verifyLink(token).then(
      () => {
        forgetLinkToken()
        clearPendingLogin()
      },
      () => {
        forgetLinkToken()
        onFailed()
      },
    )
  }, [client, token, onFailed])

  return <Splash label={t.login.linkOpening} />
}
