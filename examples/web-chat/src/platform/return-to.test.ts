import { expect, it, vi } from 'vitest'
import { forgetInvitation, isInvited, rememberReturn, takeReturn } from './return-to'

it('a chat is returned to once, an invitation until it was answered', () => {
  rememberReturn('/chat/c-1')
  expect(isInvited()).toBe(false)
  expect(takeReturn()).toBe('/chat/c-1')
  expect(takeReturn()).toBe('/')
  rememberReturn('/join#token')
  expect(isInvited()).toBe(true)
  expect(takeReturn()).toBe('/join#token')
  expect(takeReturn()).toBe('/join#token')
  forgetInvitation()
  expect(isInvited()).toBe(false)
  expect(takeReturn()).toBe('/')
})

it('nothing else is, whoever has written it', () => {
  rememberReturn('/profile')
  expect(takeReturn()).toBe('/')
  sessionStorage.setItem('relaychat.return-to', '//example.com/chat/')
  expect(isInvited()).toBe(false)
  expect(takeReturn()).toBe('/')
})

it('an invitation is found by the tab that the mail opens, and is good for an hour', () => {
  rememberReturn('/join#token')
  // Another tab has a session storage of its own.
  sessionStorage.clear()
  expect(isInvited()).toBe(true)
  vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 3_600_000)
  expect(isInvited()).toBe(false)
  expect(takeReturn()).toBe('/')
})

it('what is wanted last in a tab is where it goes, and the invitation waits', () => {
  rememberReturn('/join#token')
  rememberReturn('/chat/c-1')
  expect(takeReturn()).toBe('/chat/c-1')
  expect(takeReturn()).toBe('/join#token')
  rememberReturn('/chat/c-1')
  rememberReturn('/join#other')
  expect(takeReturn()).toBe('/join#other')
})

it.each([
  'no json',
  'null',
  '{"place":"//example.com/join#t","until":9e15}',
  '{"place":"/join#t"}',
])('what is no invitation (%s) leads nowhere', kept => {
  localStorage.setItem('relaychat.invitation', kept)
  expect(takeReturn()).toBe('/')
})
