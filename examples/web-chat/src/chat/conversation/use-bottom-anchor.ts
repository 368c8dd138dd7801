import { type RefObject, useLayoutEffect } from 'react'
import type { ListVirtualizer } from './virtualizer'

/**
 * When the list gets lower or higher (a growing composer, a phone's keyboard, another window size),
 * what was at its lower edge stays there: at the end one remains at the end, elsewhere nothing jumps.
 */
export function useBottomAnchor(
  scroller: RefObject<HTMLElement | null>,
  virtualizer: ListVirtualizer,
  isShown: boolean,
): void {
  useLayoutEffect(() => {
    const { current } = scroller
    if (!isShown || current === null) return
    let height = current.clientHeight
    let width = current.clientWidth
    let isPinned = virtualizer.isAtEnd()

    const onScroll = () => {
      // A scroll that the new size itself causes says nothing about what the reader wants.
      if (current.clientHeight === height && current.clientWidth === width) {
        isPinned = virtualizer.isAtEnd()
      }
    }
    const observer = new ResizeObserver(() => {
      const lost = height - current.clientHeight
      if (lost === 0 && width === current.clientWidth) return
      height = current.clientHeight
      width = current.clientWidth
      if (isPinned) virtualizer.scrollToEnd()
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
