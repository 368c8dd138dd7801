/** Whom a text means: `@` and a name, while it is typed and once it stands there. Nothing is drawn here. */

import { matchRange } from './sidebar/search'

interface Named {
  readonly id: string
  readonly name: string
}

/** What was typed of a name so far. */
export interface MentionQuery {
  /** Where the `@` stands. */
  readonly at: number
  readonly word: string
}

/** No name is longer; what follows is a text again. */
const wordMax = 40
/** More than anybody reads: the next letter narrows it down. */
const shownMax = 8

/** The id of nobody: all are meant. */
export const everyone = ''

/** How all are called, in every language of the page: the writer's need not be the reader's. */
export const everyoneWords = ['everyone', 'alle', 'الجميع', '全員'] as const

const letter = /[\p{L}\p{M}\p{N}_]/u

/** The mention that is being typed where the cursor stands. The `@` of an address is none. */
export function mentionAt(text: string, cursor: number): MentionQuery | undefined {
  const before = text.slice(0, cursor)
  const at = before.lastIndexOf('@')
  if (at < 0 || (at > 0 && letter.test(before.charAt(at - 1)))) return undefined
  const word = before.slice(at + 1)
  if (word.length > wordMax || /^\s|\n/u.test(word)) return undefined
  return { at, word }
}

/** Who is meant by a word: those with a name in which one begins with it. */
export function peopleFor<T extends Named>(word: string, people: readonly T[]): readonly T[] {
  return people
    .filter(({ name }) => {
      if (word === '') return true
      const [from] = matchRange(name, word) ?? [-1]
      return from === 0 || (from > 0 && !letter.test(name.charAt(from - 1)))
    })
    .slice(0, shownMax)
}

/** Puts a name where it was being typed; the cursor goes behind it. */
export function withMention(
  text: string,
  { at, word }: MentionQuery,
  name: string,
): { readonly text: string; readonly cursor: number } {
  const end = at + 1 + word.length
  const rest = text.slice(end)
  const said = `@${name}${/^\s/u.test(rest) ? '' : ' '}`
  return { text: text.slice(0, at) + said + rest, cursor: at + said.length }
}

/** Where names stand behind an `@`, and whose they are. The longest name that fits is meant. */
export function mentionsIn<T extends Named>(
  text: string,
  people: readonly T[],
): readonly { readonly from: number; readonly to: number; readonly who: T }[] {
  if (!text.includes('@') || people.length === 0) return []
  const longestFirst = people.toSorted((a, b) => b.name.length - a.name.length)
  const found: { from: number; to: number; who: T }[] = []
  for (const { index: from } of text.matchAll(/@/gu)) {
    if (from > 0 && letter.test(text.charAt(from - 1))) continue
    const who = longestFirst.find(
      ({ name }) =>
        name !== '' &&
        text.startsWith(name, from + 1) &&
        !letter.test(text.charAt(from + 1 + name.length)),
    )
    if (who !== undefined) found.push({ from, to: from + 1 + who.name.length, who })
  }
  return found
}
