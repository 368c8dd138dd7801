/** What the fake client's user reports. */

import { RelayError } from '../errors.js'
import type { Report } from '../types.js'
import type { StoredChat, World } from './world.js'

/** Something that was reported: a message of a chat, or a person. */
export interface FakeReport extends Report {
  readonly chatId?: string
  readonly messageId?: string
  readonly userId?: string
}

/** Reports a message. */
export function reportMessage(world: World, chat: StoredChat, messageId: string, report: Report): void {
  const message = chat.messages.find(({ id }) => id === messageId)
  if (message === undefined) throw new RelayError('not_found', `There is no message ${messageId}.`)
  refuseOwn(world, message.senderId)
  const about = { chatId: chat.id, messageId }
  if (isReported(world, about)) return
  if (message.isDeleted) throw new RelayError('message_deleted', 'The message was deleted.')
  world.reports.push({ ...about, ...report })
}

/** Reports a person. */
export function reportUser(world: World, userId: string, report: Report): void {
  refuseOwn(world, userId)
  if (!world.users.has(userId)) throw new RelayError('not_found', `There is no user ${userId}.`)
  if (!isReported(world, { userId })) world.reports.push({ userId, ...report })
}

function refuseOwn(world: World, userId: string): void {
  if (userId === world.me?.id) throw new RelayError('not_reportable', 'Nobody reports themselves.')
}

/** Nobody decides in here: what was reported stays reported, as it was first. */
function isReported(world: World, about: { messageId?: string; userId?: string }): boolean {
  return world.reports.some(({ messageId, userId }) => messageId === about.messageId && userId === about.userId)
}
