/**
 * Searching, as a fake does it: every word of the query begins a word of the text, whatever its case
 * and accents. What the real definition says of scripts without spaces is left out.
 */

import { RelayError } from '../errors.js'
import type { SearchHit, SearchOptions, SearchPage } from '../types.js'
import * as project from './project.js'
import type { StoredMessage, World } from './world.js'

const LINK = /(https?:\/\/|www\.)\S/i

export function search(world: World, options: SearchOptions): SearchPage {
  const words = fold(options.query).match(/[\p{L}\p{N}\p{Emoji_Presentation}]+/gu) ?? []
  if (words.length === 0) throw new RelayError('validation_failed', 'There is no word to search for.')
  const items: SearchHit[] = []
  for (const chat of world.chats.values()) {
    if (project.ownMember(world, chat) === undefined || (options.chatId ?? chat.id) !== chat.id) continue
    for (const stored of chat.messages) {
      const highlights = found(stored.text, words)
      if (highlights === undefined || !isWanted(stored, options)) continue
      const message = project.message(world, chat, stored)
      items.push({ message, chat: project.summary(world, chat), highlights })
    }
  }
  items.sort((a, b) => b.message.sentAt - a.message.sentAt || (b.message.seq ?? 0) - (a.message.seq ?? 0))
  return { items, isLocal: world.connection.status !== 'connected' }
}

function isWanted(message: StoredMessage, { senderId, before, after, has }: SearchOptions): boolean {
  const { text, sentAt, attachments } = message
  if (senderId !== undefined && senderId !== message.senderId) return false
  if (before !== undefined && sentAt >= before) return false
  if (after !== undefined && sentAt < after) return false
  if (has === undefined) return true
  if (has === 'link') return LINK.test(text)
  return attachments.some(({ kind }) => kind === has)
}

/** Where the words are, or nothing unless each of them is there. */
function found(text: string, words: readonly string[]): [number, number][] | undefined {
  const tokens = [...text.matchAll(/[\p{L}\p{N}\p{M}\p{Emoji_Presentation}]+/gu)]
  const ranges: [number, number][] = []
  for (const word of words) {
    const hits = tokens.filter(([token]) => fold(token).startsWith(word))
    if (hits.length === 0) return undefined
    ranges.push(...hits.map(({ 0: token, index }): [number, number] => [index, index + Math.min(word.length, token.length)]))
  }
  ranges.sort(([a], [b]) => a - b)
  const joined: [number, number][] = []
  for (const [start, end] of ranges) {
    const last = joined.at(-1)
    if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], end)
    else joined.push([start, end])
  }
  return joined
}

function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
}
