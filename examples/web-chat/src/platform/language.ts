/**
 * The language the page speaks: the one chosen in the profile, else the first of the browser's that
 * there is, else English. Dates and numbers follow it, as they are written in the reader's region. Only
 * the language that is spoken is loaded.
 */

import { useSyncExternalStore } from 'react'
import { setReaderLocale } from '../format/locale'
import { type Strings, speak, t } from '../strings'
import { english } from '../strings/en'
import { readStored, watchStored, writeStored } from './stored'

/** What each is called by those who speak it. */
export const languages = { en: 'English', de: 'Deutsch', ar: 'العربية', ja: '日本語' } as const

export type Language = keyof typeof languages
export type LanguageChoice = Language | 'system'

const makers: Readonly<Record<Language, () => Promise<(locale: string) => Strings>>> = {
  en: async () => english,
  de: async () => (await import('../strings/de')).german,
  ar: async () => (await import('../strings/ar')).arabic,
  ja: async () => (await import('../strings/ja')).japanese,
}

const listeners = new Set<() => void>()

/** Resolves when the page may be drawn: its words are there. */
export async function startLanguage(): Promise<void> {
  watchStored('language', () => void apply())
  await apply()
}

export async function setLanguage(choice: LanguageChoice): Promise<void> {
  writeStored('language', choice === 'system' ? undefined : choice)
  await apply()
}

export function readLanguageChoice(): LanguageChoice {
  const stored = readStored('language')
  return isLanguage(stored) ? stored : 'system'
}

/** What is spoken now; whoever draws words draws them anew when it changes. */
export function useSpokenLanguage(): string {
  return useSyncExternalStore(subscribe, () => t.language)
}

/** The language and the locale of a reader with these wishes, the dearest first. */
export function languageFor(
  choice: LanguageChoice,
  wishes: readonly string[],
): { readonly language: Language; readonly locale: string } {
  const wished = wishes.map(languageOf).find(isLanguage) ?? 'en'
  const language = choice === 'system' ? wished : choice
  return { language, locale: wishes.find(wish => languageOf(wish) === language) ?? language }
}

async function apply(): Promise<void> {
  const { language, locale } = languageFor(readLanguageChoice(), navigator.languages)
  // Without a network and never spoken before: what there is, is better than no page.
  const make = await makers[language]().catch(() => english)
  const strings = make(locale)
  speak(strings)
  setReaderLocale(make === english && language !== 'en' ? 'en' : locale)
  document.documentElement.lang = strings.language
  document.documentElement.dir = strings.direction
  for (const listener of listeners) listener()
}

function languageOf(tag: string): string {
  return tag.split('-')[0]?.toLowerCase() ?? ''
}

function isLanguage(name: string | undefined): name is Language {
  return name !== undefined && Object.hasOwn(languages, name)
}

function subscribe(onChange: () => void): () => void {
  listeners.add(onChange)
  return () => listeners.delete(onChange)
}
