/** What system lines say, in German. */

import type { Strings } from '../../strings'
import { wordsOf } from '../words'

const roles = { owner: 'die Inhaberschaft', admin: 'die Verwaltung', member: 'die Mitgliedschaft' }

export function told(locale: string): Strings['told'] {
  const { count, list } = wordsOf(locale)
  const has = (who: string | undefined) => (who === undefined ? 'Du hast' : `${who} hat`)
  return {
    both: (one, other) => list([one, other]),
    whom: (first, others) =>
      others < 1
        ? first
        : `${first} und ${count(others, { one: '# weitere Person', other: '# weitere' })}`,
    added: (who, whom) => `${has(who)} ${whom} hinzugefügt`,
    joined: who => `${who === undefined ? 'Du bist' : `${who} ist`} über einen Link beigetreten`,
    left: who => `${has(who)} die Gruppe verlassen`,
    removed: (who, whom) => `${has(who)} ${whom} entfernt`,
    role: (who, whom, role) => `${has(who)} ${whom} ${roles[role]} gegeben`,
    renamed: (who, name) => `${has(who)} die Gruppe „${name}“ genannt`,
    described: who => `${has(who)} die Beschreibung geändert`,
    picture: who => `${has(who)} das Bild geändert`,
  }
}
