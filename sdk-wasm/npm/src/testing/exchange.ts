/** What the engine does with a message, whoever wrote it. */

import type { Attachment, AttachmentPage, Mentions } from '../types.js'
import type { StoredChat, StoredMessage, World } from './world.js'

/** Gives it its place; whoever is there has it at once, and its author has read it. */
export function store(
  world: World,
  chat: StoredChat,
  message: Pick<StoredMessage, 'id' | 'senderId' | 'text' | 'attachments' | 'replyTo' | 'mentions'>,
): StoredMessage {
  const seq = chat.messages.length + 1
  const stored = { ...message, seq, sentAt: world.nowMs }
  chat.messages.push(stored)
  chat.lastActivityAt = world.nowMs
  chat.activity = world.nextActivity()
  chat.typing.delete(message.senderId)
  if (message.senderId === world.me?.id) chat.isOwnTyping = false
  for (const member of chat.members) {
    if (member.userId === message.senderId) member.readSeq = seq
    if (member.userId === message.senderId || isThere(world, member.userId)) member.deliveredSeq = seq
  }
  return stored
}

/** Somebody pins a message for everyone, or unpins it. What is pinned keeps its time. */
export function pin(world: World, chat: StoredChat, messageId: string, isPinned: boolean): void {
  const message = chat.messages.find(({ id }) => id === messageId)
  if (message === undefined || message.isDeleted) return
  if (isPinned) message.pinnedAt ??= world.nowMs
  else delete message.pinnedAt
}

/** As many files as the engine gives at a time. */
const PAGE = 50

/** The files of one kind, newest first, from the place on that the page before has named. */
export function attachments(world: World, chat: StoredChat, kind: Attachment['kind'], cursor = '0'): AttachmentPage {
  const all = chat.messages.flatMap(({ id: messageId, seq, senderId, sentAt, attachments }) => {
    const sender = world.user(senderId)
    return attachments.map((attachment) => ({ messageId, seq, sender, sentAt, attachment }))
  })
  const wanted = all.filter(({ attachment }) => attachment.kind === kind).reverse()
  const end = Number(cursor) + PAGE
  const items = wanted.slice(Number(cursor), end)
  return { items, ...(end < wanted.length ? { nextCursor: String(end) } : {}) }
}

/** Whom something is meant for; nothing if that is nobody in particular. */
export function meant(mentions: Mentions | undefined): { mentions?: Mentions } {
  return mentions?.isEveryone || mentions?.userIds.length ? { mentions } : {}
}

/** Somebody is back: everything that waited for them is delivered. */
export function catchUp(world: World, userId: string): void {
  for (const chat of world.chats.values()) {
    for (const member of chat.members) {
      if (member.userId === userId) member.deliveredSeq = chat.messages.length
    }
  }
}

function isThere(world: World, userId: string): boolean {
  return userId === world.me?.id ? world.isConnected : world.presences.get(userId)?.isOnline === true
}
