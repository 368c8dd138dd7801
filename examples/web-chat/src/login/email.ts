/**
 * Looking at an address before it is sent. Catches slips, nothing more: only the mail server knows
 * whether an address exists.
 */

/** The longest address the protocol takes. */
const maxBytes = 254

export type EmailProblem = 'empty' | 'malformed'

export function emailProblem(text: string): EmailProblem | undefined {
  const email = text.trim()
  if (email === '') return 'empty'
  if (new TextEncoder().encode(email).length > maxBytes) return 'malformed'
  return /^[^\s@,;<>()[\]"]+@[^\s@,;<>()[\]".]+(\.[^\s@,;<>()[\]".]+)+$/u.test(email) ||
    /^[^\s@]+@localhost$/u.test(email)
    ? undefined
    : 'malformed'
}

/** "a•••e@example.com": enough to recognise it, too little to read over a shoulder. */
export function maskEmail(email: string): string {
  const at = email.lastIndexOf('@')
  if (at < 1) return email
  const local = [...email.slice(0, at)]
  const first = local[0] ?? ''
  const last = local.length > 2 ? (local[local.length - 1] ?? '') : ''
  return `${first}•••${last}${email.slice(at)}`
}
