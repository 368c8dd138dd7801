/** What the search shows for a query: chats first, then people without a chat in the list. */

import type { ChatSummary, User } from '@relaychat/client'

export interface SearchResult {
  readonly kind: 'chat' | 'person'
  readonly id: string
  readonly name: string
  readonly avatarId: string
  readonly avatarUrl: string | undefined
}

/** More than anybody reads: the next letter narrows it down. */
const shownMax = 20

export function searchResults(
  chats: readonly ChatSummary[],
  people: readonly User[],
  query: string,
  ownId: string | undefined,
): readonly SearchResult[] {
  const found = chats.filter(chat => query === '' || matchRange(chat.title, query) !== undefined)
  const withChat = new Set(found.map(chat => chat.peer?.id))
  const others = people.filter(user => user.id !== ownId && !withChat.has(user.id))
  return [
    ...found.map(chat => ({
      kind: 'chat' as const,
      id: chat.id,
      name: chat.title,
      avatarId: chat.peer?.id ?? chat.id,
      avatarUrl: chat.avatarUrl,
    })),
    ...others.map(user => ({
      kind: 'person' as const,
      id: user.id,
      name: user.name,
      avatarId: user.id,
      avatarUrl: user.avatarUrl,
    })),
  ].slice(0, shownMax)
}

/** Where the query stands in a name, letter case and accents aside. */
export function matchRange(name: string, query: string): readonly [number, number] | undefined {
  if (query === '') return undefined
  const at = fold(name).indexOf(fold(query))
  return at < 0 ? undefined : [at, Math.min(name.length, at + query.length)]
}

/** One unit per unit of the text, so that places in the folded text are places in the text. */
function fold(text: string): string {
  let folded = ''
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charAt(index)
    const base = unit.normalize('NFD').charAt(0).toLowerCase()
    folded += base.length === 1 ? base : unit
  }
  return folded
}
