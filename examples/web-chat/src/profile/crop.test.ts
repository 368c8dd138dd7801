import { expect, it } from 'vitest'
import { clampCrop, sourceSquare } from './crop'

const wide = { width: 800, height: 400 }

it('starts with the middle square of the picture', () => {
  expect(sourceSquare(wide, { zoom: 1, x: 0, y: 0 }, 200)).toEqual({ left: 200, top: 0, side: 400 })
})

it('follows the picture as it is moved', () => {
  const crop = clampCrop(wide, { zoom: 1, x: 100, y: 0 }, 200)
  expect(sourceSquare(wide, crop, 200)).toEqual({ left: 0, top: 0, side: 400 })
})

it('never shows an empty edge', () => {
  for (const crop of [
    { zoom: 1, x: 9_999, y: 9_999 },
    { zoom: 0.1, x: -9_999, y: 50 },
    { zoom: 3, x: -9_999, y: -9_999 },
    { zoom: 99, x: 0, y: 9_999 },
  ]) {
    const { left, top, side } = sourceSquare(wide, clampCrop(wide, crop, 200), 200)
    expect(left).toBeGreaterThanOrEqual(-1e-6)
    expect(top).toBeGreaterThanOrEqual(-1e-6)
    expect(left + side).toBeLessThanOrEqual(wide.width + 1e-6)
    expect(top + side).toBeLessThanOrEqual(wide.height + 1e-6)
  }
})
