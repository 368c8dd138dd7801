import type { Mentions, Message } from '@relaychat/client'
import { useMe, useMembers } from '@relaychat/client/react'
import { type KeyboardEvent, type RefObject, useState } from 'react'
import { t } from '../../strings'
import { everyone, everyoneWords, mentionAt, mentionsIn, peopleFor, withMention } from '../mentions'

/** Somebody who can be meant, or all of them at once. */
export interface Candidate {
  readonly id: string
  readonly name: string
  readonly avatarUrl?: string
}

/** As the engine has it. */
const peopleMax = 50

/** Who may be meant in a chat: in a group everybody else, and all at once. */
export function useCandidates(chatId: string, isGroup: boolean): readonly Candidate[] {
  const me = useMe()
  const members = useMembers(chatId)
  if (!isGroup) return []
  const others = members.map(({ user }) => user).filter(user => user.id !== me?.id)
  return [...others, { id: everyone, name: t.mention.everyone }]
}

/** Whom a text means. Those who were picked are meant before others of the same name. */
export function meantIn(
  text: string,
  candidates: readonly Candidate[],
  picked: readonly Candidate[],
): { mentions?: Mentions } {
  const ids = new Set<string>()
  for (const { who } of mentionsIn(text, [...picked, ...candidates])) {
    const wanted = picked.filter(({ name }) => name === who.name)
    for (const { id } of wanted.length > 0 ? wanted : [who]) ids.add(id)
  }
  if (ids.size === 0) return {}
  const isEveryone = ids.delete(everyone)
  return { mentions: { userIds: [...ids].slice(0, peopleMax), isEveryone } }
}

/** Whom a message meant when it was written. */
export function pickedBefore(
  message: Message,
  candidates: readonly Candidate[],
): readonly Candidate[] {
  const { userIds, isEveryone } = message.mentions ?? { userIds: [], isEveryone: false }
  const people = candidates.filter(({ id }) => userIds.includes(id))
  return isEveryone ? [...people, ...everyoneWords.map(name => ({ id: everyone, name }))] : people
}

export interface MentionPicker {
  /** None: nothing is shown. */
  readonly options: readonly Candidate[]
  readonly active: number
  readonly setActive: (index: number) => void
  readonly pick: (candidate: Candidate) => void
  /** The cursor has moved; nowhere when the field is left. */
  readonly onCursor: (cursor: number | undefined) => void
  /** Whether the key was for the list. */
  readonly onKeyDown: (event: KeyboardEvent) => boolean
}

/** A name is offered while one types it behind an `@`. */
export function useMentionPicker({
  text,
  setText,
  candidates,
  field,
  onPick,
}: {
  text: string
  setText: (text: string) => void
  candidates: readonly Candidate[]
  field: RefObject<HTMLTextAreaElement | null>
  onPick: (candidate: Candidate) => void
}): MentionPicker {
  const [cursor, setCursor] = useState<number>()
  const [active, setActive] = useState(0)
  /** Where somebody has said that they want no name. */
  const [declinedAt, setDeclinedAt] = useState<number>()
  const isPossible = candidates.length > 0 && cursor !== undefined
  const query = isPossible ? mentionAt(text, cursor) : undefined
  const isWanted = query !== undefined && query.at !== declinedAt
  const options = isWanted ? peopleFor(query.word, candidates) : []
  const at = Math.min(active, options.length - 1)

  const pick = (candidate: Candidate) => {
    if (query === undefined) return
    const next = withMention(text, query, candidate.name)
    setText(next.text)
    setActive(0)
    setCursor(undefined)
    onPick(candidate)
    // After the text is there.
    setTimeout(() => {
      field.current?.focus({ preventScroll: true })
      field.current?.setSelectionRange(next.cursor, next.cursor)
    })
  }

  const onKeyDown = (event: KeyboardEvent): boolean => {
    if (options.length === 0 || event.nativeEvent.isComposing) return false
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    const chosen = options[at]
    const isChoice = (event.key === 'Enter' && !event.shiftKey) || event.key === 'Tab'
    if (step !== undefined) setActive((at + step + options.length) % options.length)
    else if (event.key === 'Escape') setDeclinedAt(query?.at)
    else if (isChoice && chosen !== undefined) pick(chosen)
    else return false
    event.preventDefault()
    return true
  }

  return {
    options,
    active: at,
    setActive,
    pick,
    onKeyDown,
    onCursor: next => {
      setCursor(next)
      if (next !== undefined && mentionAt(text, next) === undefined) setDeclinedAt(undefined)
    },
  }
}
