import type { Message } from '@relaychat/client'

/** What the next line is about: a message to answer, or one of one's own to change. */
export interface Subject {
  readonly kind: 'reply' | 'edit'
  readonly message: Message
}
