/**
 * Width and height of pictures that will be sent, so that their echo reserves the right room.
 *
 * Measuring takes a moment, sending takes none: so a picture is measured when it is put into a
 * draft. What is not measured by then is sent all the same.
 */

const measured = /* @__PURE__ */ new WeakMap<Blob, readonly [width: number, height: number]>()

/** Starts measuring; never fails. */
export function measure(blob: Blob): void {
  if (measured.has(blob) || typeof createImageBitmap !== 'function') return
  createImageBitmap(blob).then(
    (picture) => {
      measured.set(blob, [picture.width, picture.height])
      picture.close()
    },
    () => {
      // Not a picture, or one this browser cannot read: the server will say what it thinks of it.
    },
  )
}

/** Width and height of each, zeros where they are not known. */
export function pixelsOf(blobs: readonly Blob[]): Uint32Array {
  return Uint32Array.from(blobs.flatMap((blob) => measured.get(blob) ?? [0, 0]))
}
