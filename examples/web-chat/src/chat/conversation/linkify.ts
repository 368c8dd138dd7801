/**
 * Finds addresses in a text. The text stays text: the result is pieces that React renders, so markup
 * in a message is shown as typed, and only http, https and mailto ever become a link.
 */

export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly href: string }

const candidate =
  /\bhttps?:\/\/[^\s<>"'`]+|\bwww\.[^\s<>"'`]+\.[^\s<>"'`]+|[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/giu

export function linkify(text: string): readonly Piece[] {
  const pieces: Piece[] = []
  let end = 0
  for (const match of text.matchAll(candidate)) {
    const found = trimTail(match[0])
    const href = hrefOf(found)
    if (href === undefined) continue
    if (match.index > end) pieces.push({ kind: 'text', text: text.slice(end, match.index) })
    pieces.push({ kind: 'link', text: found, href })
    end = match.index + found.length
  }
  if (end < text.length) pieces.push({ kind: 'text', text: text.slice(end) })
  return pieces
}

/** A full stop or bracket after an address belongs to the sentence, unless its partner is inside. */
function trimTail(address: string): string {
  let kept = address.replace(/[.,;:!?…]+$/u, '')
  for (;;) {
    const last = kept.at(-1)
    const open = last === ')' ? '(' : last === ']' ? '[' : last === '}' ? '{' : undefined
    if (open === undefined || last === undefined) return kept
    if (kept.split(open).length >= kept.split(last).length) return kept
    kept = kept.slice(0, -1).replace(/[.,;:!?…]+$/u, '')
  }
}

function hrefOf(found: string): string | undefined {
  const address = /^https?:/iu.test(found)
    ? found
    : /^www\./iu.test(found)
      ? `https://${found}`
      : `mailto:${found}`
  if (!URL.canParse(address)) return undefined
  const { protocol, href } = new URL(address)
  return protocol === 'http:' || protocol === 'https:' || protocol === 'mailto:' ? href : undefined
}

const emojiOnly = /^(?:\p{RGI_Emoji}|\s)+$/v
const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** Whether a message is nothing but up to three emoji, which are drawn large. */
export function isBigEmoji(text: string): boolean {
  const trimmed = text.trim()
  if (trimmed === '' || trimmed.length > 60 || !emojiOnly.test(trimmed)) return false
  return [...segmenter.segment(trimmed.replace(/\s/gu, ''))].length <= 3
}
