import type { ChatSummary, TimelineItem } from '@relaychat/client'
import type { UseTimeline } from '@relaychat/client/react'
import { useEffect, useState } from 'react'

/** Enough to fill a tall screen with short messages. */
const enough = 40
/** Who missed more than this starts at the end, like everybody else after a long journey. */
const mostForDivider = 600

/**
 * Whether there is enough to open the chat with: the first unread message, or a screenful. A page
 * that was just loaded knows the newest message alone; opening there would show a jump, and would
 * count everything before it as read.
 */
export function useFilled(timeline: UseTimeline, chat: ChatSummary | null | undefined): boolean {
  const [isFilled, setIsFilled] = useState(false)
  const [hasFailed, setHasFailed] = useState(false)
  const { items, isLoading, isLoadingBefore, hasBefore, loadBefore } = timeline
  const isKnown = !isLoading && chat !== undefined && chat !== null
  const isNow = isKnown && (hasFailed || isEnough(items, hasBefore, chat.unreadCount))

  useEffect(() => {
    if (isNow) setIsFilled(true)
    else if (isKnown && !isFilled && !isLoadingBefore) loadBefore().catch(() => setHasFailed(true))
  }, [isNow, isKnown, isFilled, isLoadingBefore, loadBefore])

  return isFilled || isNow
}

export function isEnough(
  items: readonly TimelineItem[],
  hasBefore: boolean,
  unreadCount: number,
): boolean {
  if (!hasBefore || items.length >= mostForDivider) return true
  const hasDivider = items.some(item => item.kind === 'unread_divider')
  return items.length >= enough && (unreadCount === 0 || hasDivider)
}
