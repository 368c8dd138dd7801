import type { Client } from '@relaychat/client'
import { type PendingLogin, writePendingLogin } from './pending-login'

/** Asks for a code and remembers the request for the verify page. */
export async function requestCode(client: Client, email: string): Promise<PendingLogin> {
  const requestedAt = Date.now()
  const { requestId, expiresInMs, resendAfterMs } = await client.auth.requestCode(email)
  const now = Date.now()
  const login = {
    email,
    requestId,
    requestedAt,
    expiresAt: now + expiresInMs,
    resendAt: now + resendAfterMs,
  }
  writePendingLogin(login)
  return login
}
