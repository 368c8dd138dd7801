/** Bold and italic by the keys that everybody knows: they put the signs around what is selected. */

import type { KeyboardEvent } from 'react'

const signs: Readonly<Record<string, string>> = { b: '**', i: '*' }

/** The sign that a key stands for, with Ctrl or the command key. */
export function styleSign(event: KeyboardEvent): string | undefined {
  const { ctrlKey, metaKey, altKey, shiftKey, key } = event
  if (ctrlKey === metaKey || altKey || shiftKey) return undefined
  return signs[key.toLowerCase()]
}

interface Selected {
  readonly text: string
  readonly from: number
  readonly to: number
}

/** Puts signs around the selected words, or takes away those that are there. Space stays outside. */
export function styled({ text, from, to }: Selected, sign: string): Selected {
  const chosen = text.slice(from, to)
  const start = from + (chosen.length - chosen.trimStart().length)
  const end = Math.max(start, to - (chosen.length - chosen.trimEnd().length))
  const [before, inside, after] = [text.slice(0, start), text.slice(start, end), text.slice(end)]
  if (isAround(before, after, sign)) {
    const kept = before.slice(0, -sign.length)
    return {
      text: kept + inside + after.slice(sign.length),
      from: kept.length,
      to: kept.length + inside.length,
    }
  }
  const at = start + sign.length
  return { text: before + sign + inside + sign + after, from: at, to: at + inside.length }
}

/** One asterisk of two is no italic. */
function isAround(before: string, after: string, sign: string): boolean {
  const [left, right] = [/\**$/.exec(before)?.[0].length ?? 0, /^\**/.exec(after)?.[0].length ?? 0]
  const asks = (run: number) => (sign === '*' ? run % 2 === 1 : run >= 2)
  return asks(left) && asks(right)
}
