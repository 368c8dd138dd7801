/** What system lines say, in English. `who` is missing for the person who reads it. */

import type { Role } from '@relaychat/client'
import { wordsOf } from '../words'

const roles = { owner: 'the owner', admin: 'an administrator', member: 'a member' }

export function told(locale: string) {
  const { count, list } = wordsOf(locale)
  const by = (who: string | undefined) => who ?? 'You'
  return {
    both: (one: string, other: string) => list([one, other]),
    whom: (first: string, others: number) =>
      others < 1 ? first : `${first} and ${count(others, { one: '# other', other: '# others' })}`,
    added: (who: string | undefined, whom: string) => `${by(who)} added ${whom}`,
    joined: (who: string | undefined) => `${by(who)} joined by a link`,
    left: (who: string | undefined) => `${by(who)} left`,
    removed: (who: string | undefined, whom: string) => `${by(who)} removed ${whom}`,
    role: (who: string | undefined, whom: string, role: Role) =>
      `${by(who)} made ${whom} ${roles[role]}`,
    renamed: (who: string | undefined, name: string) => `${by(who)} named the group ${name}`,
    described: (who: string | undefined) => `${by(who)} changed the description`,
    picture: (who: string | undefined) => `${by(who)} changed the picture`,
  }
}
