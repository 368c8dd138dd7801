import type { Message, TimelineItem, User } from '@relaychat/client'
import { expect, it } from 'vitest'
import { hasOldDivider, isEnough } from './use-opening'

const bob: User = { id: 'bob', name: 'Bob' }
const message = (seq: number): TimelineItem => {
  const of: Message = {
    id: `m${seq}`,
    seq,
    chatId: 'c',
    sender: bob,
    isOwn: false,
    sentAt: seq,
    text: 'x',
    attachments: [],
    isDeleted: false,
    reactions: [],
  }
  return { kind: 'message', key: of.id, message: of }
}
const messages = (from: number, count: number) =>
  Array.from({ length: count }, (_, at) => message(from + at))
const divider: TimelineItem = { kind: 'unread_divider', key: 'unread', count: 12 }

const atEnd = { at: 'end', isDividerOld: false } as const
const atUnread = { at: 'unread', seq: 100, isDividerOld: false } as const
const atPlace = {
  at: 'place',
  anchor: { key: 'm7', seq: 7, offset: 0 },
  isDividerOld: false,
} as const

it('the newest message alone is not enough while there is more', () => {
  expect(isEnough(messages(900, 1), true, atEnd)).toBe(false)
  expect(isEnough(messages(900, 1), false, atEnd)).toBe(true)
})

it('a screenful is enough for who has read everything', () => {
  expect(isEnough(messages(900, 40), true, atEnd)).toBe(true)
})

it('who has not read everything needs the place where that begins, however far it is', () => {
  expect(isEnough(messages(900, 500), true, atUnread)).toBe(false)
  expect(isEnough(messages(99, 10), true, atUnread)).toBe(true)
  expect(isEnough(messages(100, 10), false, atUnread)).toBe(true)
})

it('who left in the middle needs the message they were at', () => {
  expect(isEnough(messages(900, 500), true, atPlace)).toBe(false)
  expect(isEnough(messages(1, 50), true, atPlace)).toBe(true)
})

it('a divider before what was read meanwhile is old', () => {
  const items = [message(1), divider, message(2), message(3)]
  expect(hasOldDivider(items, 1)).toBe(false)
  expect(hasOldDivider(items, 3)).toBe(true)
  expect(hasOldDivider([message(1)], 1)).toBe(false)
})
