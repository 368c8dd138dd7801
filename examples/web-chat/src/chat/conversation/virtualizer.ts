import type { TimelineItem } from '@relaychat/client'
import { useVirtualizer, type Virtualizer } from '@tanstack/react-virtual'
import { useCallback } from 'react'
import { atEndPx, type ReadingPlace } from './use-reading-place'

export type ListVirtualizer = Virtualizer<HTMLDivElement, Element>

/** Rows drawn beyond either edge: a flick of the wheel finds them there. */
const overscan = 6

/** Guesses until a row was drawn: a line of text, a divider. */
const messagePx = 46
const dividerPx = 52

export function useListVirtualizer(
  items: readonly TimelineItem[],
  place: ReadingPlace,
): ListVirtualizer {
  return useVirtualizer<HTMLDivElement, Element>({
    count: items.length,
    getScrollElement: () => place.scroller.current,
    estimateSize: index => (items[index]?.kind === 'message' ? messagePx : dividerPx),
    getItemKey: useCallback((index: number) => items[index]?.key ?? index, [items]),
    overscan,
    anchorTo: 'end',
    // At the end of what is loaded is not at the end: who follows is decided by the place.
    followOnAppend: false,
    scrollEndThreshold: atEndPx,
    scrollToFn: place.scrollTo,
    paddingStart: 12,
    paddingEnd: 12,
  })
}
