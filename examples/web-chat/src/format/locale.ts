/** Whose words and digits dates, times and sizes are written in: those of the page's language. */

/** `undefined` is the browser's own. */
export type Locale = string | undefined

let current: Locale

export function readerLocale(): Locale {
  return current
}

export function setReaderLocale(locale: Locale): void {
  current = locale
}
