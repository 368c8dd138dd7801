/** What to draw for a person or a group without a picture. */

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** One or two letters: first and last word, whole graphemes, never a half emoji. */
export function initials(name: string): string {
  const words = name
    .trim()
    .split(/\s+/u)
    .filter(word => word !== '')
  const first = words[0]
  if (first === undefined) return '?'
  const last = words.length > 1 ? words[words.length - 1] : undefined
  return [first, last]
    .filter(word => word !== undefined)
    .map(word => firstGrapheme(word).toLocaleUpperCase())
    .join('')
}

function firstGrapheme(word: string): string {
  for (const { segment } of segmenter.segment(word)) return segment
  return ''
}

/** A hue between 0 and 359 that is always the same for the same id. */
export function hueOf(id: string): number {
  let hash = 2166136261
  for (let index = 0; index < id.length; index += 1) {
    hash = Math.imul(hash ^ id.charCodeAt(index), 16777619)
  }
  return (hash >>> 0) % 360
}
