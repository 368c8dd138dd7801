import type { TimelineItem } from '@relaychat/client'
import { type RefObject, useLayoutEffect, useRef } from 'react'
import type { ListVirtualizer } from './virtualizer'

/**
 * Who is at the end stays at the end, whatever is added where. Who is elsewhere stays there when the
 * list gets lower or higher: a growing composer, a phone's keyboard, another window size.
 */
export function useBottomAnchor(
  scroller: RefObject<HTMLElement | null>,
  virtualizer: ListVirtualizer,
  items: readonly TimelineItem[],
  isShown: boolean,
): void {
  const isPinned = useRef(false)

  // biome-ignore lint/correctness/useExhaustiveDependencies: other items are another end
  useLayoutEffect(() => {
    if (isShown && isPinned.current) virtualizer.scrollToEnd()
  }, [items, isShown, virtualizer])

  useLayoutEffect(() => {
    const { current } = scroller
    if (!isShown || current === null) return
    let height = current.clientHeight
    let width = current.clientWidth
    isPinned.current = virtualizer.isAtEnd()

    const onScroll = () => {
      // A scroll that the new size itself causes says nothing about what the reader wants.
      if (current.clientHeight === height && current.clientWidth === width) {
        isPinned.current = virtualizer.isAtEnd()
      }
    }
    const observer = new ResizeObserver(() => {
      const lost = height - current.clientHeight
      if (lost === 0 && width === current.clientWidth) return
      height = current.clientHeight
      width = current.clientWidth
      if (isPinned.current) virtualizer.scrollToEnd()
      else current.scrollTop += lost
    })
    observer.observe(current)
    current.addEventListener('scroll', onScroll, { passive: true })
    return () => {
      observer.disconnect()
      current.removeEventListener('scroll', onScroll)
    }
  }, [scroller, virtualizer, isShown])
}
