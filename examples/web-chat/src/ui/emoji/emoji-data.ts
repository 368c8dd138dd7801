/**
 * Every emoji with its names in the reader's language, loaded when a picker first opens. Arabic has no
 * names in the data: there the search knows the English ones, and an emoji speaks for itself.
 */

import { t } from '../../strings'

export interface Emoji {
  readonly unicode: string
  /** In the data's order: faces, people, animals, food, places, activities, objects, signs, flags. */
  readonly group: number
  readonly name: string
  readonly words: string
  readonly takesTone: boolean
}

/** From none to dark. */
export const tones = ['', '\u{1F3FB}', '\u{1F3FC}', '\u{1F3FD}', '\u{1F3FE}', '\u{1F3FF}'] as const

const loaders: Readonly<Record<string, () => Promise<typeof import('virtual:emoji/en')>>> = {
  en: () => import('virtual:emoji/en'),
  de: () => import('virtual:emoji/de'),
  ja: () => import('virtual:emoji/ja'),
}

const loaded = new Map<string, Promise<readonly Emoji[]>>()

export function loadEmoji(language: string = t.language): Promise<readonly Emoji[]> {
  const known = loaded.get(language)
  if (known !== undefined) return known
  const named = loaders[language]
  const load = async () => {
    const { default: rows } = await (named ?? loaders.en ?? never)()
    return rows.map(([unicode, group, label, tags, tone]) => ({
      unicode,
      group,
      name: named === undefined ? unicode : label,
      words: ` ${label} ${tags}`.toLowerCase(),
      takesTone: tone === 1,
    }))
  }
  const made = load()
  loaded.set(language, made)
  // The next picker tries again.
  made.catch(() => loaded.delete(language))
  return made
}

function never(): never {
  throw new Error('English is always there')
}

/** Each word of the query begins a word of the emoji; in languages without spaces it is anywhere. */
export function matching(all: readonly Emoji[], query: string, language: string): readonly Emoji[] {
  const words = query.toLowerCase().split(/\s+/u).filter(Boolean)
  const before = language === 'ja' ? '' : ' '
  const found = all.filter(
    ({ unicode, words: own }) =>
      unicode === query.trim() || words.every(word => own.includes(before + word)),
  )
  // What is called so comes before what is only also called so.
  const isName = ({ name }: Emoji) =>
    words.every(word => ` ${name.toLowerCase()}`.includes(before + word))
  return [...found.filter(isName), ...found.filter(emoji => !isName(emoji))]
}

/** The emoji in a skin tone; as it is when it takes none. */
export function inTone({ unicode, takesTone }: Emoji, tone: number): string {
  if (!takesTone || tone === 0) return unicode
  const [first = '', ...rest] = unicode
  return first + (tones[tone] ?? '') + rest.join('').replace(/^\uFE0F/u, '')
}
