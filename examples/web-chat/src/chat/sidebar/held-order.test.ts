import type { ChatSummary } from '@relaychat/client'
import { expect, it } from 'vitest'
import { inOrder } from './held-order'

const chats = (ids: string) => [...ids].map(id => ({ id }) as ChatSummary)
const shown = (now: string, before: string) =>
  inOrder(chats(now), [...before])
    .map(chat => chat.id)
    .join('')

it.each([
  ['cab', 'abc', 'abc'],
  ['ac', 'abc', 'ac'],
  ['xabc', 'abc', 'abc'],
  ['bacde', 'abc', 'abcde'],
  ['', 'abc', ''],
])('%s was %s and is shown as %s', (now, before, expected) => {
  expect(shown(now, before)).toBe(expected)
})
