import type { ChatSummary } from '@relaychat/client'
import { expect, it } from 'vitest'
import { known, newsIn } from './news'

function chat(id: string, at: number, unreadCount: number, isOwn = false): ChatSummary {
  const sender = { id: 'ann', name: 'Ann' }
  return {
    id,
    kind: 'direct',
    title: id,
    lastActivityAt: at,
    unreadCount,
    mentionCount: 0,
    sendRole: 'member',
    addRole: 'admin',
    pinRole: 'admin',
    isPinned: false,
    isArchived: false,
    isMarkedUnread: false,
    lastSeq: at,
    readSeq: 0,
    memberCount: 2,
    typing: [],
    lastMessage: {
      id: `${id}-${at}`,
      chatId: id,
      sender,
      isOwn,
      sentAt: at,
      text: 'hi',
      attachments: [],
      isDeleted: false,
      reactions: [],
    },
  }
}

const before = known([chat('a', 10, 0), chat('b', 5, 2)])

it('a new message of somebody else is news, what was there is not', () => {
  expect(newsIn([chat('a', 11, 1), chat('b', 5, 2)], before)).toEqual([chat('a', 11, 1)])
})

it('what was read elsewhere and what one wrote oneself is no news', () => {
  expect(newsIn([chat('a', 11, 0), chat('b', 12, 2, true)], before)).toEqual([])
})

it('a chat that begins is news, an older one further down the list is not', () => {
  const found = newsIn([chat('new', 11, 1), chat('old', 3, 1)], before)
  expect(found.map(({ id }) => id)).toEqual(['new'])
})
