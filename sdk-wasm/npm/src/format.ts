/**
 * Formatted text: what people type as `**bold**`, `*italic*` or `_italic_`, `~~struck~~`, `` `code` ``,
 * fences, quotes and lists, as plain pieces to be rendered. A message stays the text that was typed; it is read like
 * this only where it is shown, on every device in the same way.
 *
 * A small part of Markdown, with the manners of a chat: a line break stays one, addresses and
 * snake_case are left alone, and whatever is no pair is shown as it was typed. There is no markup in
 * the result, so nothing in a message can become an element of the page.
 *
 * ```ts
 * import { formatText, plainText } from '@relaychat/client/format'
 *
 * formatText('**Tea** at 5') // [{ kind: 'text', spans: [{ text: 'Tea', styles: ['bold'] }, { text: ' at 5', styles: [] }] }]
 * plainText('**Tea** at 5') // 'Tea at 5', for a list of chats or a notification
 * ```
 *
 * @module
 */

import { spansOf } from './format/spans.js'

/** How a piece of text looks. */
export type TextStyle = 'bold' | 'italic' | 'struck' | 'code'

/** A piece of text that looks the same all through. Never empty. */
export interface TextSpan {
  readonly text: string
  /** Each style once; none for ordinary text. */
  readonly styles: readonly TextStyle[]
}

/** One entry of a list. */
export interface ListItem {
  /** The number that was typed, in a numbered list. */
  readonly number?: number
  readonly spans: readonly TextSpan[]
}

/** A part of a text, from the top of the message to its end. */
export type TextBlock =
  /** Ordinary lines. Line breaks are in the text. */
  | { readonly kind: 'text'; readonly spans: readonly TextSpan[] }
  /** Lines that began with `>`. Line breaks are in the text. */
  | { readonly kind: 'quote'; readonly spans: readonly TextSpan[] }
  /** Lines that began with `-` or `*`, or with a number. */
  | { readonly kind: 'list'; readonly isNumbered: boolean; readonly items: readonly ListItem[] }
  /** What stood between two lines of three backticks, as it was typed. */
  | { readonly kind: 'code'; readonly text: string }

const fence = /^```[\p{L}\p{N}_+#.-]*\s*$/u
const fenceEnd = /^```\s*$/
// With a space, so that >_< stays what it is.
const quote = /^> +\S/
const quoted = /^>(?: |$)/
const bullet = /^[-*] +(?=\S)/
const numbered = /^(0|[1-9]\d{0,8})[.)] +(?=\S)/

/** Reads a text. Any text can be read; the time that takes grows with its length. */
export function formatText(text: string): readonly TextBlock[] {
  const lines = text.split('\n')
  const blocks: TextBlock[] = []
  // From here on no fence ends, so none begins.
  const lastFence = lines.findLastIndex(line => fenceEnd.test(line))
  let at = 0
  while (at < lines.length) {
    const { block, next } = blockAt(lines, at, lastFence)
    blocks.push(block)
    at = next
  }
  return withoutEmptyEdges(blocks)
}

/** The text without the signs that format it, for places that show one line of it. */
export function plainText(text: string): string {
  const said = (spans: readonly TextSpan[]) => spans.map(span => span.text).join('')
  const parts = formatText(text).map(block => {
    if (block.kind === 'code') return block.text
    if (block.kind !== 'list') return said(block.spans)
    return block.items.map(({ number, spans }) => (number === undefined ? '' : `${number}. `) + said(spans)).join('\n')
  })
  return parts.join('\n')
}

interface Found {
  readonly block: TextBlock
  /** The first line after it. */
  readonly next: number
}

function blockAt(lines: readonly string[], at: number, lastFence: number): Found {
  const line = lines[at] ?? ''
  if (at < lastFence && fence.test(line)) {
    const end = endOf(lines, at, other => !fenceEnd.test(other))
    return { block: { kind: 'code', text: lines.slice(at + 1, end).join('\n') }, next: end + 1 }
  }
  if (quote.test(line)) {
    const next = endOf(lines, at, other => quoted.test(other))
    const inside = lines.slice(at, next).map(other => other.replace(quoted, ''))
    return { block: { kind: 'quote', spans: spansOfLines(inside) }, next }
  }
  for (const [sign, isNumbered] of [
    [bullet, false],
    [numbered, true],
  ] as const) {
    if (!sign.test(line)) continue
    const next = endOf(lines, at, other => sign.test(other))
    return { block: { kind: 'list', isNumbered, items: lines.slice(at, next).map(itemOf) }, next }
  }
  const isOrdinary = (other: string, index: number) =>
    !quote.test(other) && !bullet.test(other) && !numbered.test(other) && !(index < lastFence && fence.test(other))
  const next = endOf(lines, at, isOrdinary)
  return { block: { kind: 'text', spans: spansOfLines(lines.slice(at, next)) }, next }
}

/** The first line after `at` that is not of the same kind. */
function endOf(lines: readonly string[], at: number, isSame: (line: string, index: number) => boolean): number {
  let next = at + 1
  while (next < lines.length && isSame(lines[next] ?? '', next)) next += 1
  return next
}

function itemOf(line: string): ListItem {
  const number = numbered.exec(line)?.[1]
  if (number === undefined) return { spans: spansOf(line.replace(bullet, '')) }
  return { number: Number(number), spans: spansOf(line.replace(numbered, '')) }
}

/** Signs are pairs within a line only. */
function spansOfLines(lines: readonly string[]): readonly TextSpan[] {
  const spans: TextSpan[] = []
  lines.forEach((line, index) => {
    const isLast = index === lines.length - 1
    for (const span of spansOf(line)) append(spans, span)
    if (!isLast) append(spans, { text: '\n', styles: [] })
  })
  return spans
}

function append(spans: TextSpan[], span: TextSpan): void {
  const last = spans.at(-1)
  if (last !== undefined && last.styles.length === 0 && span.styles.length === 0) {
    spans[spans.length - 1] = { text: last.text + span.text, styles: [] }
  } else {
    spans.push(span)
  }
}

/** An empty line beside a quote, a list or code is the space that they have anyway. */
function withoutEmptyEdges(blocks: readonly TextBlock[]): readonly TextBlock[] {
  if (blocks.length === 1) return blocks.filter(block => block.kind !== 'text' || block.spans.length > 0)
  return blocks.flatMap((block, index): readonly TextBlock[] => {
    if (block.kind !== 'text') return [block]
    const spans = trimmed(block.spans, index > 0, index < blocks.length - 1)
    return spans.length === 0 ? [] : [{ kind: 'text', spans }]
  })
}

function trimmed(spans: readonly TextSpan[], atStart: boolean, atEnd: boolean): readonly TextSpan[] {
  const cut = [...spans]
  const [first] = cut
  if (atStart && first !== undefined) cut[0] = { ...first, text: first.text.replace(/^\n+/, '') }
  const last = cut.at(-1)
  if (atEnd && last !== undefined) cut[cut.length - 1] = { ...last, text: withoutBreaks(last.text) }
  return cut.filter(span => span.text !== '')
}

/** Without line breaks at the end. A pattern would try each of many breaks in the middle. */
function withoutBreaks(text: string): string {
  let end = text.length
  while (end > 0 && text[end - 1] === '\n') end -= 1
  return text.slice(0, end)
}
