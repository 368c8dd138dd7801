/**
 * Where a chat opens: where one left it, else at the first unread message, else at its end. Until
 * the list stands there it is laid out but not shown, so that nobody sees it jump.
 */

import type { ChatSummary, Client, TimelineItem } from '@relaychat/client'
import { type UseTimeline, useClient } from '@relaychat/client/react'
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { Anchor } from './anchor'
import type { ReadingPlace } from './use-reading-place'

/** Enough to fill a tall screen with short messages. */
const enough = 40
/** The unread divider opens in the upper third, with some of what was read before it. */
const unreadOffsetPx = 172
/** A page behind another one gets a frame a second; it is not empty for that long. */
const slowFramesMs = 500

export type Opening = { readonly isDividerOld: boolean } & (
  | { readonly at: 'place'; readonly anchor: Anchor }
  | { readonly at: 'unread'; readonly seq: number }
  | { readonly at: 'end' }
)

/** Where chats were left. It ends with the page: the next day one wants to see what is new. */
const left = new WeakMap<Client, Map<string, Anchor>>()

function leftBy(client: Client): Map<string, Anchor> {
  const known = left.get(client) ?? new Map<string, Anchor>()
  left.set(client, known)
  return known
}

/** Where to open, decided once, when the chat is known. */
export function useOpening(
  chatId: string,
  chat: ChatSummary | undefined,
  { items, isLoading }: UseTimeline,
): Opening | undefined {
  const client = useClient()
  const [opening, setOpening] = useState<Opening>()
  const isFresh = useIsFresh()
  const isKnown = isFresh && !isLoading && chat !== undefined
  useLayoutEffect(() => {
    if (!isKnown || opening !== undefined) return
    const anchor = leftBy(client).get(chatId)
    const isDividerOld = hasOldDivider(items, chat.readSeq)
    if (anchor !== undefined) setOpening({ at: 'place', anchor, isDividerOld })
    else if (chat.unreadCount > 0) setOpening({ at: 'unread', seq: chat.readSeq + 1, isDividerOld })
    else setOpening({ at: 'end', isDividerOld })
  }, [isKnown, opening, client, chatId, chat, items])
  return opening
}

/** Who comes back at once finds the client still at the last visit: its divider has been seen. */
export function hasOldDivider(items: readonly TimelineItem[], readSeq: number): boolean {
  const at = items.findIndex(item => item.kind === 'unread_divider')
  const after = at < 0 ? undefined : items[at + 1]
  return after?.kind === 'message' && (after.message.seq ?? 0) <= readSeq
}

/** What is shown of the items. */
export function useShownItems(
  items: readonly TimelineItem[],
  opening: Opening | undefined,
): readonly TimelineItem[] {
  const isDividerOld = opening?.isDividerOld === true
  return useMemo(
    () => (isDividerOld ? items.filter(item => item.kind !== 'unread_divider') : items),
    [items, isDividerOld],
  )
}

/**
 * The first frame shows what was known when the chat was last looked at; the client catches up with
 * the second.
 */
function useIsFresh(): boolean {
  const [isFresh, setIsFresh] = useState(false)
  useEffect(() => {
    const frame = requestAnimationFrame(() => setIsFresh(true))
    return () => cancelAnimationFrame(frame)
  }, [])
  return isFresh
}

/**
 * Whether there is enough to open the chat with. A page that was just loaded knows the newest
 * message alone; opening there would show a jump, and would count everything before it as read.
 */
export function useIsFilled(timeline: UseTimeline, opening: Opening | undefined): boolean {
  const [isFilled, setIsFilled] = useState(false)
  const hasJumped = useRef(false)
  const { items, hasBefore, isLoadingBefore, loadBefore, jumpTo } = timeline
  const isNow = opening !== undefined && isEnough(items, hasBefore, opening)

  useEffect(() => {
    if (isFilled || opening === undefined) return
    if (isNow) return setIsFilled(true)
    const seq = opening.at === 'unread' ? opening.seq : seqOf(opening)
    if (seq !== undefined) {
      if (hasJumped.current) return
      hasJumped.current = true
      // Whatever comes of it: what is there is shown.
      jumpTo(seq).then(
        () => setIsFilled(true),
        () => setIsFilled(true),
      )
    } else if (!isLoadingBefore) {
      loadBefore().catch(() => setIsFilled(true))
    }
  }, [isNow, isFilled, opening, isLoadingBefore, loadBefore, jumpTo])

  return isFilled || isNow
}

function seqOf(opening: Opening): number | undefined {
  return opening.at === 'place' ? opening.anchor.seq : undefined
}

export function isEnough(
  items: readonly TimelineItem[],
  hasBefore: boolean,
  opening: Opening,
): boolean {
  switch (opening.at) {
    case 'place':
      return items.some(item => item.key === opening.anchor.key)
    case 'unread':
      return !hasBefore || items.some(item => isBefore(item, opening.seq))
    case 'end':
      return !hasBefore || items.length >= enough
  }
}

function isBefore(item: TimelineItem, seq: number): boolean {
  return item.kind === 'message' && item.message.seq !== undefined && item.message.seq < seq
}

/** Puts the list where it opens; true once it stands there. */
export function useIsPlaced(
  place: ReadingPlace,
  items: readonly TimelineItem[],
  opening: Opening | undefined,
  isReady: boolean,
): boolean {
  const isHeld = useRef(false)
  const [isPlaced, setIsPlaced] = useState(false)

  useLayoutEffect(() => {
    if (!isReady || opening === undefined || isHeld.current) return
    isHeld.current = true
    place.holdTo(anchorOf(items, opening))
  }, [isReady, opening, items, place])

  useEffect(() => {
    if (!isReady) return
    // Rows are measured in the first frame, and the place is corrected in the second.
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(() => {
        place.settle()
        setIsPlaced(true)
      })
    })
    // Shown is not yet placed: what is held to stays so until the frames have come.
    const timer = setTimeout(() => setIsPlaced(true), slowFramesMs)
    return () => {
      cancelAnimationFrame(frame)
      clearTimeout(timer)
    }
  }, [isReady, place])

  return isPlaced
}

function anchorOf(items: readonly TimelineItem[], opening: Opening): Anchor | undefined {
  if (opening.at === 'place') return opening.anchor
  if (opening.at === 'end') return undefined
  const first = items.find(
    item => item.kind === 'message' && (item.message.seq ?? 0) >= opening.seq,
  )
  return first && { key: first.key, seq: opening.seq, offset: unreadOffsetPx }
}

/** Remembers where the chat is left, for as long as the page lives. */
export function useRememberPlace(chatId: string, place: ReadingPlace, isPlaced: boolean): void {
  const client = useClient()
  useEffect(() => {
    if (!isPlaced) return
    return () => {
      if (place.anchor === undefined) leftBy(client).delete(chatId)
      else leftBy(client).set(chatId, place.anchor)
    }
  }, [client, chatId, place, isPlaced])
}
