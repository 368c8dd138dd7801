/** What an application sees of the world: summaries, members, timelines. */

import type { ChatListState, ChatSummary, DeliveryState, Member, Message, Quote, Reaction, TimelineItem, TimelineState } from '../types.js'
import { meant } from './exchange.js'
import type { StoredChat, StoredMember, StoredMessage, WaitingMessage, World } from './world.js'

/** What a timeline shows: from `first` on, up to `last` or with everything that comes. */
export interface Window {
  readonly first: number
  readonly last: number | undefined
}

/** Where the unread messages began when the timeline was opened. */
export interface Divider {
  readonly afterSeq: number
  readonly count: number
}

export function chatList(world: World): ChatListState {
  const items = [...world.chats.values()]
    .filter((chat) => ownMember(world, chat) !== undefined)
    .sort((a, b) => (b.settings.pinnedAt ?? 0) - (a.settings.pinnedAt ?? 0) || b.activity - a.activity)
    .map((chat) => summary(world, chat))
  const counting = items.filter((chat) => !chat.isArchived && (chat.mutedUntil ?? 0) <= world.nowMs)
  const unreadCount = counting.reduce((sum, chat) => sum + chat.unreadCount, 0)
  const unreadChatCount = counting.filter((chat) => chat.unreadCount > 0 || chat.isMarkedUnread).length
  return { items, isLoading: world.me === null, hasMore: false, unreadCount, unreadChatCount }
}

export function summary(world: World, chat: StoredChat): ChatSummary {
  const other = chat.members.find(({ userId }) => userId !== world.me?.id)
  const peer = chat.kind === 'direct' && other !== undefined ? world.user(other.userId) : undefined
  const last = chat.messages.at(-1)
  return {
    id: chat.id,
    kind: chat.kind,
    title: chat.name ?? peer?.name ?? '',
    ...(chat.description ? { description: chat.description } : {}),
    ...picture(chat.avatarUrl || peer?.avatarUrl),
    ...(peer === undefined ? {} : { peer }),
    ...(last === undefined ? {} : { lastMessage: message(world, chat, last) }),
    sendRole: chat.rules.send,
    addRole: chat.rules.add,
    pinRole: chat.rules.pin,
    lastActivityAt: chat.lastActivityAt,
    unreadCount: unreadCount(world, chat),
    mentionCount: unread(world, chat).filter((message) => isMeant(world, message)).length,
    lastSeq: chat.messages.length,
    readSeq: ownMember(world, chat)?.readSeq ?? 0,
    memberCount: chat.members.length,
    isPinned: chat.settings.pinnedAt !== undefined,
    isArchived: chat.settings.isArchived ?? false,
    isMarkedUnread: chat.settings.isMarkedUnread ?? false,
    ...(chat.settings.mutedUntil === undefined ? {} : { mutedUntil: chat.settings.mutedUntil }),
    typing: [...chat.typing.keys()].map((id) => world.user(id)),
  }
}

function picture(avatarUrl: string | undefined): { avatarUrl?: string } {
  return avatarUrl ? { avatarUrl } : {}
}

/** The members of a chat, the client's own user first. */
export function members(world: World, chat: StoredChat): readonly Member[] {
  const isOther = ({ userId }: StoredMember): number => Number(userId !== world.me?.id)
  const sorted = [...chat.members].sort((a, b) => isOther(a) - isOther(b))
  return sorted.map(({ userId, ...member }) => ({ user: world.user(userId), ...member }))
}

export function ownMember(world: World, chat: StoredChat): StoredMember | undefined {
  return chat.members.find(({ userId }) => userId === world.me?.id)
}

export function unreadCount(world: World, chat: StoredChat): number {
  return unread(world, chat).length
}

function unread(world: World, chat: StoredChat): readonly StoredMessage[] {
  const readSeq = ownMember(world, chat)?.readSeq ?? 0
  return chat.messages.filter(({ seq, senderId, isDeleted }) => seq > readSeq && senderId !== world.me?.id && !isDeleted)
}

function isMeant(world: World, { mentions }: StoredMessage): boolean {
  return mentions !== undefined && (mentions.isEveryone || mentions.userIds.includes(world.me?.id ?? ''))
}

