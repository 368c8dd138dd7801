/** Links with which people join groups, and who reacted, as a fake engine has them. */

import { RelayError } from '../errors.js'
import type { Invite, InvitePreview, InviteTerms, ReactionPage } from '../types.js'
import * as project from './project.js'
import type { StoredChat, World } from './world.js'

/** As many reactions as the engine gives at a time. */
const PAGE = 50

/** A new link to a group. It has an end to come and can be used, as the engine demands. */
export function createInvite(world: World, chat: StoredChat, createdBy: string, { expiresAt, maxUses }: InviteTerms): Invite {
  if ((expiresAt ?? Infinity) <= world.nowMs || (maxUses ?? 1) < 1) {
    throw new RelayError('validation_failed', 'That is a link with which nobody could join.')
  }
  const id = world.newId('invite')
  const terms = { ...(expiresAt === undefined ? {} : { expiresAt }), ...(maxUses === undefined ? {} : { maxUses }) }
  const invite = { id, token: `token-of-${id}`, createdBy, createdAt: world.nowMs, ...terms, uses: 0 }
  chat.invites.unshift(invite)
  return invite
}

/** Those with which people can join now. */
export function usable(world: World, chat: StoredChat): readonly Invite[] {
  return chat.invites.filter(({ uses, maxUses = Infinity, expiresAt = Infinity }) => uses < maxUses && world.nowMs < expiresAt)
}

export function revokeInvite(chat: StoredChat, inviteId: string): void {
  const place = chat.invites.findIndex(({ id }) => id === inviteId)
  if (place < 0) throw notFound()
  chat.invites.splice(place, 1)
}

export function previewInvite(world: World, token: string, userId: string): InvitePreview {
  const { chat } = way(world, token, userId)
  const { name = '', avatarUrl } = chat
  const isMember = chat.members.some((member) => member.userId === userId)
  return { chatId: chat.id, name, ...(avatarUrl ? { avatarUrl } : {}), memberCount: chat.members.length, isMember }
}

/** Whoever is in the group already stays as they are, and the link too. */
export function acceptInvite(world: World, token: string, userId: string): string {
  const { chat, invite } = way(world, token, userId)
  if (chat.members.some((member) => member.userId === userId)) return chat.id
  const readSeq = chat.messages.length
  chat.members.push({ userId, role: 'member', joinedAt: world.nowMs, deliveredSeq: readSeq, readSeq })
  chat.invites.splice(chat.invites.indexOf(invite), 1, { ...invite, uses: invite.uses + 1 })
  return chat.id
}

/** Whatever is wrong with a link has one answer, but for those who are in the group. */
function way(world: World, token: string, userId: string): { chat: StoredChat; invite: Invite } {
  for (const chat of world.chats.values()) {
    const invite = chat.invites.find((one) => one.token === token)
    if (invite === undefined) continue
    const isMember = chat.members.some((member) => member.userId === userId)
    if (isMember || usable(world, chat).includes(invite)) return { chat, invite }
  }
  throw notFound()
}

/** Who reacted to a message, from the place on that the page before has named. */
export function reactions(world: World, chat: StoredChat, messageId: string, emoji: string, cursor = '0'): ReactionPage {
  const message = chat.messages.find(({ id }) => id === messageId)
  if (message === undefined) throw notFound()
  const all = (message.reactions ?? []).filter((one) => one.emoji === emoji)
  const start = Number(cursor)
  const items = all.slice(start, start + PAGE).map(({ userId, at }) => ({ user: world.user(userId), at }))
  return { items, ...(start + PAGE < all.length ? { nextCursor: String(start + PAGE) } : {}) }
}

/** Somebody reacts to a message, or takes that back. */
export function react(world: World, chat: StoredChat, by: { userId: string; messageId: string }, emoji: string, isOn: boolean): void {
  const { userId, messageId } = by
  const message = chat.messages.find(({ id }) => id === messageId)
  if (message === undefined || message.isDeleted) return
  const known = message.reactions ?? []
  const isThere = known.some((one) => one.emoji === emoji && one.userId === userId)
  if (isOn && !isThere) message.reactions = [...known, { emoji, userId, at: world.nowMs }]
  if (!isOn) message.reactions = known.filter((one) => one.emoji !== emoji || one.userId !== userId)
}

/** A chat that the client's own user is in. */
export function isVisible(world: World, chat: StoredChat | undefined): chat is StoredChat {
  return chat !== undefined && project.ownMember(world, chat) !== undefined
}

function notFound(): RelayError {
  return new RelayError('not_found', 'There is no such thing, or it is not good any more.')
}
