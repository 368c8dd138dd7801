import type { ChatSummary, Member, TimelineItem } from '@relaychat/client'
import { t } from '../../strings'
import type { OpenPicture } from '../lightbox/picture'
import { DateDivider, UnreadDivider } from './date-divider'
import { EventLine } from './event-line'
import { runPlace } from './grouping'
import { MessageRow } from './message-row'

export function TimelineRow({
  items,
  index,
  chatId,
  chat,
  members,
  ownId,
  today,
  highlighted,
  onOpenPicture,
}: {
  items: readonly TimelineItem[]
  index: number
  chatId: string
  chat: ChatSummary | undefined
  members: readonly Member[]
  ownId: string | undefined
  today: number
  highlighted: string | undefined
  onOpenPicture: OpenPicture
}) {
  const item = items[index]
  if (item === undefined) return null
  switch (item.kind) {
    case 'date_divider':
      return <DateDivider day={item.day} today={today} />
    case 'unread_divider':
      return <UnreadDivider count={item.count} />
    case 'event':
      return <EventLine line={item.message} />
    case 'start':
      return <Start chat={chat} />
    case 'message': {
      const { isFirst, isLast } = runPlace(items, index)
      return (
        <MessageRow
          chatId={chatId}
          message={item.message}
          isFirst={isFirst}
          isLast={isLast}
          isGroup={chat?.kind === 'group'}
          // Only groups say who has seen a message; elsewhere a receipt must not draw the row again.
          members={chat?.kind === 'group' ? members : nobody}
          ownId={ownId}
          isHighlighted={item.key === highlighted}
          onOpenPicture={onOpenPicture}
        />
      )
    }
  }
}

const nobody: readonly Member[] = []

function Start({ chat }: { chat: ChatSummary | undefined }) {
  if (chat === undefined) return null
  return (
    <p className="px-6 pt-8 pb-2 text-center text-sm text-balance text-muted">
      {chat.kind === 'group'
        ? t.conversation.startGroup(chat.title)
        : t.conversation.start(chat.title)}
    </p>
  )
}