export function timeline(world: World, chat: StoredChat, window: Window, divider: Divider): TimelineState {
  const items: TimelineItem[] = []
  let lastDay = -Infinity
  const date = (at: number): void => {
    const day = new Date(at).setHours(0, 0, 0, 0)
    if (day <= lastDay) return
    lastDay = day
    items.push({ kind: 'date_divider', key: `day-${day}`, day })
  }
  const push = (shown: Message): void => {
    date(shown.sentAt)
    items.push({ kind: 'message', key: shown.id, message: shown })
  }
  const lastSeq = window.last ?? chat.messages.length
  if (window.first <= 1) items.push({ kind: 'start', key: 'start' })
  for (const stored of chat.messages.slice(Math.max(window.first - 1, 0), lastSeq)) {
    if (divider.count > 0 && stored.seq === divider.afterSeq + 1) {
      date(stored.sentAt)
      items.push({ kind: 'unread_divider', key: 'unread', count: divider.count })
    }
    push(message(world, chat, stored))
  }
  if (window.last === undefined) for (const waiting of chat.waiting) push(echo(world, chat, waiting))
  const hasAfter = lastSeq < chat.messages.length
  return { items, isLoading: false, isLoadingBefore: false, hasBefore: window.first > 1, isLoadingAfter: false, hasAfter }
}

export function message(world: World, chat: StoredChat, stored: StoredMessage): Message {
  const { senderId, replyTo, reactions, isDeleted = false, ...rest } = stored
  const isOwn = senderId === world.me?.id
  return {
    ...rest,
    chatId: chat.id,
    sender: world.user(senderId),
    isOwn,
    isDeleted,
    reactions: counted(world, reactions ?? []),
    ...quoted(world, chat, replyTo),
    ...(isOwn ? { state: ticks(world, chat, stored.seq) } : {}),
  }
}

/** What is pinned, the message that was pinned last in front. */
export function pinned(world: World, chat: StoredChat): readonly Message[] {
  const all = chat.messages.filter(({ pinnedAt }) => pinnedAt !== undefined)
  all.sort((a, b) => (b.pinnedAt ?? 0) - (a.pinnedAt ?? 0) || b.seq - a.seq)
  return all.map((one) => message(world, chat, one))
}

function quoted(world: World, chat: StoredChat, id: string | undefined): { replyTo?: Quote } {
  const of = chat.messages.find((message) => message.id === id)
  if (of === undefined) return {}
  const { seq, text, attachments, isDeleted = false } = of
  const sender = world.user(of.senderId)
  return { replyTo: { messageId: of.id, seq, sender, text, attachmentCount: attachments.length, isDeleted } }
}

function counted(world: World, reactions: NonNullable<StoredMessage['reactions']>): Reaction[] {
  return [...new Set(reactions.map(({ emoji }) => emoji))].map((emoji) => {
    const userIds = reactions.filter((one) => one.emoji === emoji).map(({ userId }) => userId)
    const isOwn = userIds.includes(world.me?.id ?? '')
    return { emoji, count: userIds.length, isOwn, users: userIds.map((id) => world.user(id)) }
  })
}

function echo(world: World, chat: StoredChat, waiting: WaitingMessage): Message {
  const { id, sentAt, text, attachments, state, error, replyTo, mentions } = waiting
  const sender = world.user(world.me?.id ?? '')
  const progress = state === 'uploading' ? { uploadProgress: 0 } : {}
  const failure = error === undefined ? {} : { error }
  return { id, chatId: chat.id, sender, isOwn: true, sentAt, text, attachments, state, isDeleted: false, reactions: [], ...quoted(world, chat, replyTo), ...meant(mentions), ...progress, ...failure }
}

/** How far an own message has come with everybody else. */
function ticks(world: World, chat: StoredChat, seq: number): DeliveryState {
  const others = chat.members.filter(({ userId }) => userId !== world.me?.id)
  if (others.length === 0) return 'sent'
  if (others.every(({ readSeq }) => readSeq >= seq)) return 'read'
  return others.every(({ deliveredSeq }) => deliveredSeq >= seq) ? 'delivered' : 'sent'
}
