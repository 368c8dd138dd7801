/** The part of a message in which something was found, cut into what was found and what stands around it. */

export interface Part {
  /** Where it begins in the text. */
  readonly at: number
  readonly text: string
  readonly isHit: boolean
}

/** What stands before the first hit, so that it is seen in a row of one or two lines. */
const leadUnits = 24
/** As much as is shown of a long message. */
const shownUnits = 220

export function excerpt(
  text: string,
  highlights: readonly (readonly [start: number, end: number])[],
): readonly Part[] {
  const first = highlights[0]?.[0] ?? 0
  const from = first > leadUnits * 2 ? wordStart(text, first - leadUnits) : 0
  const to = Math.min(text.length, from + shownUnits)
  const parts: Part[] = []
  const push = (start: number, end: number, isHit: boolean) => {
    if (end > start) parts.push({ at: start, text: text.slice(start, end), isHit })
  }
  if (from > 0) parts.push({ at: -1, text: '…', isHit: false })
  let at = from
  for (const [start, end] of highlights) {
    if (start < at || end > to) continue
    push(at, start, false)
    push(start, end, true)
    at = end
  }
  push(at, to, false)
  return parts
}

/** The beginning of the word there, if it is near. */
function wordStart(text: string, at: number): number {
  const space = text.indexOf(' ', at)
  return space >= 0 && space < at + leadUnits ? space + 1 : at
}
