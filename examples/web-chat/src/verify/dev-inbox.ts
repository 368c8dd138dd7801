/** Reading the engine's development inbox. */

import { codeDigits } from './otp'

export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/u.test(hostname)
}

/** The code of the newest mail. */
export function codeOf(mail: unknown): string | undefined {
  if (typeof mail !== 'object' || mail === null || !('code' in mail)) return undefined
  return typeof mail.code === 'string' ? codeDigits(mail.code) : undefined
}
