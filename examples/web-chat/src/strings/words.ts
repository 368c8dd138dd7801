/** What every language needs to count and to enumerate; the rules are those of `Intl`. */

/** The forms of a counted thing; `#` is the number. A language has the forms it needs. */
export type Forms = Readonly<Partial<Record<Intl.LDMLPluralRule, string>>> & {
  readonly other: string
}

export function wordsOf(locale: string) {
  const plurals = new Intl.PluralRules(locale)
  const numbers = new Intl.NumberFormat(locale)
  const conjunction = new Intl.ListFormat(locale, { type: 'conjunction' })
  const number = (n: number): string => numbers.format(n)
  return {
    number,
    count: (n: number, forms: Forms): string =>
      (forms[plurals.select(n)] ?? forms.other).replace('#', number(n)),
    list: (words: readonly string[]): string => conjunction.format(words),
  }
}
