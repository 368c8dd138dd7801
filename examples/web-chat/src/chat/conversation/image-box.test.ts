import { expect, it } from 'vitest'
import { boxOf, bubbleWidthOf } from './image-box'

it.each([
  [
    { width: 4000, height: 3000 },
    { width: 340, aspectRatio: '340 / 255' },
  ],
  [
    { width: 1000, height: 4000 },
    { width: 96, aspectRatio: '96 / 380' },
  ],
  [
    { width: 200, height: 100 },
    { width: 200, aspectRatio: '200 / 100' },
  ],
  [
    { width: 1, height: 1 },
    { width: 96, aspectRatio: '96 / 96' },
  ],
  [
    { width: 0, height: 0 },
    { width: 96, aspectRatio: '96 / 96' },
  ],
])('%o is drawn in %o', (image, box) => {
  expect(boxOf(image)).toEqual(box)
})

it('a bubble is as wide as its images, with room for a caption', () => {
  const narrow = { width: 100, height: 400 }
  expect(bubbleWidthOf([], true)).toBeUndefined()
  expect(bubbleWidthOf([narrow], false)).toBe(96)
  expect(bubbleWidthOf([narrow], true)).toBe(220)
  expect(bubbleWidthOf([narrow, narrow], false)).toBe(320)
})
