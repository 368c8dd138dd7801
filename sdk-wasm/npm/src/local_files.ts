/**
 * Pictures that are still on their way, so that the sender sees them at once.
 *
 * Object URLs hold their blob in memory until they are revoked: each ends some time after the
 * server has the message, and all end with the client.
 */

import type { Attachment, TimelineItem } from './types.js'
import type { ListPatch } from './patch.js'

/** The picture on the screen has been decoded by then, and nobody asks for the address again. */
const REVOKE_AFTER_MS = 30_000

export class LocalFiles {
  readonly #urls = new Map<string, readonly string[]>()
  readonly #revoking = new Set<{ readonly timer: ReturnType<typeof setTimeout>; readonly urls: readonly string[] }>()

  add(messageId: string, blobs: readonly Blob[]): void {
    if (blobs.length > 0) this.#urls.set(messageId, blobs.map((blob) => URL.createObjectURL(blob)))
  }

  /** The server has it, or it was taken back. */
  release(messageId: string): void {
    const urls = this.#urls.get(messageId)
    if (urls === undefined) return
    this.#urls.delete(messageId)
    const entry = {
      urls,
      timer: setTimeout(() => {
        this.#revoking.delete(entry)
        revoke(urls)
      }, REVOKE_AFTER_MS),
    }
    this.#revoking.add(entry)
  }

  /** Adds the local addresses to the messages that are not sent yet. */
  inItems(items: ListPatch<TimelineItem>): ListPatch<TimelineItem> {
    if (this.#urls.size === 0) return items
    return items.map((item) => {
      if (typeof item === 'number' || item.kind !== 'message' || item.message.seq !== undefined) return item
      const urls = this.#urls.get(item.message.id)
      if (urls === undefined) return item
      return { ...item, message: { ...item.message, attachments: withUrls(item.message.attachments, urls) } }
    })
  }

  clear(): void {
    for (const urls of this.#urls.values()) revoke(urls)
    for (const { timer, urls } of this.#revoking) {
      clearTimeout(timer)
      revoke(urls)
    }
    this.#urls.clear()
    this.#revoking.clear()
  }
}

function withUrls(attachments: readonly Attachment[], urls: readonly string[]): readonly Attachment[] {
  return attachments.map((attachment, index) => {
    const localUrl = urls[index]
    return localUrl === undefined ? attachment : { ...attachment, localUrl }
  })
}

function revoke(urls: readonly string[]): void {
  for (const url of urls) URL.revokeObjectURL(url)
}
