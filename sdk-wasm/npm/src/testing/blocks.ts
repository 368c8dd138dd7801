/** Whom the fake client's user blocks. */

import { RelayError } from '../errors.js'
import type { Observable, User } from '../types.js'
import type { StoredChat, World } from './world.js'

/** As the engine lists them: by id. Nobody's while nobody is logged in. */
export function blocked(world: World): Observable<readonly User[] | undefined> {
  return world.derive<readonly User[] | undefined>(undefined, () =>
    world.me === null ? undefined : [...world.blocked].sort().map((id) => world.user(id)),
  )
}

/** Blocks somebody, or takes that back. */
export function setBlock(world: World, userId: string, isBlocked: boolean): void {
  if (userId === world.me?.id) throw new RelayError('validation_failed', 'Nobody can block themselves.', { field: 'user_id' })
  if (!isBlocked) return void world.blocked.delete(userId)
  if (!world.users.has(userId)) throw new RelayError('not_found', `There is no user ${userId}.`)
  world.blocked.add(userId)
  for (const chat of world.chats.values()) {
    if (!isApart(world, chat)) continue
    chat.typing.clear()
    chat.isOwnTyping = false
  }
}

/** Whether nothing new can be said in a chat. Groups are shared as before. */
export function isApart(world: World, { kind, members }: StoredChat): boolean {
  return kind === 'direct' && members.some(({ userId }) => world.blocked.has(userId))
}
