/**
 * The arithmetic of cropping a picture to a square. The view shows the picture at `scale`, moved by
 * `x` and `y` from the centre; the square always stays covered.
 */

export interface Size {
  readonly width: number
  readonly height: number
}

/** `zoom` is 1 when the shorter side just fits; `x` and `y` are in view pixels. */
export interface Crop {
  readonly zoom: number
  readonly x: number
  readonly y: number
}

export const zoomMax = 4

export function scaleOf(picture: Size, zoom: number, view: number): number {
  return (view / Math.min(picture.width, picture.height)) * zoom
}

/** The nearest crop that leaves no empty edge. */
export function clampCrop(picture: Size, crop: Crop, view: number): Crop {
  const zoom = clamp(crop.zoom, 1, zoomMax)
  const scale = scaleOf(picture, zoom, view)
  const spareX = (picture.width * scale - view) / 2
  const spareY = (picture.height * scale - view) / 2
  return { zoom, x: clamp(crop.x, -spareX, spareX), y: clamp(crop.y, -spareY, spareY) }
}

/** The part of the picture that the square shows, in the picture's own pixels. */
export function sourceSquare(picture: Size, crop: Crop, view: number) {
  const scale = scaleOf(picture, crop.zoom, view)
  const side = view / scale
  return {
    left: picture.width / 2 - crop.x / scale - side / 2,
    top: picture.height / 2 - crop.y / scale - side / 2,
    side,
  }
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value))
}
