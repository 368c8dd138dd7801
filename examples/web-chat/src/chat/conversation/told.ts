/** What a system line says in words; nothing for a kind that is not known here. */

import type { Message } from '@relaychat/client'
import { t } from '../../strings'

export function toldOf({ event, isOwn, sender }: Message): string | undefined {
  if (event === undefined) return undefined
  const words = t.told
  const who = isOwn ? undefined : sender.name
  const [first = '', second] = event.users.map(user => user.name)
  const others = Math.max(event.memberCount, event.users.length) - 1
  const isTwo = others === 1 && second !== undefined
  const whom = isTwo ? words.both(first, second) : words.whom(first, others)
  switch (event.kind) {
    case 'members_added':
      return words.added(who, whom)
    case 'member_joined':
      return words.joined(who)
    case 'member_left':
      return words.left(who)
    case 'member_removed':
      return words.removed(who, whom)
    case 'role_changed':
      return words.role(who, whom, event.role ?? 'member')
    case 'renamed':
      return words.renamed(who, event.name ?? '')
    case 'described':
      return words.described(who)
    case 'picture_changed':
      return words.picture(who)
    default:
      return undefined
  }
}
