import { expect, it } from 'vitest'
import { isInvited, rememberReturn, takeReturn } from './return-to'

it('a chat and an invitation are returned to, once', () => {
  rememberReturn('/chat/c-1')
  expect(isInvited()).toBe(false)
  expect(takeReturn()).toBe('/chat/c-1')
  expect(takeReturn()).toBe('/')
  rememberReturn('/join#token')
  expect(isInvited()).toBe(true)
  expect(takeReturn()).toBe('/join#token')
})

it('nothing else is, whoever has written it', () => {
  rememberReturn('/profile')
  expect(takeReturn()).toBe('/')
  sessionStorage.setItem('relaychat.return-to', '//example.com/chat/')
  expect(isInvited()).toBe(false)
  expect(takeReturn()).toBe('/')
})
