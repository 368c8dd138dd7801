import type { ChatSummary, TimelineItem } from '@relaychat/client'
import { type UseTimeline, useClient, useMe, useTimeline } from '@relaychat/client/react'
import { Hand } from 'lucide-react'
import { useEffect } from 'react'
import { useToday } from '../../platform/clock'
import { t } from '../../strings'
import { Button } from '../../ui/button'
import { EmptyState } from '../../ui/empty-state'
import { MessageSkeletons } from '../../ui/skeletons'
import type { OpenPicture } from '../lightbox/picture'
import type { Target } from './actions'
import { JumpButton, MentionButton } from './jump-button'
import { requestJump } from './jumps'
import { meansMe } from './mentioned'
import { Rows } from './rows'
import { StickyDate } from './sticky-date'
import { useArrivals } from './use-arrivals'
import { useJump } from './use-jump'
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
  mayWrite,
  sentCount,
  onOpenPicture,
}: {
  chatId: string
  chat: ChatSummary | undefined
  mayWrite: boolean
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
  const { highlighted } = useJump({ chatId, timeline, place, isPlaced })
  const mention = useNextMention(chat, items)
  const toNewest = useToNewest(timeline, virtualizer, place)

  // biome-ignore lint/correctness/useExhaustiveDependencies: nothing but a message sent leads there
  useEffect(() => {
    if (sentCount > 0) toNewest('auto')
  }, [sentCount])

  if (timeline.error !== undefined && !hasMessages) return <Failed timeline={timeline} />
  if (!isFilled || chat === undefined) return <MessageSkeletons />
  if (!hasMessages) return <Empty chat={chat} mayWrite={mayWrite} />
  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      <StickyDate items={items} virtualizer={virtualizer} today={today} />
      <Rows
        {...{ chat, items, virtualizer, today, highlighted, onOpenPicture }}
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
      <div className="absolute end-4 bottom-4 flex flex-col items-end gap-2 md:end-6">
        {isPlaced && mention !== undefined && (
          <MentionButton count={chat.mentionCount} onJump={() => requestJump(chatId, mention)} />
        )}
        <JumpButton
          count={chat.unreadCount}
          isHidden={!isPlaced || (virtualizer.isAtEnd(240) && !hasAfter)}
          onJump={toNewest}
          onLeave={() => place.scroller.current?.focus({ preventScroll: true })}
        />
      </div>
    </div>
  )
}

/** The first message that means the reader and was not read, among those that are loaded. */
function useNextMention(
  chat: ChatSummary | undefined,
  items: readonly TimelineItem[],
): Target | undefined {
  const ownId = useMe()?.id
  if (chat === undefined || chat.mentionCount === 0) return undefined
  for (const item of items) {
    const { id, seq } = item.kind === 'message' ? item.message : { id: '', seq: undefined }
    if (item.kind !== 'message' || seq === undefined || seq <= chat.readSeq) continue
    if (meansMe(item.message, ownId)) return { messageId: id, seq }
  }
  return undefined
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

function Empty({ chat, mayWrite }: { chat: ChatSummary; mayWrite: boolean }) {
  const client = useClient()
  const wave = () => {
    const { delivered } = client.chat(chat.id).send({ text: '👋' })
    // The bubble shows what went wrong.
    delivered.catch(() => {})
  }
  return (
    <EmptyState
      icon={<Hand />}
      heading={mayWrite ? t.conversation.empty : t.sidebar.noMessages}
      lead={
        chat.kind === 'group'
          ? t.conversation.emptyGroupLead(chat.title)
          : t.conversation.emptyLead(chat.title)
      }
      action={mayWrite && <Button onClick={wave}>{t.conversation.emptyAction}</Button>}
    />
  )
}
