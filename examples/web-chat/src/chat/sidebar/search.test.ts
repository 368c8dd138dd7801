import type { ChatSummary, User } from '@relaychat/client'
import { expect, it } from 'vitest'
import { matchRange, searchResults } from './search'

const ann: User = { id: 'ann', name: 'Ann' }
const anna: User = { id: 'anna', name: 'Anna' }
const me: User = { id: 'me', name: 'Anne' }
const chat: ChatSummary = {
  id: 'c1',
  kind: 'direct',
  title: 'Ann',
  peer: ann,
  lastActivityAt: 0,
  unreadCount: 0,
  mentionCount: 0,
  sendRole: 'member',
  addRole: 'admin',
  pinRole: 'admin',
  isPinned: false,
  isArchived: false,
  isMarkedUnread: false,
  lastSeq: 0,
  readSeq: 0,
  memberCount: 2,
  typing: [],
}

it('a person with a chat is found once, and oneself never', () => {
  const found = searchResults([chat], [ann, anna, me], 'an', 'me')
  expect(found.map(({ kind, id }) => `${kind} ${id}`)).toEqual(['chat c1', 'person anna'])
})

it.each([
  ['Ann Lindqvist', 'lind', [4, 8]],
  ['Élodie', 'elo', [0, 3]],
  ['Cem Yıldız', 'cem', [0, 3]],
  ['Ann', 'bob', undefined],
  ['Ann', '', undefined],
])('%s matches %s at %o', (name, query, range) => {
  expect(matchRange(name, query)).toEqual(range)
})
