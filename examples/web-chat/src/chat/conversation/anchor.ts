/** A message as a place to read at: which one, and how far below the upper edge it stands. */

import type { TimelineItem } from '@relaychat/client'
import type { ListVirtualizer } from './virtualizer'

export interface Anchor {
  readonly key: string
  /** For finding it again when it is not loaded any more. */
  readonly seq: number | undefined
  readonly offset: number
}

/** A browser rounds what is scrolled to; less than this is not a movement. */
const exactPx = 0.5

/** The first message that begins on screen, else the one that fills it. */
export function anchorOnScreen(
  scroller: HTMLElement,
  items: readonly TimelineItem[],
): Anchor | undefined {
  const edge = scroller.getBoundingClientRect()
  let above: Anchor | undefined
  for (const row of scroller.querySelectorAll<HTMLElement>('[data-key]')) {
    const item = items[Number(row.dataset.index)]
    if (item?.kind !== 'message' || item.key !== row.dataset.key) continue
    const offset = bubbleTop(row) - edge.top
    const anchor = { key: item.key, seq: item.message.seq, offset }
    if (offset >= 0) return offset < edge.height ? anchor : above
    above = anchor
  }
  return above
}

/** Scrolls so that the message is where it was. Nothing happens when it is not among the items. */
export function putBack(
  scroller: HTMLElement,
  virtualizer: ListVirtualizer,
  items: readonly TimelineItem[],
  anchor: Anchor,
): void {
  const row = scroller.querySelector<HTMLElement>(`[data-key="${CSS.escape(anchor.key)}"]`)
  if (row !== null) {
    const offset = bubbleTop(row) - scroller.getBoundingClientRect().top
    const way = offset - anchor.offset
    if (Math.abs(way) > exactPx) scroller.scrollTop += way
    return
  }
  // Not drawn yet: near it is near enough, it is put right once it is.
  const index = items.findIndex(item => item.key === anchor.key)
  const start = virtualizer.measurementsCache[index]?.start
  if (start !== undefined) scroller.scrollTop = start - anchor.offset
}

/** The bubble, not its row: the space and the name above it come and go with who stands before. */
function bubbleTop(row: HTMLElement): number {
  const bubble = row.querySelector('[data-bubble]') ?? row
  return bubble.getBoundingClientRect().top
}
