import type { ChatSummary } from '@relaychat/client'
import { type UseTimeline, useClient, useTimeline } from '@relaychat/client/react'
import { Hand } from 'lucide-react'
import { useEffect } from 'react'
import { useToday } from '../../platform/clock'
import { t } from '../../strings'
import { Button } from '../../ui/button'
import { EmptyState } from '../../ui/empty-state'
import { MessageSkeletons } from '../../ui/skeletons'
import type { OpenPicture } from '../lightbox/picture'
import { JumpButton } from './jump-button'
import { Rows } from './rows'
import { StickyDate } from './sticky-date'
import { useArrivals } from './use-arrivals'
import { useLoadMore } from './use-load-more'
import {
  useIsFilled,
  useIsPlaced,
  useOpening,
  useRememberPlace,
  useShownItems,
} from './use-opening'
import { useReadMarks } from './use-read-marks'
import { type ReadingPlace, usePlace, useReadingPlace } from './use-reading-place'
import { type ListVirtualizer, useListVirtualizer } from './virtualizer'

/**
 * The messages. Only what is on screen and a little around it exists in the page; the place one
 * reads at stays put when messages are loaded on either side or pictures grow, and at the end the
 * list follows what arrives.
 */
export function MessageList({
  chatId,
  chat,
  sentCount,
  onOpenPicture,
}: {
  chatId: string
  chat: ChatSummary | undefined
  /** Messages sent from this page: each brings the reader to the end, wherever they were. */
  sentCount: number
  onOpenPicture: OpenPicture
}) {
  const timeline = useTimeline(chatId)
  const today = useToday()
  const { hasAfter } = timeline
  const opening = useOpening(chatId, chat, timeline)
  const items = useShownItems(timeline.items, opening)
  const hasMessages = items.some(item => item.kind === 'message')
  const isFilled = useIsFilled(timeline, opening)
  const isReady = isFilled && hasMessages

  const place = usePlace()
  const virtualizer = useListVirtualizer(items, place)
  const isPlaced = useIsPlaced(place, items, opening, isReady)
  useReadingPlace(place, virtualizer, { items, hasAfter, isReady })
  useRememberPlace(chatId, place, isPlaced)
  const more = useLoadMore(timeline, virtualizer, isPlaced)
  useReadMarks({ chatId, items, virtualizer, scroller: place.scroller, isPlaced })
  useArrivals(isPlaced && !hasAfter ? items : undefined)
  const toNewest = useToNewest(timeline, virtualizer, place)

  // biome-ignore lint/correctness/useExhaustiveDependencies: nothing but a message sent leads there
  useEffect(() => {
    if (sentCount > 0) toNewest('auto')
  }, [sentCount])

  if (timeline.error !== undefined && !hasMessages) return <Failed timeline={timeline} />
  if (!isFilled || chat === undefined) return <MessageSkeletons />
  if (!hasMessages) return <Empty chat={chat} />
  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      <StickyDate items={items} virtualizer={virtualizer} today={today} />
      <Rows
        {...{ chat, items, virtualizer, today, onOpenPicture }}
        scroller={place.scroller}
        isHidden={!isPlaced}
      />
      {more.hasFailed && (
        <div role="alert" className="absolute inset-x-0 top-3 flex justify-center">
          <Button look="plain" onClick={more.retry} className="text-sm">
            {t.conversation.olderFailed} {t.retry}
          </Button>
        </div>
      )}
      <JumpButton
        count={chat.unreadCount}
        isHidden={!isPlaced || (virtualizer.isAtEnd(240) && !hasAfter)}
        onJump={toNewest}
        onLeave={() => place.scroller.current?.focus({ preventScroll: true })}
      />
    </div>
  )
}

function useToNewest(timeline: UseTimeline, virtualizer: ListVirtualizer, place: ReadingPlace) {
  const go = (behavior: 'auto' | 'smooth') => {
    place.holdTo(undefined, behavior === 'smooth')
    virtualizer.scrollToEnd({ behavior })
  }
  return (behavior: 'auto' | 'smooth') => {
    if (!timeline.hasAfter) return go(behavior)
    // The button stays for another try.
    timeline.jumpToLatest().then(
      () => go('auto'),
      () => {},
    )
  }
}

function Failed({ timeline }: { timeline: UseTimeline }) {
  return (
    <EmptyState
      icon={<Hand />}
      heading={t.conversation.loadFailed}
      action={<Button onClick={() => timeline.jumpToLatest().catch(() => {})}>{t.tryAgain}</Button>}
    />
  )
}

function Empty({ chat }: { chat: ChatSummary }) {
  const client = useClient()
  const wave = () => {
    const { delivered } = client.chat(chat.id).send({ text: '👋' })
    // The bubble shows what went wrong.
    delivered.catch(() => {})
  }
  return (
    <EmptyState
      icon={<Hand />}
      heading={t.conversation.empty}
      lead={
        chat.kind === 'group'
          ? t.conversation.emptyGroupLead(chat.title)
          : t.conversation.emptyLead(chat.title)
      }
      action={<Button onClick={wave}>{t.conversation.emptyAction}</Button>}
    />
  )
}
