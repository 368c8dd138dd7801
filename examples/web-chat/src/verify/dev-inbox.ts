/**
 * Reading the engine's development inbox: `/_/inbox/latest.json?email=`. An engine that has one and
 * no mail yet answers 404 in JSON; an engine without one does not know the address at all.
 */

import { codeDigits, isComplete } from './otp'

/** The clocks of page and engine are the same machine's; the mail may still be a moment "older". */
const slackMs = 2_000

export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/u.test(hostname)
}

/** The newest code for an address, `undefined` while there is none. */
export async function latestCode(
  email: string,
  since: number,
  signal: AbortSignal,
): Promise<{ code: string } | 'no_inbox' | undefined> {
  try {
    const response = await fetch(`/_/inbox/latest.json?email=${encodeURIComponent(email)}`, {
      signal,
      headers: { accept: 'application/json' },
    })
    if (response.headers.get('content-type')?.includes('application/json') !== true)
      return 'no_inbox'
    return response.ok ? codeOf(await response.json(), since) : undefined
  } catch {
    return undefined
  }
}

/** The code in a mail, unless the mail is older than `since`. */
export function codeOf(mail: unknown, since: number): { code: string } | undefined {
  if (typeof mail !== 'object' || mail === null) return undefined
  const { code, received_at_ms: receivedAt } = mail as Record<string, unknown>
  if (typeof code !== 'string') return undefined
  if (typeof receivedAt === 'number' && receivedAt < since - slackMs) return undefined
  const digits = codeDigits(code)
  return isComplete(digits) ? { code: digits } : undefined
}
