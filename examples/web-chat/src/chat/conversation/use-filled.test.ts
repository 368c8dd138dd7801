import type { TimelineItem } from '@relaychat/client'
import { expect, it } from 'vitest'
import { isEnough } from './use-filled'

const days = (count: number): TimelineItem[] =>
  Array.from({ length: count }, (_, day) => ({ kind: 'date_divider', key: `d${day}`, day }))
const divider: TimelineItem = { kind: 'unread_divider', key: 'unread', count: 12 }

it('the newest message alone is not enough while there is more', () => {
  expect(isEnough(days(1), true, 0)).toBe(false)
  expect(isEnough(days(1), false, 0)).toBe(true)
})

it('a screenful is enough for who has read everything', () => {
  expect(isEnough(days(40), true, 0)).toBe(true)
})

it('who has not read everything needs the place where that begins', () => {
  expect(isEnough(days(40), true, 12)).toBe(false)
  expect(isEnough([divider, ...days(40)], true, 12)).toBe(true)
})

it('after a very long absence it does not load for ever', () => {
  expect(isEnough(days(600), true, 5_000)).toBe(true)
})
