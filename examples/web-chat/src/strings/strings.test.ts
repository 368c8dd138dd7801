import { describe, expect, it } from 'vitest'
import type { Strings } from '../strings'
import { arabic } from './ar'
import { german } from './de'
import { english } from './en'
import { japanese } from './ja'

it('a language counts as it does', () => {
  const unread = (strings: Strings, counts: readonly number[]) =>
    counts.map(strings.conversation.unreadDivider)
  expect(unread(english('en'), [1, 12])).toEqual(['1 new message', '12 new messages'])
  expect(unread(german('de'), [1, 1200])).toEqual(['1 neue Nachricht', '1.200 neue Nachrichten'])
  expect(unread(japanese('ja'), [1, 12])).toEqual(['新しいメッセージ1件', '新しいメッセージ12件'])
  expect(unread(arabic('ar-u-nu-latn'), [1, 2, 3, 11, 100])).toEqual([
    'رسالة جديدة واحدة',
    'رسالتان جديدتان',
    '3 رسائل جديدة',
    '11 رسالة جديدة',
    '100 رسالة جديدة',
  ])
})

it('who is typing is said for one, two and more', () => {
  const typing = english('en').conversation.typing
  expect(typing([])).toBe('')
  expect(typing(['Ann'])).toBe('Ann is typing…')
  expect(typing(['Ann', 'Bob'])).toBe('Ann and Bob are typing…')
  expect(typing(['Ann', 'Bob', 'Cem'])).toBe('Ann and 2 others are typing…')
  expect(german('de').conversation.typing(['Ann', 'Bob', 'Cem'])).toBe(
    'Ann und 2 weitere schreiben …',
  )
})

/** Words that are the same in both languages, or nobody's. */
const shared =
  /^(RelayChat|Chats|Video|online|offline|Offline|Online|System|Zoom|Emoji|you@example\.com|)$/u

describe.each([
  ['German', german('de')],
  ['Arabic', arabic('ar')],
  ['Japanese', japanese('ja')],
])('%s', (_, strings) => {
  it('has no English left in it', () => {
    const theirs = new Set(wordsIn(english('en')).filter(word => !shared.test(word)))
    expect(wordsIn(strings).filter(word => theirs.has(word))).toEqual([])
  })
})

/** Every text that is no function. */
function wordsIn(value: object): string[] {
  return Object.entries(value).flatMap(([key, entry]) => {
    if (['language', 'direction'].includes(key) || typeof entry === 'function') return []
    return typeof entry === 'string' ? [entry] : wordsIn(entry)
  })
}
