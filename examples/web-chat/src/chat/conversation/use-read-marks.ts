import type { TimelineItem } from '@relaychat/client'
import { useClient } from '@relaychat/client/react'
import { type RefObject, useEffect } from 'react'
import { usePageIsVisible } from '../../platform/visibility'
import type { ListVirtualizer } from './virtualizer'

/**
 * Marks as read what a person can have seen: the newest message whose end is on screen, while the
 * page is. Sending the same mark again is the client's business, which never moves one backwards.
 */
export function useReadMarks({
  chatId,
  items,
  virtualizer,
  scroller,
  isPlaced,
}: {
  chatId: string
  items: readonly TimelineItem[]
  virtualizer: ListVirtualizer
  scroller: RefObject<HTMLDivElement | null>
  isPlaced: boolean
}): void {
  const client = useClient()
  const isVisible = usePageIsVisible()

  // After every render: the rows on screen change with scrolling, arriving and growing alike.
  useEffect(() => {
    if (!isPlaced || !isVisible || scroller.current === null) return
    const seen = newestSeen(items, virtualizer, scroller.current)
    if (seen !== undefined) client.chat(chatId).markRead(seen)
  })
}

/** A row counts as seen when at least this much of it is above the lower edge. */
const seenPx = 24

function newestSeen(
  items: readonly TimelineItem[],
  virtualizer: ListVirtualizer,
  scroller: HTMLElement,
): number | undefined {
  const bottom = scroller.scrollTop + scroller.clientHeight
  let seen: number | undefined
  for (const row of virtualizer.getVirtualItems()) {
    const isOnScreen = Math.min(row.end, row.start + seenPx) <= bottom
    const item = items[row.index]
    if (!isOnScreen || item?.kind !== 'message' || item.message.seq === undefined) continue
    seen = Math.max(seen ?? 0, item.message.seq)
  }
  return seen
}
