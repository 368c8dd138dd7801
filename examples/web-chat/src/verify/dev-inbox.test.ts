import { expect, it } from 'vitest'
import { codeOf, isLoopback } from './dev-inbox'

it.each([
  ['localhost', true],
  ['127.0.0.1', true],
  ['127.8.9.1', true],
  ['[::1]', true],
  ['chat.example.com', false],
  ['127.0.0.1.example.com', false],
  ['192.168.1.4', false],
])('%s is loopback: %s', (hostname, isIt) => {
  expect(isLoopback(hostname)).toBe(isIt)
})

it('a mail of this request has a code', () => {
  expect(codeOf({ code: '482913', received_at_ms: 5_000 }, 5_100)).toEqual({ code: '482913' })
})

it('the mail of an earlier request is not shown', () => {
  expect(codeOf({ code: '482913', received_at_ms: 5_000 }, 65_000)).toBeUndefined()
})

it('a mail without a code is not shown', () => {
  for (const mail of [null, {}, { code: null }, { code: 'abc' }, 'text']) {
    expect(codeOf(mail, 0)).toBeUndefined()
  }
})
