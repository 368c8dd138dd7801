import type { UseTimeline } from '@relaychat/client/react'
import { useEffect, useState } from 'react'
import type { ListVirtualizer } from './virtualizer'

/** Rows between the reader and the last loaded message, on either side, at which more are asked for. */
const marginRows = 30

/** Loads more messages before the reader gets to the end of what is there, on both sides. */
export function useLoadMore(
  timeline: UseTimeline,
  virtualizer: ListVirtualizer,
  isPlaced: boolean,
) {
  const [hasFailed, setHasFailed] = useState(false)
  const { items, hasBefore, isLoadingBefore, loadBefore, hasAfter, isLoadingAfter, loadAfter } =
    timeline
  const rows = virtualizer.getVirtualItems()
  const isNearStart = isPlaced && (rows[0]?.index ?? 0) < marginRows
  // After a jump into the past newer ones are missing as well.
  const isNearEnd = isPlaced && (rows.at(-1)?.index ?? 0) >= items.length - marginRows

  useEffect(() => {
    if (!isNearStart || !hasBefore || isLoadingBefore || hasFailed) return
    loadBefore().catch(() => setHasFailed(true))
  }, [isNearStart, hasBefore, isLoadingBefore, hasFailed, loadBefore])

  useEffect(() => {
    if (!isNearEnd || !hasAfter || isLoadingAfter || hasFailed) return
    loadAfter().catch(() => setHasFailed(true))
  }, [isNearEnd, hasAfter, isLoadingAfter, hasFailed, loadAfter])

  return { hasFailed, retry: () => setHasFailed(false) }
}
