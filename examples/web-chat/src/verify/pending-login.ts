/**
 * The login between "send me a code" and "here it is". Kept for this tab only, so that a reload of
 * the verify page neither loses the request nor shortens the wait for another mail.
 */

const key = 'relaychat.pending-login'

export interface PendingLogin {
  readonly email: string
  readonly requestId: string
  readonly requestedAt: number
  /** When the code stops working. */
  readonly expiresAt: number
  /** When another mail can be asked for. An absolute time: a reload does not move it. */
  readonly resendAt: number
}

export function readPendingLogin(now: number): PendingLogin | undefined {
  try {
    const value: unknown = JSON.parse(sessionStorage.getItem(key) ?? 'null')
    return isPendingLogin(value) && value.expiresAt > now ? value : undefined
  } catch {
    return undefined
  }
}

export function writePendingLogin(login: PendingLogin): void {
  try {
    sessionStorage.setItem(key, JSON.stringify(login))
  } catch {
    // Storage is full or forbidden: the login works until the next reload.
  }
}

export function clearPendingLogin(): void {
  try {
    sessionStorage.removeItem(key)
  } catch {
    // As above.
  }
}

/** Whole seconds left, rounded up: the button is never enabled while "0 s" would be a lie. */
export function secondsLeft(until: number, now: number): number {
  return Math.max(0, Math.ceil((until - now) / 1000))
}

/** Whether to speak the count: at the start, every ten seconds, and at the end. */
export function isSpokenSecond(seconds: number): boolean {
  return seconds % 10 === 0
}

function isPendingLogin(value: unknown): value is PendingLogin {
  if (typeof value !== 'object' || value === null) return false
  const login = value as Record<string, unknown>
  return (
    typeof login.email === 'string' &&
    typeof login.requestId === 'string' &&
    typeof login.requestedAt === 'number' &&
    typeof login.expiresAt === 'number' &&
    typeof login.resendAt === 'number'
  )
}
