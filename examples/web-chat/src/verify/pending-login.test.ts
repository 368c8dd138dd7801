import { expect, it } from 'vitest'
import {
  clearPendingLogin,
  isSpokenSecond,
  readPendingLogin,
  secondsLeft,
  writePendingLogin,
} from './pending-login'

const login = {
  email: 'ann@example.com',
  requestId: 'r1',
  requestedAt: 1_000,
  resendAt: 61_000,
  expiresAt: 601_000,
}

it('a reload keeps the request and the end of the wait', () => {
  writePendingLogin(login)
  const later = readPendingLogin(31_000)
  expect(later).toEqual(login)
  expect(secondsLeft(later?.resendAt ?? 0, 31_000)).toBe(30)
})

it('a code that has expired is no login any more', () => {
  writePendingLogin(login)
  expect(readPendingLogin(601_000)).toBeUndefined()
})

it('something else in the storage is no login', () => {
  sessionStorage.setItem('relaychat.pending-login', '{"email":7}')
  expect(readPendingLogin(0)).toBeUndefined()
  sessionStorage.setItem('relaychat.pending-login', 'not json')
  expect(readPendingLogin(0)).toBeUndefined()
})

it('a login that is over is forgotten', () => {
  writePendingLogin(login)
  clearPendingLogin()
  expect(readPendingLogin(2_000)).toBeUndefined()
})

it('the last started second counts until it is over', () => {
  expect([0, 1, 999, 1_000, 1_001].map(left => secondsLeft(left, 0))).toEqual([0, 1, 1, 1, 2])
  expect(secondsLeft(5, 10)).toBe(0)
})

it('the count is spoken every ten seconds at most', () => {
  const spoken = Array.from({ length: 61 }, (_, second) => second).filter(isSpokenSecond)
  expect(spoken).toEqual([0, 10, 20, 30, 40, 50, 60])
})
