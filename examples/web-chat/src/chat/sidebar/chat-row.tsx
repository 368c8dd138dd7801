import type { ChatSummary } from '@relaychat/client'
import { useMe, usePresence } from '@relaychat/client/react'
import { Image } from 'lucide-react'
import { memo } from 'react'
import { Link } from 'wouter'
import { rowLabel } from '../../format/dates'
import { t } from '../../strings'
import { Avatar } from '../../ui/avatar'
import { cx } from '../../ui/class-names'
import { Ticks } from '../../ui/ticks'
import { fromList } from './from-list'

export const ChatRow = memo(function ChatRow({
  chat,
  isSelected,
  today,
}: {
  chat: ChatSummary
  isSelected: boolean
  today: number
}) {
  const presence = usePresence(chat.peer?.id)
  const isUnread = chat.unreadCount > 0
  const last = chat.lastMessage
  return (
    <Link
      href={`/chat/${chat.id}`}
      state={fromList}
      data-row
      aria-current={isSelected ? 'page' : undefined}
      className={cx(
        'flex h-full items-center gap-3 rounded-2xl px-2.5 outline-offset-[-2px] transition-colors',
        isSelected ? 'bg-selected forced-colors:border' : 'hover:bg-hover',
      )}
    >
      <Avatar
        id={chat.peer?.id ?? chat.id}
        name={chat.title}
        url={chat.avatarUrl}
        size={50}
        isOnline={presence?.isOnline === true}
      />
      <span className="flex min-w-0 flex-1 flex-col gap-0.5">
        <span className="flex items-baseline gap-2">
          <span dir="auto" className="name min-w-0 flex-1 font-semibold">
            {chat.title}
          </span>
          {presence?.isOnline === true && <span className="sr-only">{t.conversation.online}</span>}
          {last?.isOwn === true && last.state !== undefined && (
            <span className="self-center text-muted [--tick-ground:var(--panel)]">
              <Ticks state={last.state} />
            </span>
          )}
          {last !== undefined && (
            <time
              dateTime={new Date(last.sentAt).toISOString()}
              className={cx('text-xs tabular-nums', isUnread ? 'text-accent-text' : 'text-muted')}
            >
              {rowLabel(last.sentAt, Math.max(today, last.sentAt))}
            </time>
          )}
        </span>
        <span className="flex h-5 items-center gap-2">
          <span dir="auto" className="name min-w-0 flex-1 text-sm text-muted">
            <Preview chat={chat} />
          </span>
          {isUnread && (
            <span className="min-w-5.5 rounded-full bg-accent px-1.5 text-center text-xs leading-[1.375rem] font-bold text-accent-ink tabular-nums">
              <span aria-hidden>
                {chat.unreadCount > 999 ? `${t.number(999)}+` : t.number(chat.unreadCount)}
              </span>
              <span className="sr-only">{t.sidebar.unread(chat.unreadCount)}</span>
            </span>
          )}
        </span>
      </span>
    </Link>
  )
})

/** The last message in a line, or who is typing. */
function Preview({ chat }: { chat: ChatSummary }) {
  const me = useMe()
  const { typing, lastMessage: last } = chat
  if (typing.length > 0) {
    return (
      <span className="text-accent-text">
        {chat.kind === 'group'
          ? t.conversation.typing(typing.map(user => user.name))
          : t.conversation.typingShort}
      </span>
    )
  }
  if (last === undefined) return t.sidebar.noMessages
  const isOwn = last.isOwn || last.sender.id === me?.id
  const who = isOwn ? t.sidebar.you : chat.kind === 'group' ? `${last.sender.name}:` : ''
  const photos = last.attachments.length
  return (
    <>
      {who !== '' && <bdi className="text-soft">{who} </bdi>}
      {photos > 0 && <Image aria-hidden className="me-1 inline size-3.5 align-[-2px]" />}
      {last.text !== '' ? last.text : photos > 1 ? t.sidebar.photos(photos) : t.sidebar.photo}
    </>
  )
}
