import { expect, it } from 'vitest'
import { hueOf, initials } from './names'

it.each([
  ['Ann Lindqvist', 'AL'],
  ['ann', 'A'],
  ['Anna Maria van der Berg', 'AB'],
  ['  ', '?'],
  ['高橋 文', '高文'],
  ['👩‍👩‍👧 family', '👩‍👩‍👧F'],
])('%s becomes %s', (name, letters) => {
  expect(initials(name)).toBe(letters)
})

it('a hue is always the same for the same id, and in range', () => {
  expect(hueOf('abc')).toBe(hueOf('abc'))
  for (const id of ['a', 'b', 'some-long-id', '']) {
    expect(hueOf(id)).toBeGreaterThanOrEqual(0)
    expect(hueOf(id)).toBeLessThan(360)
  }
})
