/** Dates and times in the words of the reader's locale. Pure: "now" is always an argument. */

import { type Locale, readerLocale } from './locale'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/** Whole calendar days from `then` to `now` in the local time zone, right across DST changes. */
export function daysBetween(then: number, now: number): number {
  return Math.round((calendarDay(now) - calendarDay(then)) / dayMs)
}

function calendarDay(ms: number): number {
  const date = new Date(ms)
  return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate())
}

/** Milliseconds until the next local midnight. */
export function msUntilMidnight(now: number): number {
  const next = new Date(now)
  next.setHours(24, 0, 0, 0)
  return next.getTime() - now
}

/** "Today", "Yesterday", "Tuesday", "3 March", "3 March 2024". */
export function dayLabel(day: number, now: number, locale: Locale = readerLocale()): string {
  const days = daysBetween(day, now)
  if (days === 0 || days === 1) return capitalise(relative(locale).format(-days, 'day'), locale)
  if (days > 1 && days < 7) return capitalise(format(day, { weekday: 'long' }, locale), locale)
  return format(day, { day: 'numeric', month: 'long', ...yearIfOther(day, now) }, locale)
}

/** For a row of a list: a time today, then "Yesterday", "Tue", "3 Mar", "3 Mar 2024". */
export function rowLabel(ms: number, now: number, locale: Locale = readerLocale()): string {
  const days = daysBetween(ms, now)
  if (days <= 0) return timeOfDay(ms, locale)
  if (days === 1) return capitalise(relative(locale).format(-1, 'day'), locale)
  if (days < 7) return format(ms, { weekday: 'short' }, locale)
  return format(ms, { day: 'numeric', month: 'short', ...yearIfOther(ms, now) }, locale)
}

/** "14:05" or "2:05 PM". */
export function timeOfDay(ms: number, locale: Locale = readerLocale()): string {
  return format(ms, { timeStyle: 'short' }, locale)
}

/** Everything, for a tooltip. */
export function fullDate(ms: number, locale: Locale = readerLocale()): string {
  return format(ms, { dateStyle: 'full', timeStyle: 'short' }, locale)
}

/** "3 Mar, 14:05": when something ends. */
export function dateAndTime(ms: number, locale: Locale = readerLocale()): string {
  return format(ms, { dateStyle: 'medium', timeStyle: 'short' }, locale)
}

/** How long ago: "now", "5 min. ago", "3 hr. ago", "yesterday", "4 days ago", or a date. */
export function ago(ms: number, now: number, locale: Locale = readerLocale()): string {
  const passed = Math.max(0, now - ms)
  const short = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' })
  if (passed < minuteMs) return short.format(0, 'second')
  if (passed < hourMs) return short.format(-Math.floor(passed / minuteMs), 'minute')
  const days = daysBetween(ms, now)
  if (days === 0) return short.format(-Math.floor(passed / hourMs), 'hour')
  if (days < 7) return short.format(-days, 'day')
  return format(ms, { day: 'numeric', month: 'short', ...yearIfOther(ms, now) }, locale)
}

function yearIfOther(ms: number, now: number): Intl.DateTimeFormatOptions {
  return new Date(ms).getFullYear() === new Date(now).getFullYear() ? {} : { year: 'numeric' }
}

function capitalise(text: string, locale: Locale): string {
  const [first = ''] = text
  return first.toLocaleUpperCase(locale) + text.slice(first.length)
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** Making a `DateTimeFormat` costs a hundred times what using one does. */
function format(ms: number, options: Intl.DateTimeFormatOptions, locale: Locale): string {
  const key = `${locale ?? ''}${JSON.stringify(options)}`
  let made = formats.get(key)
  if (made === undefined) {
    made = new Intl.DateTimeFormat(locale, options)
    formats.set(key, made)
  }
  return made.format(ms)
}

function relative(locale: Locale): Intl.RelativeTimeFormat {
  return new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
}
