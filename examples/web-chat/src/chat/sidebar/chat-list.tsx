import { useChats } from '@relaychat/client/react'
import { useVirtualizer } from '@tanstack/react-virtual'
import { MessagesSquare } from 'lucide-react'
import { type KeyboardEvent, useEffect, useRef } from 'react'
import { useLocation } from 'wouter'
import { useToday } from '../../platform/clock'
import { t } from '../../strings'
import { Button } from '../../ui/button'
import { EmptyState } from '../../ui/empty-state'
import { RowSkeletons } from '../../ui/skeletons'
import { ChatRow } from './chat-row'
import { useHeldOrder } from './held-order'
import { moveFocus } from './list-keys'

/** Every row has this height, so that five thousand chats need no measuring. */
const rowHeight = 72

export function ChatList({ onBrowsePeople }: { onBrowsePeople: () => void }) {
  const { items: newest, isLoading, hasMore, loadMore } = useChats()
  const { items, onPointerMove, onPointerLeave } = useHeldOrder(newest)
  const [path] = useLocation()
  const today = useToday()
  const scroller = useRef<HTMLDivElement>(null)
  const virtualizer = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: index => items[index]?.id ?? index,
    overscan: 6,
    paddingStart: 2,
    paddingEnd: 12,
  })
  const rows = virtualizer.getVirtualItems()
  const lastShown = rows.at(-1)?.index ?? -1

  useEffect(() => {
    // A failure shows itself as a connection that is lost; the next scroll asks again.
    if (hasMore && lastShown >= items.length - 5) loadMore().catch(() => {})
  }, [hasMore, lastShown, items.length, loadMore])

  if (isLoading) return <RowSkeletons />
  if (items.length === 0) {
    return (
      <EmptyState
        icon={<MessagesSquare />}
        heading={t.sidebar.emptyChats}
        lead={t.sidebar.emptyChatsLead}
        action={<Button onClick={onBrowsePeople}>{t.sidebar.emptyChatsAction}</Button>}
      />
    )
  }
  return (
    <div
      ref={scroller}
      onPointerMove={onPointerMove}
      onPointerLeave={onPointerLeave}
      className="min-h-0 flex-1 overflow-y-auto overscroll-contain"
    >
      <ul
        aria-label={t.sidebar.chats}
        className="relative"
        style={{ height: virtualizer.getTotalSize() }}
        onKeyDown={(event: KeyboardEvent<HTMLElement>) => moveFocus(event)}
      >
        {rows.map(row => {
          const chat = items[row.index]
          if (chat === undefined) return null
          return (
            <li
              key={row.key}
              aria-setsize={items.length}
              aria-posinset={row.index + 1}
              className="absolute inset-x-2 top-0"
              style={{ height: rowHeight, transform: `translateY(${row.start}px)` }}
            >
              <ChatRow chat={chat} isSelected={path === `/chat/${chat.id}`} today={today} />
            </li>
          )
        })}
      </ul>
    </div>
  )
}
