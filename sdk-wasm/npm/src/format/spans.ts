/** The styles within a line: which signs are pairs, and what stands between them. */

import type { TextSpan, TextStyle } from '../format.js'

/** A sign that may begin or end a style, and where. */
interface Sign {
  readonly kind: '**' | '*' | '_' | '~~'
  readonly from: number
  readonly to: number
  readonly canOpen: boolean
  readonly canClose: boolean
}

/** From where to where a style reaches, with its signs. */
interface Pair {
  readonly style: TextStyle
  readonly from: number
  readonly to: number
  /** How long its sign is at either end. */
  readonly width: number
}

const styles = { '**': 'bold', '*': 'italic', _: 'italic', '~~': 'struck' } as const
// An address is left alone, up to the signs that follow it.
const pieces = /https?:\/\/\S+|www\.\S+|\\[*_~`]|`+|\*+|_+|~+/giu
const wordy = /[\p{L}\p{N}]/u

/** The pieces of one line. */
export function spansOf(line: string): readonly TextSpan[] {
  const { codes, signs } = read(line)
  return cut(line, [...codes, ...pairsOf(signs)])
}

/** Code, in which nothing else counts, and the signs outside of it. */
function read(line: string): { codes: readonly Pair[]; signs: readonly Sign[] } {
  const codes: Pair[] = []
  const signs: Sign[] = []
  /** Runs of backticks of which there is no other as long. */
  const alone = new Set<number>()
  pieces.lastIndex = 0
  for (let found = pieces.exec(line); found !== null; found = pieces.exec(line)) {
    const [piece] = found
    const from = found.index
    if (piece.startsWith('`')) {
      const end = alone.has(piece.length) ? -1 : sameRun(line, from + piece.length, piece.length)
      if (end === -1) {
        alone.add(piece.length)
      } else {
        codes.push({ style: 'code', from, to: end + piece.length, width: piece.length })
        pieces.lastIndex = end + piece.length
      }
    } else if (/^[hw]/iu.test(piece)) {
      pieces.lastIndex = from + addressLength(piece)
    } else {
      signs.push(...signsOf(line, piece, from))
    }
  }
  return { codes, signs }
}

/** Where the next run of exactly `length` backticks begins. */
function sameRun(line: string, from: number, length: number): number {
  const runs = /`+/gu
  runs.lastIndex = from
  for (let found = runs.exec(line); found !== null; found = runs.exec(line)) {
    if (found[0].length === length) return found.index
  }
  return -1
}

/** How long an address is without the signs at its end. */
function addressLength(address: string): number {
  let end = address.length
  while (end > 0 && '*_~`'.includes(address[end - 1] ?? ' ')) end -= 1
  return end
}

function signsOf(line: string, piece: string, from: number): readonly Sign[] {
  const to = from + piece.length
  const [before, after] = [line[from - 1] ?? ' ', line[to] ?? ' ']
  const sign = (kind: Sign['kind']): Sign => {
    // Within a word a single sign is a product or a name: 2*3*4, snake_case.
    const isStrict = piece.length === 1
    return {
      kind,
      from,
      to,
      canOpen: !/\s/u.test(after) && !(isStrict && isAscii(before)),
      canClose: !/\s/u.test(before) && !(isStrict && isAscii(after)),
    }
  }
  switch (piece) {
    case '**':
    case '*':
    case '~~':
      return [sign(piece)]
    case '_':
      // In a script without spaces it is a sign all the same; within a name it is not.
      return wordy.test(before) && wordy.test(after) ? [] : [sign('_')]
    case '***':
      // Two signs; which of them comes first, the ones before them say.
      return [sign('**')]
    default:
      // Longer runs are lines that somebody drew, and what follows a backslash is meant as it stands.
      return []
  }
}

function isAscii(character: string): boolean {
  return /[a-z0-9]/iu.test(character)
}

/** Which signs belong together: pairs lie within each other or apart. */
function pairsOf(signs: readonly Sign[]): readonly Pair[] {
  const pairs: Pair[] = []
  const open: Sign[] = []
  /** How many of a kind are open, so that a sign that ends nothing looks no further. */
  const count = { '**': 0, '*': 0, _: 0, '~~': 0 }
  const take = (sign: Sign) => {
    if (sign.canClose && count[sign.kind] > 0 && closes(sign, open, count)) {
      const from = open.pop()?.from ?? 0
      count[sign.kind] -= 1
      pairs.push({ style: styles[sign.kind], from, to: sign.to, width: sign.kind.length })
    } else if (sign.canOpen) {
      open.push(sign)
      count[sign.kind] += 1
    }
  }
  for (const sign of signs) for (const single of inOrder(sign, open)) take(single)
  return pairs
}

/** Leaves the sign that this one ends at the top of those that are open, if there is something between. */
function closes(sign: Sign, open: Sign[], count: Record<Sign['kind'], number>): boolean {
  const begin = open.findLast(({ kind }) => kind === sign.kind)
  if (begin === undefined || begin.to >= sign.from) return false
  for (let last = open.at(-1); last !== undefined && last !== begin; last = open.at(-1)) {
    open.pop()
    count[last.kind] -= 1
  }
  return true
}

/** Three asterisks: what began last ends first. */
function inOrder(sign: Sign, open: readonly Sign[]): readonly Sign[] {
  if (sign.to - sign.from !== 3) return [sign]
  const isSingleFirst = sign.canClose && open.at(-1)?.kind === '*'
  const middle = sign.from + (isSingleFirst ? 1 : 2)
  const [first, second] = isSingleFirst ? (['*', '**'] as const) : (['**', '*'] as const)
  return [
    { ...sign, kind: first, to: middle },
    { ...sign, kind: second, from: middle },
  ]
}

/** The line without the signs of the pairs, cut where its look changes. */
function cut(line: string, pairs: readonly Pair[]): readonly TextSpan[] {
  const steps = pairs
    .flatMap(({ style, from, to, width }) => [
      { at: from, to: from + width, style, begins: true },
      { at: to - width, to, style, begins: false },
    ])
    .sort((one, other) => one.at - other.at)
  const spans: TextSpan[] = []
  const now: TextStyle[] = []
  let end = 0
  for (const { at, to, style, begins } of [...steps, { at: line.length, to: 0, style: 'code' as const, begins: false }]) {
    if (at > end) spans.push({ text: line.slice(end, at), styles: [...new Set(now)] })
    end = Math.max(end, to)
    if (begins) now.push(style)
    else now.splice(now.lastIndexOf(style), 1)
  }
  return spans
}
