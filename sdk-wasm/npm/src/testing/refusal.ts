/** Who may write into a chat of the fake client. */

import { RelayError } from '../errors.js'
import { isApart } from './blocks.js'
import type { StoredChat, World } from './world.js'

const RANK = { member: 0, admin: 1, owner: 2 }

/** What somebody hears who writes into a chat in which they can say nothing new. */
export function refusal(world: World, chat: StoredChat, userId: string | undefined): RelayError | undefined {
  if (isApart(world, chat)) {
    return userId === world.me?.id
      ? new RelayError('blocked_by_you', 'You have blocked this person.')
      : new RelayError('unreachable', 'This person cannot be reached.')
  }
  const role = chat.members.find((member) => member.userId === userId)?.role ?? 'member'
  return RANK[role] < RANK[chat.rules.send] ? new RelayError('forbidden', 'Only others write here.') : undefined
}
