/** Whom a message means, by the names that stand in it. */

import type { Member, Message } from '@relaychat/client'
import { everyone, everyoneWords } from '../mentions'

export interface Mentioned {
  readonly id: string
  readonly name: string
  /** The reader, alone or with everybody else. */
  readonly isMe: boolean
}

/** Always the same nobody, so that no row is drawn again for it. */
const nobody: readonly Mentioned[] = []

export function mentionedIn(
  message: Message,
  members: readonly Member[],
  ownId: string | undefined,
): readonly Mentioned[] {
  const { mentions } = message
  if (mentions === undefined) return nobody
  const people = members
    .filter(({ user }) => mentions.userIds.includes(user.id))
    .map(({ user: { id, name } }) => ({ id, name, isMe: id === ownId }))
  if (!mentions.isEveryone) return people
  const isMe = !message.isOwn
  return [...people, ...everyoneWords.map(name => ({ id: everyone, name, isMe }))]
}

/** Whether it is for the reader in particular. */
export function meansMe(message: Message, ownId: string | undefined): boolean {
  const { mentions } = message
  if (mentions === undefined || message.isOwn || ownId === undefined) return false
  return mentions.isEveryone || mentions.userIds.includes(ownId)
}
