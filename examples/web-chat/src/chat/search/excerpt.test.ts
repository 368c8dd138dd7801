import { expect, it } from 'vitest'
import { excerpt } from './excerpt'

const shown = (text: string, highlights: readonly (readonly [number, number])[]) =>
  excerpt(text, highlights)
    .map(({ text: part, isHit }) => (isHit ? `[${part}]` : part))
    .join('')

it('marks every hit', () => {
  expect(
    shown('a pier by the pier', [
      [2, 6],
      [14, 18],
    ]),
  ).toBe('a [pier] by the [pier]')
})

it('without hits it is the beginning of the text', () => {
  expect(shown('only a picture matched', [])).toBe('only a picture matched')
})

it('a hit far into the text is shown with a few words before it', () => {
  const text = `${'one two three four '.repeat(20)}pier at last`
  const at = text.indexOf('pier')
  const result = shown(text, [[at, at + 4]])
  expect(result.startsWith('…')).toBe(true)
  expect(result).toContain('[pier] at last')
  expect(result.length).toBeLessThan(60)
})

it('hits that overlap or lie beyond what is shown change nothing else', () => {
  expect(
    shown('pier', [
      [0, 4],
      [2, 4],
    ]),
  ).toBe('[pier]')
  expect(
    shown('x'.repeat(400), [
      [0, 1],
      [390, 395],
    ]),
  ).toBe(`[x]${'x'.repeat(219)}`)
})
