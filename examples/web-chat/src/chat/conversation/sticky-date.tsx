import type { TimelineItem } from '@relaychat/client'
import { useEffect, useState } from 'react'
import { dayLabel } from '../../format/dates'
import { cx } from '../../ui/class-names'
import { datePill } from './date-divider'
import { dayAt } from './grouping'
import type { ListVirtualizer } from './virtualizer'

/** How long the date stays after the last movement. */
const lingerMs = 1_200

/** Its own height and the space above it. */
const coveredPx = 36

/** The day of the messages at the top, while they move. What it says is in the dividers already. */
export function StickyDate({
  items,
  virtualizer,
  today,
}: {
  items: readonly TimelineItem[]
  virtualizer: ListVirtualizer
  today: number
}) {
  const { isScrolling } = virtualizer
  const [isShown, setIsShown] = useState(false)

  useEffect(() => {
    if (isScrolling) return setIsShown(true)
    const timer = setTimeout(() => setIsShown(false), lingerMs)
    return () => clearTimeout(timer)
  }, [isScrolling])

  // Not `getVirtualItemForOffset`: the reading place lets that find messages alone.
  const offset = (virtualizer.scrollOffset ?? 0) + coveredPx
  const top = virtualizer.getVirtualItems().find(row => row.end > offset)
  const day = top === undefined ? undefined : dayAt(items, top.index)
  const kind = top && items[top.index]?.kind
  // The divider says it itself; below the beginning it is about to.
  const isSaid = kind === 'date_divider' || kind === 'start'
  if (day === undefined) return null
  return (
    <div
      aria-hidden
      data-testid="sticky-date"
      className={cx(
        'pointer-events-none absolute inset-x-0 top-2 z-10 flex justify-center transition-opacity duration-300',
        isShown && !isSaid ? 'opacity-100' : 'opacity-0',
      )}
    >
      <span className={cx(datePill, 'bg-overlay shadow-float')}>{dayLabel(day, today)}</span>
    </div>
  )
}
