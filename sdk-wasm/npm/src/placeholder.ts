/**
 * A picture from a ThumbHash, as a `data:` URL.
 *
 * The decoding follows the reference implementation of ThumbHash by Evan Wallace (MIT). The
 * picture is written as a BMP, which every browser shows and which needs neither compression nor
 * checksums. Transparency is not kept: what shows for a moment under an image needs none.
 */

/** Longer side of the picture, in pixels: there is no more detail in a hash. */
const SIDE = 32
const BMP_HEADER_BYTES = 54

/** `undefined` when it is not a hash. */
export function placeholderFromHash(base64: string): string | undefined {
  try {
    const hash = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
    return hash.length < 5 ? undefined : toBmpUrl(decode(hash))
  } catch {
    return undefined
  }
}

interface Picture {
  readonly width: number
  readonly height: number
  /** Blue, green, red, from 0 to 1, row by row. */
  readonly at: (x: number, y: number) => readonly [number, number, number]
}

interface Channel {
  readonly mean: number
  readonly nx: number
  readonly ny: number
  readonly factors: readonly number[]
}

function decode(hash: Uint8Array): Picture {
  const byte = (index: number): number => hash[index] ?? 0
  const head = byte(0) | (byte(1) << 8) | (byte(2) << 16)
  const tail = byte(3) | (byte(4) << 8)
  const hasAlpha = head >> 23 !== 0
  const isLandscape = tail >> 15 !== 0
  const long = hasAlpha ? 5 : 7
  const short = tail & 7
  const [lx, ly] = isLandscape ? [long, short] : [short, long]

  const start = hasAlpha ? 6 : 5
  let nibble = 0
  const read = (nx: number, ny: number, mean: number, scale: number): Channel => {
    const factors: number[] = []
    for (let cy = 0; cy < ny; cy++) {
      for (let cx = cy > 0 ? 0 : 1; cx * ny < nx * (ny - cy); cx++) {
        const value = (byte(start + (nibble >> 1)) >> ((nibble++ & 1) << 2)) & 15
        factors.push((value / 7.5 - 1) * scale)
      }
    }
    return { mean, nx, ny, factors }
  }
  const light = read(Math.max(3, lx), Math.max(3, ly), (head & 63) / 63, ((head >> 18) & 31) / 31)
  // Quantising takes some saturation away; a quarter more gives it back.
  const warm = read(3, 3, ((head >> 6) & 63) / 31.5 - 1, (((tail >> 3) & 63) / 63) * 1.25)
  const green = read(3, 3, ((head >> 12) & 63) / 31.5 - 1, (((tail >> 9) & 63) / 63) * 1.25)

  const ratio = lx / ly
  const width = Math.max(1, Math.round(ratio > 1 ? SIDE : SIDE * ratio))
  const height = Math.max(1, Math.round(ratio > 1 ? SIDE / ratio : SIDE))
  return {
    width,
    height,
    at(x, y) {
      const [l, p, q] = [light, warm, green].map((channel) => sample(channel, (x + 0.5) / width, (y + 0.5) / height))
      return toBgr(l ?? 0, p ?? 0, q ?? 0)
    },
  }
}

/** The inverse cosine transform at one point. */
function sample({ mean, nx, ny, factors }: Channel, x: number, y: number): number {
  let value = mean
  let index = 0
  for (let cy = 0; cy < ny; cy++) {
    const vertical = Math.cos(Math.PI * y * cy) * 2
    for (let cx = cy > 0 ? 0 : 1; cx * ny < nx * (ny - cy); cx++) {
      value += (factors[index++] ?? 0) * Math.cos(Math.PI * x * cx) * vertical
    }
  }
  return value
}

function toBgr(l: number, p: number, q: number): [number, number, number] {
  const blue = l - (2 / 3) * p
  const red = (3 * l - blue + q) / 2
  return [blue, red - q, red]
}

function toBmpUrl({ width, height, at }: Picture): string {
  const rowBytes = Math.ceil((width * 3) / 4) * 4
  const bytes = new Uint8Array(BMP_HEADER_BYTES + rowBytes * height)
  const view = new DataView(bytes.buffer)
  bytes.set([0x42, 0x4d])
  view.setUint32(2, bytes.length, true)
  view.setUint32(10, BMP_HEADER_BYTES, true)
  view.setUint32(14, 40, true)
  view.setInt32(18, width, true)
  // Negative: the rows go from top to bottom.
  view.setInt32(22, -height, true)
  view.setUint16(26, 1, true)
  view.setUint16(28, 24, true)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const colour = at(x, y).map((part) => Math.round(255 * Math.min(1, Math.max(0, part))))
      bytes.set(colour, BMP_HEADER_BYTES + y * rowBytes + x * 3)
    }
  }
  return `data:image/bmp;base64,${btoa(String.fromCharCode(...bytes))}`
}
