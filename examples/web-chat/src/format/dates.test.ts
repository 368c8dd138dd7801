import { afterAll, beforeAll, expect, it } from 'vitest'
import { ago, dayLabel, daysBetween, msUntilMidnight, rowLabel, timeOfDay } from './dates'

const zone = process.env.TZ
beforeAll(() => {
  // A zone with summer time: in 2026 it begins on 29 March and ends on 25 October.
  process.env.TZ = 'Europe/Berlin'
})
afterAll(() => {
  process.env.TZ = zone
})

const at = (text: string) => new Date(text).getTime()

it('names days as people do', () => {
  const now = at('2026-11-22T12:00:00')
  const label = (day: string) => dayLabel(at(`${day}T00:00:00`), now, 'en-GB')
  expect(label('2026-11-22')).toBe('Today')
  expect(label('2026-11-21')).toBe('Yesterday')
  expect(label('2026-11-20')).toBe('Friday')
  expect(label('2026-11-16')).toBe('Monday')
  expect(label('2026-11-15')).toBe('15 November')
  expect(label('2025-11-22')).toBe('22 November 2025')
})

it('speaks the language of the reader', () => {
  const now = at('2026-11-22T12:00:00')
  expect(dayLabel(at('2026-11-22T00:00:00'), now, 'de')).toBe('Heute')
  expect(dayLabel(at('2026-11-21T00:00:00'), now, 'ja')).toBe('昨日')
})

it('changes the day at midnight, not after 24 hours', () => {
  expect(daysBetween(at('2026-11-21T23:59:59'), at('2026-11-22T00:00:01'))).toBe(1)
  expect(daysBetween(at('2026-11-22T00:00:00'), at('2026-11-22T23:59:59'))).toBe(0)
})

it('is right across the change to and from summer time', () => {
  expect(daysBetween(at('2026-03-28T00:00:00'), at('2026-03-29T23:30:00'))).toBe(1)
  expect(daysBetween(at('2026-03-29T00:00:00'), at('2026-03-30T00:10:00'))).toBe(1)
  expect(daysBetween(at('2026-10-24T12:00:00'), at('2026-10-25T23:59:00'))).toBe(1)
  expect(daysBetween(at('2026-10-25T00:00:00'), at('2026-10-26T00:00:00'))).toBe(1)
})

it('knows how long the day still is, also when it has 23 hours', () => {
  expect(msUntilMidnight(at('2026-11-22T23:59:00'))).toBe(60_000)
  expect(msUntilMidnight(at('2026-03-29T00:00:00'))).toBe(23 * 3_600_000)
})

it('shows a row by its age', () => {
  const now = at('2026-11-22T12:00:00')
  expect(rowLabel(at('2026-11-22T09:05:00'), now, 'en-GB')).toBe('09:05')
  expect(rowLabel(at('2026-11-21T09:05:00'), now, 'en-GB')).toBe('Yesterday')
  expect(rowLabel(at('2026-11-18T09:05:00'), now, 'en-GB')).toBe('Wed')
  expect(rowLabel(at('2026-10-18T09:05:00'), now, 'en-GB')).toBe('18 Oct')
})

it('tells how long ago', () => {
  const now = at('2026-11-22T12:00:00')
  const label = (text: string) => ago(at(text), now, 'en-GB')
  expect(label('2026-11-22T11:59:40')).toBe('now')
  expect(label('2026-11-22T11:55:00')).toBe('5 min ago')
  expect(label('2026-11-22T09:00:00')).toBe('3 hr ago')
  expect(label('2026-11-21T13:00:00')).toBe('yesterday')
  expect(label('2026-11-18T13:00:00')).toBe('4 days ago')
  expect(ago(now + 5_000, now, 'en-GB')).toBe('now')
})

it('writes the time as the locale does', () => {
  expect(timeOfDay(at('2026-11-22T14:05:00'), 'de')).toBe('14:05')
  expect(timeOfDay(at('2026-11-22T14:05:00'), 'en-US')).toMatch(/^2:05\sPM$/u)
})
