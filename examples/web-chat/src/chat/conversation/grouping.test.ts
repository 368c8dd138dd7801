import type { Message, TimelineItem, User } from '@relaychat/client'
import { expect, it } from 'vitest'
import { dayAt, runGapMs, runPlace } from './grouping'

const ann: User = { id: 'ann', name: 'Ann' }
const bob: User = { id: 'bob', name: 'Bob' }

function message(sender: User, sentAt: number): TimelineItem {
  const key = `${sender.id}-${sentAt}`
  const of: Message = {
    id: key,
    chatId: 'c',
    sender,
    isOwn: false,
    sentAt,
    text: 'x',
    attachments: [],
    isDeleted: false,
    reactions: [],
  }
  return { kind: 'message', key, message: of }
}

const places = (items: readonly TimelineItem[]) =>
  items.map((_, index) => {
    const { isFirst, isLast } = runPlace(items, index)
    return `${isFirst ? '[' : '-'}${isLast ? ']' : '-'}`
  })

it('messages of one person within five minutes stand together', () => {
  expect(places([message(ann, 0), message(ann, runGapMs), message(ann, runGapMs + 1)])).toEqual([
    '[-',
    '--',
    '-]',
  ])
})

it('a longer silence starts anew', () => {
  expect(places([message(ann, 0), message(ann, runGapMs + 1)])).toEqual(['[]', '[]'])
})

it('another person starts anew', () => {
  expect(places([message(ann, 0), message(bob, 1), message(bob, 2)])).toEqual(['[]', '[-', '-]'])
})

it('a divider starts anew', () => {
  const items: TimelineItem[] = [
    message(ann, 0),
    { kind: 'unread_divider', key: 'u', count: 1 },
    message(ann, 1),
  ]
  expect(places(items)).toEqual(['[]', '[]', '[]'])
})

it('the day at a place is that of the divider before it', () => {
  const items: TimelineItem[] = [
    { kind: 'start', key: 's' },
    { kind: 'date_divider', key: 'd1', day: 1 },
    message(ann, 0),
    { kind: 'date_divider', key: 'd2', day: 2 },
    message(ann, 1),
  ]
  expect([0, 1, 2, 3, 4, 99].map(index => dayAt(items, index))).toEqual([undefined, 1, 1, 2, 2, 2])
})
