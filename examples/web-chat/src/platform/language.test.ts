import { afterEach, expect, it } from 'vitest'
import { timeOfDay } from '../format/dates'
import { setReaderLocale } from '../format/locale'
import { speak, t } from '../strings'
import { english } from '../strings/en'
import { languageFor, readLanguageChoice, setLanguage } from './language'

afterEach(() => {
  speak(english('en'))
  setReaderLocale(undefined)
})

it.each([
  ['system', ['de-AT', 'en'], 'de', 'de-AT'],
  ['system', ['fr-FR', 'ja-JP', 'en'], 'ja', 'ja-JP'],
  ['system', ['fr'], 'en', 'en'],
  ['system', [], 'en', 'en'],
  ['ar', ['en-GB', 'ar-EG'], 'ar', 'ar-EG'],
  ['de', ['en-GB'], 'de', 'de'],
] as const)('%s of %j is %s, written as in %s', (choice, wishes, language, locale) => {
  expect(languageFor(choice, wishes)).toEqual({ language, locale })
})

it('a chosen language is spoken at once, in its direction, and remembered', async () => {
  await setLanguage('ar')
  expect(t.profile.heading).toBe('الملف الشخصي')
  expect(document.documentElement.dir).toBe('rtl')
  expect(document.documentElement.lang).toBe('ar')
  await setLanguage('de')
  expect(readLanguageChoice()).toBe('de')
  expect(document.documentElement.dir).toBe('ltr')
  expect(timeOfDay(new Date('2026-11-22T14:05:00').getTime())).toBe('14:05')
})
