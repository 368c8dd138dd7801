/** The text of the one-time code field. The field is one real input; this decides what it may hold. */

export const codeLength = 6

/** The digits of whatever was typed or pasted, in ASCII, at most six: "482 913", "482-913", "４８２９１３". */
export function codeDigits(text: string): string {
  return text.normalize('NFKC').replace(/\D/gu, '').slice(0, codeLength)
}

export function isComplete(code: string): boolean {
  return code.length === codeLength
}

/**
 * Puts pasted text into the code. A whole code replaces everything; a part overwrites from the
 * caret on, as typing over six boxes would.
 */
export function pasteInto(
  code: string,
  pasted: string,
  start: number,
  end: number,
): { code: string; caret: number } {
  const digits = codeDigits(pasted)
  if (digits === '') return { code, caret: end }
  if (digits.length === codeLength) return { code: digits, caret: codeLength }
  const overwritten = Math.max(end, Math.min(code.length, start + digits.length))
  const next = codeDigits(code.slice(0, start) + digits + code.slice(overwritten))
  return { code: next, caret: Math.min(start + digits.length, codeLength) }
}

/** Which box shows the caret: the one after the last digit, or the last one when all are full. */
export function activeBox(caret: number): number {
  return Math.min(caret, codeLength - 1)
}

/**
 * What typing made of the code: `raw` is the input's text after the keystroke and `caret` the place
 * after it. A digit typed before another one replaces it, as it would in separate boxes.
 */
export function typeInto(
  before: string,
  raw: string,
  caret: number,
): { code: string; caret: number } {
  const isOneMore =
    raw.length === before.length + 1 && /\d/u.test(raw.normalize('NFKC')[caret - 1] ?? '')
  const text = isOneMore ? raw.slice(0, caret) + raw.slice(caret + 1) : raw
  const code = codeDigits(text)
  return { code, caret: Math.min(codeDigits(raw.slice(0, caret)).length, code.length) }
}
