import type { UseTimeline } from '@relaychat/client/react'
import { useEffect, useState } from 'react'

/** Rows between the reader and the oldest loaded message at which more are asked for. */
const marginRows = 25

/** Loads older messages before the reader gets to the end of what is there. */
export function useLoadOlder(
  timeline: UseTimeline,
  firstRow: number | undefined,
  isPlaced: boolean,
) {
  const [hasFailed, setHasFailed] = useState(false)
  const { hasBefore, isLoadingBefore, loadBefore, hasAfter, isLoadingAfter, loadAfter } = timeline
  const isNear = isPlaced && firstRow !== undefined && firstRow < marginRows

  useEffect(() => {
    if (!isNear || !hasBefore || isLoadingBefore || hasFailed) return
    loadBefore().catch(() => setHasFailed(true))
  }, [isNear, hasBefore, isLoadingBefore, hasFailed, loadBefore])

  // After a jump into the past the newer ones are asked for as well, one page at a time.
  useEffect(() => {
    if (isPlaced && hasAfter && !isLoadingAfter) loadAfter().catch(() => {})
  }, [isPlaced, hasAfter, isLoadingAfter, loadAfter])

  return { value: hasFailed, retry: () => setHasFailed(false) }
}
