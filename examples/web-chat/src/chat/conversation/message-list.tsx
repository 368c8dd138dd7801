import type { ChatSummary, TimelineItem } from '@relaychat/client'
import { useClient, useMembers, useTimeline } from '@relaychat/client/react'
import { useVirtualizer } from '@tanstack/react-virtual'
import { Hand } from 'lucide-react'
import { useCallback, useRef } from 'react'
import { useToday } from '../../platform/clock'
import { t } from '../../strings'
import { Button } from '../../ui/button'
import { EmptyState } from '../../ui/empty-state'
import { MessageSkeletons } from '../../ui/skeletons'
import type { OpenPicture } from '../lightbox/picture'
import { JumpButton } from './jump-button'
import { messageLabel } from './message-row'
import { StickyDate } from './sticky-date'
import { TimelineRow } from './timeline-row'
import { useArrivals } from './use-arrivals'
import { useBottomAnchor } from './use-bottom-anchor'
import { useFilled } from './use-filled'
import { useLoadOlder } from './use-load-older'
import { useOpeningPlace } from './use-opening-place'
import { useReadMarks } from './use-read-marks'

function labelOf(item: TimelineItem | undefined): string | undefined {
  return item?.kind === 'message' ? messageLabel(item.message) : undefined
}

/** Close enough to the end to count as being there: a line of text. */
const atEndPx = 60

/**
 * The messages. Only what is on screen and a little around it exists in the page; the place one
 * reads at stays put when older messages are loaded above or pictures grow, and at the end the list
 * follows what arrives.
 */
export function MessageList({
  chatId,
  chat,
  onOpenPicture,
}: {
  chatId: string
  chat: ChatSummary | undefined
  onOpenPicture: OpenPicture
}) {
  const client = useClient()
  const timeline = useTimeline(chatId)
  const members = useMembers(chatId)
  const today = useToday()
  const scroller = useRef<HTMLDivElement>(null)
  const { items } = timeline

  const virtualizer = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: index => (items[index]?.kind === 'message' ? 46 : 52),
    getItemKey: useCallback((index: number) => items[index]?.key ?? index, [items]),
    overscan: 6,
    anchorTo: 'end',
    followOnAppend: true,
    scrollEndThreshold: atEndPx,
    paddingStart: 12,
    paddingEnd: 12,
    // The unread divider opens in the upper third, with some of what was read before it.
    scrollPaddingStart: 120,
  })

  const hasMessages = items.some(item => item.kind === 'message')
  const isFilled = useFilled(timeline, chat)
  const isPlaced = useOpeningPlace(virtualizer, items, hasMessages && isFilled)
  const rows = virtualizer.getVirtualItems()
  const isLoadFailed = useLoadOlder(timeline, rows[0]?.index, isPlaced)
  useReadMarks({ chatId, items, virtualizer, scroller, isPlaced })
  useArrivals(items, virtualizer)
  useBottomAnchor(scroller, virtualizer, items, isPlaced)

  if (timeline.error !== undefined && !hasMessages) {
    return (
      <EmptyState
        icon={<Hand />}
        heading={t.conversation.loadFailed}
        action={
          <Button onClick={() => timeline.jumpToLatest().catch(() => {})}>{t.tryAgain}</Button>
        }
      />
    )
  }
  if (!isFilled || chat === undefined) return <MessageSkeletons />
  if (!hasMessages) {
    return (
      <EmptyState
        icon={<Hand />}
        heading={t.conversation.empty}
        lead={t.conversation.emptyLead(chat.title)}
        action={
          <Button
            onClick={() => {
              const { delivered } = client.chat(chatId).send({ text: '👋' })
              // The bubble shows what went wrong.
              delivered.catch(() => {})
            }}
          >
            {t.conversation.emptyAction}
          </Button>
        }
      />
    )
  }
  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      <StickyDate items={items} virtualizer={virtualizer} today={today} />
      <section
        ref={scroller}
        aria-label={t.conversation.messages}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        tabIndex={0}
        className="flex min-h-0 flex-1 flex-col overflow-y-auto overscroll-contain outline-offset-[-2px] [overflow-anchor:none]"
      >
        <ol
          aria-label={t.conversation.messages}
          className="relative mx-auto mt-auto w-full max-w-3xl shrink-0"
          style={{
            height: virtualizer.getTotalSize(),
            visibility: isPlaced ? 'visible' : 'hidden',
          }}
        >
          {rows.map(row => (
            <li
              key={row.key}
              data-index={row.index}
              ref={virtualizer.measureElement}
              aria-label={labelOf(items[row.index])}
              className="absolute inset-x-0 top-0 flow-root px-3 md:px-6"
              style={{ transform: `translateY(${row.start}px)` }}
            >
              <TimelineRow
                items={items}
                index={row.index}
                chatId={chatId}
                chat={chat}
                members={members}
                today={today}
                onOpenPicture={onOpenPicture}
              />
            </li>
          ))}
        </ol>
      </section>
      {isLoadFailed.value && (
        <div role="alert" className="absolute inset-x-0 top-3 flex justify-center">
          <Button look="plain" onClick={isLoadFailed.retry} className="text-sm">
            {t.conversation.olderFailed} {t.retry}
          </Button>
        </div>
      )}
      <JumpButton
        count={chat?.unreadCount ?? 0}
        isHidden={!isPlaced || (virtualizer.isAtEnd(240) && !timeline.hasAfter)}
        onJump={behavior => {
          if (timeline.hasAfter)
            timeline.jumpToLatest().then(
              () => virtualizer.scrollToEnd(),
              () => {},
            )
          else virtualizer.scrollToEnd({ behavior })
        }}
      />
    </div>
  )
}
