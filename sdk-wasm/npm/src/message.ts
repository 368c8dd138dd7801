/** The public types of what is in a message, as it is shown and as it is written. */

import type { RelayError, Role, User } from './types.js'

/** A file of a message. */
export interface Attachment {
  readonly id: string
  /** An `image` can be shown; a `file` of any type is something to save, or to play. */
  readonly kind: 'image' | 'file'
  readonly contentType: string
  readonly sizeBytes: number
  /** In pixels; 0 for a file. */
  readonly width: number
  readonly height: number
  /** A `data:` URL of a very small picture to show while the image loads. */
  readonly placeholder?: string
  readonly fileName?: string
  /** For a message that is still being sent: the local file as an object URL. */
  readonly localUrl?: string
}

/** A file of a chat, and the message that carries it. */
export interface ChatAttachment {
  readonly messageId: string
  /** The place of the message, for `timeline.jumpTo`. */
  readonly seq: number
  readonly sender: Pick<User, 'id' | 'name'>
  readonly sentAt: number
  readonly attachment: Attachment
}

/** A part of the files of a chat, the newest first. */
export interface AttachmentPage {
  readonly items: readonly ChatAttachment[]
  /** Pass it back to read on; absent on the last page. */
  readonly nextCursor?: string
}

/** `sent`: the server has it. `delivered`, `read`: it reached, was read by, everybody else. */
export type DeliveryState = 'queued' | 'uploading' | 'sending' | 'sent' | 'delivered' | 'read' | 'failed'

/** What a system line tells of: something that the `sender` of the line did to the group. */
export interface ChatEvent {
  /** What happened. A kind that the application does not know is best shown as nothing. */
  readonly kind:
    | 'members_added'
    | 'member_joined'
    | 'member_left'
    | 'member_removed'
    | 'role_changed'
    | 'renamed'
    | 'described'
    | 'picture_changed'
    | 'unknown'
  /** Who was added or removed, or whose role changed: at most 50 people. */
  readonly users: readonly User[]
  /** How many people were added, also where that is more than `users` names; 0 otherwise. */
  readonly memberCount: number
  /** The role that they have now. */
  readonly role?: Role
  /** The name that the group has now. */
  readonly name?: string
}

/** A message as it is shown. */
export interface Message {
  /** Made by the sender; the same before and after the server has it. */
  readonly id: string
  /** Place in the chat; absent until the server has it. */
  readonly seq?: number
  readonly chatId: string
  readonly sender: User
  readonly isOwn: boolean
  readonly sentAt: number
  readonly text: string
  readonly attachments: readonly Attachment[]
  /** For own messages. */
  readonly state?: DeliveryState
  /** While `state` is `uploading`, from 0 to 1. */
  readonly uploadProgress?: number
  /** While `state` is `failed`. */
  readonly error?: RelayError
  /** When its text was last edited. */
  readonly editedAt?: number
  /** Deleted for everyone: no text, no attachments, no reactions. */
  readonly isDeleted: boolean
  /** The message that this one answers. */
  readonly replyTo?: Quote
  /** Whom it is meant for in particular, if anybody. */
  readonly mentions?: Mentions
  /** How people reacted, in the order in which each emoji was first used. */
  readonly reactions: readonly Reaction[]
  /** When it was pinned for everyone in the chat, if it is. */
  readonly pinnedAt?: number
  /** What it tells of, if it is a system line: nobody wrote it, and nothing can be done to it. */
  readonly event?: ChatEvent
  /**
   * A change of it that the server does not have yet; with `error`, one it refused: then the message
   * is shown as the server has it until the change is tried again or cancelled.
   */
  readonly pending?: { readonly kind: 'edit' | 'delete' | 'reaction' | 'pin'; readonly error?: RelayError }
}

/** The message that another one answers, as it is now. */
export interface Quote {
  readonly messageId: string
  /** Its place in the same chat, to jump to. */
  readonly seq: number
  readonly sender: User
  /** Its text, or the beginning of it. */
  readonly text: string
  readonly attachmentCount: number
  readonly isDeleted: boolean
}

/** One emoji under a message. */
export interface Reaction {
  readonly emoji: string
  /** How many people reacted with it. */
  readonly count: number
  /** Whether this user is one of them. */
  readonly isOwn: boolean
  /** The first 50 of them. */
  readonly users: readonly User[]
}

/** Some of those who reacted to a message with one emoji, in the order in which they did. */
export interface ReactionPage {
  /** Each with when they did. */
  readonly items: readonly { readonly user: User; readonly at: number }[]
  readonly nextCursor?: string
}

/** What is to be sent. */
export interface Draft {
  text?: string
  /**
   * Files of any type. Those whose type is one of `imageContentTypes` become images, without their
   * metadata; see {@link asFile}.
   */
  attachments?: readonly Blob[]
  /** Id of the message of this chat that it answers, which is quoted above it. */
  replyTo?: string
  /** Whom it is meant for in particular. */
  mentions?: Mentions
}

/**
 * Whom a message is meant for in particular: they count it apart (`mentionCount`), and hear of it also
 * where they muted the rest. How a mention looks is a matter of the text, which says `@Ann` or anything
 * else.
 */
export interface Mentions {
  /** Ids of people, at most 50. Whoever is not in the chat hears nothing. */
  readonly userIds: readonly string[]
  /** All members of the chat. */
  readonly isEveryone: boolean
}
