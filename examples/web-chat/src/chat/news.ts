/** What has been said since the list of chats was looked at last. */

import type { ChatSummary } from '@relaychat/client'
import { isMuted } from './chat-state'

/** What was known of the list. */
export interface Known {
  readonly lastMessageIds: ReadonlyMap<string, string | undefined>
  readonly newestAt: number
}

export function known(chats: readonly ChatSummary[]): Known {
  return {
    lastMessageIds: new Map(chats.map(chat => [chat.id, chat.lastMessage?.id])),
    newestAt: chats.reduce((newest, chat) => Math.max(newest, chat.lastActivityAt), 0),
  }
}

/** The chats with an unread message of somebody else that was not there before. */
export function newsIn(chats: readonly ChatSummary[], before: Known): readonly ChatSummary[] {
  return chats.filter(chat => {
    const { id, lastMessage, unreadCount, lastActivityAt } = chat
    if (lastMessage === undefined || lastMessage.isOwn || unreadCount === 0) return false
    // Nobody wrote a line.
    if (lastMessage.event !== undefined) return false
    if (chat.isArchived || isMuted(chat, lastActivityAt)) return false
    if (before.lastMessageIds.has(id)) return before.lastMessageIds.get(id) !== lastMessage.id
    // A chat that was not in the list has begun just now, or is older than where the list ended.
    return lastActivityAt >= before.newestAt
  })
}
