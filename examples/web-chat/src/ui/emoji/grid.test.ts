import { expect, it } from 'vitest'
import { type Section, step } from './grid'

/** Ten cells, then three, then twenty. */
const sections: Section<number>[] = [10, 3, 20].map(count => ({
  heading: '',
  cells: Array.from({ length: count }, (_, index) => index),
}))

const check = (
  from: [number, number],
  direction: 'left' | 'right' | 'up' | 'down',
  to: [number, number],
) =>
  expect(step(sections, { section: from[0], index: from[1] }, direction)).toEqual({
    section: to[0],
    index: to[1],
  })

it('left and right go on in the next section and stop at the ends', () => {
  check([0, 0], 'left', [0, 0])
  check([0, 9], 'right', [1, 0])
  check([1, 0], 'left', [0, 9])
  check([2, 19], 'right', [2, 19])
})

it('down stays in its column, and finds the end of a short row', () => {
  check([0, 1], 'down', [0, 9])
  check([0, 5], 'down', [0, 9])
  check([0, 9], 'down', [1, 1])
  check([1, 2], 'down', [2, 2])
  check([2, 19], 'down', [2, 19])
})

it('up stays in its column, and finds the end of a short row', () => {
  check([2, 9], 'up', [2, 1])
  check([2, 6], 'up', [1, 2])
  check([1, 1], 'up', [0, 9])
  check([0, 3], 'up', [0, 3])
})
