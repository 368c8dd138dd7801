import type { TimelineItem } from '@relaychat/client'
import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { ListVirtualizer } from './virtualizer'

/**
 * Where a chat opens: at the first unread message if there is one, else at the end. Until the list
 * stands there it is laid out but not shown, so that nobody sees it jump.
 */
export function useOpeningPlace(
  virtualizer: ListVirtualizer,
  items: readonly TimelineItem[],
  /** The list is on the page; before, there is nothing that could scroll. */
  isShown: boolean,
): boolean {
  const hasScrolled = useRef(false)
  const [isPlaced, setIsPlaced] = useState(false)

  useLayoutEffect(() => {
    if (!isShown || hasScrolled.current) return
    hasScrolled.current = true
    const divider = items.findIndex(item => item.kind === 'unread_divider')
    if (divider < 0) virtualizer.scrollToEnd()
    else virtualizer.scrollToIndex(divider, { align: 'start' })
  })

  useEffect(() => {
    if (!isShown || isPlaced) return
    // Rows are measured in the first frame, and the place is corrected in the second.
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(() => setIsPlaced(true))
    })
    return () => cancelAnimationFrame(frame)
  }, [isShown, isPlaced])

  return isPlaced
}
