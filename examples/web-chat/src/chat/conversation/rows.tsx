import type { ChatSummary, TimelineItem } from '@relaychat/client'
import { useMe, useMembers } from '@relaychat/client/react'
import type { RefObject } from 'react'
import { t } from '../../strings'
import type { OpenPicture } from '../lightbox/picture'
import { useMessageActions } from './actions'
import { messageLabel } from './message-row'
import { onRowKey } from './row-focus'
import { TimelineRow } from './timeline-row'
import type { ListVirtualizer } from './virtualizer'

/** The rows that are on screen and a little around it, each where it belongs in the whole. */
export function Rows({
  chat,
  items,
  virtualizer,
  scroller,
  today,
  isHidden,
  highlighted,
  onOpenPicture,
}: {
  chat: ChatSummary
  items: readonly TimelineItem[]
  virtualizer: ListVirtualizer
  scroller: RefObject<HTMLDivElement | null>
  today: number
  isHidden: boolean
  highlighted: string | undefined
  onOpenPicture: OpenPicture
}) {
  const members = useMembers(chat.id)
  const ownId = useMe()?.id
  const { openMenu } = useMessageActions()
  return (
    <section
      ref={scroller}
      aria-label={t.conversation.messages}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
      tabIndex={0}
      onKeyDown={event => onRowKey(event, items, openMenu)}
      className="flex min-h-0 flex-1 flex-col overflow-y-auto overscroll-contain outline-offset-[-2px] [overflow-anchor:none]"
    >
      <ol
        aria-label={t.conversation.messages}
        className="relative mx-auto mt-auto w-full max-w-3xl shrink-0"
        style={{ height: virtualizer.getTotalSize(), visibility: isHidden ? 'hidden' : 'visible' }}
      >
        {virtualizer.getVirtualItems().map(row => (
          <li
            key={row.key}
            data-index={row.index}
            data-key={row.key}
            ref={virtualizer.measureElement}
            aria-label={labelOf(items[row.index], ownId)}
            {...(items[row.index]?.kind === 'message' ? { tabIndex: -1 } : {})}
            className="absolute inset-x-0 top-0 flow-root px-3 md:px-6"
            style={{ transform: `translateY(${row.start}px)` }}
          >
            <TimelineRow
              items={items}
              index={row.index}
              chatId={chat.id}
              chat={chat}
              members={members}
              ownId={ownId}
              today={today}
              highlighted={highlighted}
              onOpenPicture={onOpenPicture}
            />
          </li>
        ))}
      </ol>
    </section>
  )
}

function labelOf(item: TimelineItem | undefined, ownId: string | undefined): string | undefined {
  return item?.kind === 'message' ? messageLabel(item.message, ownId) : undefined
}
