/**
 * Pictures that this page sent, so that the sender sees them at once.
 *
 * The core says of each attachment whether the local file still stands for it. Object URLs hold
 * their blob in memory until they are revoked: each ends some time after the core stopped saying
 * so, and all end with the client.
 */

import type { ListPatch } from './patch.js'
import type { Attachment, ChatSummary, Message, SearchHit, TimelineItem } from './types.js'

/** The picture on the screen has been replaced by then, and nobody asks for the address again. */
const REVOKE_AFTER_MS = 30_000

/** An attachment as the core writes it. */
type CoreAttachment = Attachment & { readonly isLocal?: true }

export class LocalFiles {
  /** By the message; of files that are found one after the other not all are there at first. */
  readonly #urls = new Map<string, string[]>()
  readonly #revoking = new Set<{ readonly timer: ReturnType<typeof setTimeout>; readonly urls: readonly string[] }>()

  add(messageId: string, blobs: readonly Blob[]): void {
    if (blobs.length > 0) this.#urls.set(messageId, blobs.map((blob) => URL.createObjectURL(blob)))
  }

  /** What an earlier visit has queued. The core asks for it before it shows the message. */
  found(messageId: string, index: number, file: Blob): void {
    const urls = this.#urls.get(messageId) ?? []
    urls[index] ??= URL.createObjectURL(file)
    this.#urls.set(messageId, urls)
  }

  /** Puts the local addresses where the core says so. */
  inItems(items: ListPatch<TimelineItem>): ListPatch<TimelineItem> {
    return items.map((item) => {
      if (typeof item === 'number' || item.kind !== 'message') return item
      const message = this.#inMessage(item.message)
      return message === item.message ? item : { ...item, message }
    })
  }

  /** The same in the newest message of a chat. Nothing is let go here: the timeline may still show it. */
  inSummary(chat: ChatSummary): ChatSummary {
    const { lastMessage } = chat
    if (lastMessage === undefined || !isLocal(lastMessage)) return chat
    return { ...chat, lastMessage: this.withUrls(lastMessage) }
  }

  /** The same in messages that stand beside the timeline. */
  inMessages(messages: readonly Message[]): readonly Message[] {
    return messages.map((message) => (isLocal(message) ? this.withUrls(message) : message))
  }

  /** The same in what was found. */
  inHit(hit: SearchHit): SearchHit {
    const message = isLocal(hit.message) ? this.withUrls(hit.message) : hit.message
    return { ...hit, message, ...(hit.chat === undefined ? {} : { chat: this.inSummary(hit.chat) }) }
  }

  /** The same in a message as its sender's code gets it. */
  withUrls(message: Message): Message {
    const urls = this.#urls.get(message.id) ?? []
    return { ...message, attachments: message.attachments.map((attachment, index) => withUrl(attachment, urls[index])) }
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

  #inMessage(message: Message): Message {
    if (isLocal(message)) return this.withUrls(message)
    this.#release(message.id)
    return message
  }

  #release(messageId: string): void {
    const urls = this.#urls.get(messageId)
    if (urls === undefined) return
    this.#urls.delete(messageId)
    const timer = setTimeout(() => {
      this.#revoking.delete(entry)
      revoke(urls)
    }, REVOKE_AFTER_MS)
    const entry = { urls, timer }
    this.#revoking.add(entry)
  }
}

function isLocal(message: Message): boolean {
  const attachments: readonly CoreAttachment[] = message.attachments
  return attachments.some((attachment) => attachment.isLocal)
}

function withUrl({ isLocal, ...attachment }: CoreAttachment, localUrl: string | undefined): Attachment {
  return isLocal && localUrl !== undefined ? { ...attachment, localUrl } : attachment
}

function revoke(urls: readonly string[]): void {
  for (const url of urls) URL.revokeObjectURL(url)
}
