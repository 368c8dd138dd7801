/**
 * Which files will be sent as pictures, and their width and height, so that their echo reserves the
 * right room.
 *
 * Measuring takes a moment, sending takes none: so a picture is measured when it is put into a
 * draft. What is not measured by then is sent all the same.
 */

const measured = /* @__PURE__ */ new WeakMap<Blob, readonly [width: number, height: number]>()

/** The types that become images, as the core has them too. */
const IMAGE_TYPES: readonly string[] = ['image/png', 'image/jpeg', 'image/webp', 'image/gif']

/** Whether it will be sent as an image. */
export function isImage(blob: Blob): boolean {
  return IMAGE_TYPES.includes(blob.type)
}

/**
 * The same bytes, to be sent as a file even when they are a picture: nothing is written anew, and its
 * metadata stay in it.
 */
export function asFile(blob: Blob): File {
  const name = blob instanceof File ? blob.name : 'file'
  return new File([blob], name, { type: 'application/octet-stream' })
}

/** Starts measuring; never fails. */
export function measure(blob: Blob): void {
  if (!isImage(blob) || measured.has(blob) || typeof createImageBitmap !== 'function') return
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
