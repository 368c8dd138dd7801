/** Which messages stand together: one person, nothing in between, at most five minutes apart. */

import type { TimelineItem } from '@relaychat/client'

/** Longer silences start a new run. */
export const runGapMs = 5 * 60_000

export interface RunPlace {
  readonly isFirst: boolean
  readonly isLast: boolean
}

export function runPlace(items: readonly TimelineItem[], index: number): RunPlace {
  const item = items[index]
  return {
    isFirst: !belongTogether(items[index - 1], item),
    isLast: !belongTogether(item, items[index + 1]),
  }
}

function belongTogether(
  earlier: TimelineItem | undefined,
  later: TimelineItem | undefined,
): boolean {
  if (earlier?.kind !== 'message' || later?.kind !== 'message') return false
  return (
    earlier.message.sender.id === later.message.sender.id &&
    Math.abs(later.message.sentAt - earlier.message.sentAt) <= runGapMs
  )
}

/** The day to show at the top while scrolling: that of the nearest divider at or before `index`. */
export function dayAt(items: readonly TimelineItem[], index: number): number | undefined {
  for (let at = Math.min(index, items.length - 1); at >= 0; at -= 1) {
    const item = items[at]
    if (item?.kind === 'date_divider') return item.day
  }
  return undefined
}
