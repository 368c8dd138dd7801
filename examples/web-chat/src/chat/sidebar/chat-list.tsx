import type { ChatSummary } from '@relaychat/client'
import { useChats } from '@relaychat/client/react'
import { useVirtualizer } from '@tanstack/react-virtual'
import { MessagesSquare } from 'lucide-react'
import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useLocation } from 'wouter'
import { useToday } from '../../platform/clock'
import { t } from '../../strings'
import type { AnchorBox } from '../../ui/anchor-box'
import { Button } from '../../ui/button'
import { EmptyState } from '../../ui/empty-state'
import { RowSkeletons } from '../../ui/skeletons'
import { ArchiveRow } from './archive-row'
import { ChatMenu } from './chat-menu'
import { ChatRow } from './chat-row'
import { useHeldOrder } from './held-order'
import { moveFocus } from './list-keys'

/** Every row has this height, so that five thousand chats need no measuring. */
const rowHeight = 72

export function ChatList({ onBrowsePeople }: { onBrowsePeople: () => void }) {
  const { items, isLoading, hasMore, loadMore } = useChats()
  const all: readonly ChatSummary[] = items
  const [isInArchive, setIsInArchive] = useState(false)
  const [menu, setMenu] = useState<{ chat: ChatSummary; anchor: AnchorBox }>()
  const openMenu = useCallback(
    (chat: ChatSummary, anchor: AnchorBox) => setMenu({ chat, anchor }),
    [],
  )
  const archived = useMemo(() => all.filter(chat => chat.isArchived), [all])
  const inbox = useMemo(() => all.filter(chat => !chat.isArchived), [all])
  // The last one taken out leads back by itself.
  const isArchive = isInArchive && archived.length > 0
  const { items: shown, onPointerMove, onPointerLeave } = useHeldOrder(isArchive ? archived : inbox)
  const [path] = useLocation()
  const today = useToday()
  const scroller = useRef<HTMLDivElement>(null)
  const virtualizer = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: index => shown[index]?.id ?? index,
    overscan: 6,
    paddingStart: 2,
    paddingEnd: 12,
  })
  const rows = virtualizer.getVirtualItems()
  const lastShown = rows.at(-1)?.index ?? -1

  useEffect(() => {
    // A failure shows itself as a connection that is lost; the next scroll asks again.
    if (hasMore && lastShown >= shown.length - 5) loadMore().catch(() => {})
  }, [hasMore, lastShown, shown.length, loadMore])

  if (isLoading) return <RowSkeletons />
  if (all.length === 0) {
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
    <>
      {archived.length > 0 && (
        <ArchiveRow
          chats={archived}
          isOpen={isArchive}
          onToggle={() => setIsInArchive(!isArchive)}
        />
      )}
      <div
        ref={scroller}
        onPointerMove={onPointerMove}
        onPointerLeave={onPointerLeave}
        className="min-h-0 flex-1 overflow-y-auto overscroll-contain"
      >
        <ul
          aria-label={isArchive ? t.chat.archived : t.sidebar.chats}
          className="relative"
          style={{ height: virtualizer.getTotalSize() }}
          onKeyDown={(event: KeyboardEvent<HTMLElement>) => moveFocus(event)}
        >
          {rows.map(row => {
            const chat = shown[row.index]
            if (chat === undefined) return null
            return (
              <li
                key={row.key}
                aria-setsize={shown.length}
                aria-posinset={row.index + 1}
                className="absolute inset-x-2 top-0"
                style={{ height: rowHeight, transform: `translateY(${row.start}px)` }}
              >
                <ChatRow
                  chat={chat}
                  isSelected={path === `/chat/${chat.id}`}
                  today={today}
                  onMenu={openMenu}
                />
              </li>
            )
          })}
        </ul>
      </div>
      <ChatMenu target={menu} onClose={() => setMenu(undefined)} />
    </>
  )
}
