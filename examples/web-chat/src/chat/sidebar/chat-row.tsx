import type { ChatSummary } from '@relaychat/client'
import { useMe, usePresence } from '@relaychat/client/react'
import { AtSign, BellOff, File, Image, Mic, Pin } from 'lucide-react'
import { memo } from 'react'
import { Link } from 'wouter'
import { rowLabel } from '../../format/dates'
import { t } from '../../strings'
import type { AnchorBox } from '../../ui/anchor-box'
import { Avatar } from '../../ui/avatar'
import { cx } from '../../ui/class-names'
import { Ticks } from '../../ui/ticks'
import { useMenuGesture } from '../../ui/use-menu-gesture'
import { isMuted } from '../chat-state'
import { toldOf } from '../conversation/told'
import { isVoice } from '../media/kinds'
import { lineOf } from '../message-text'
import { fromList } from './from-list'
import { useDraft } from './use-draft'

export const ChatRow = memo(function ChatRow({
  chat,
  isSelected,
  today,
  onMenu,
}: {
  chat: ChatSummary
  isSelected: boolean
  today: number
  onMenu: (chat: ChatSummary, anchor: AnchorBox) => void
}) {
  const presence = usePresence(chat.peer?.id)
  const isUnread = chat.unreadCount > 0 || chat.isMarkedUnread
  const isQuiet = isMuted(chat, Date.now()) || chat.isArchived
  const gesture = useMenuGesture(anchor => onMenu(chat, anchor), true)
  const last = chat.lastMessage
  return (
    <Link
      href={`/chat/${chat.id}`}
      state={fromList}
      data-row
      {...gesture}
      aria-current={isSelected ? 'page' : undefined}
      className={cx(
        'flex h-full items-center gap-3 rounded-2xl px-2.5 outline-offset-[-2px] transition-colors [-webkit-touch-callout:none] pointer-coarse:select-none',
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
              className={cx(
                'text-xs tabular-nums',
                isUnread && !isQuiet ? 'text-accent-text' : 'text-muted',
              )}
            >
              {rowLabel(last.sentAt, Math.max(today, last.sentAt))}
            </time>
          )}
        </span>
        <span className="flex h-5 items-center gap-2">
          <span dir="auto" className="name min-w-0 flex-1 text-sm text-muted">
            <Preview chat={chat} isOpen={isSelected} />
          </span>
          <Signs chat={chat} />
          {chat.mentionCount > 0 && <Mentioned count={chat.mentionCount} />}
          {isUnread && <Badge chat={chat} isQuiet={isQuiet} />}
        </span>
      </span>
    </Link>
  )
})

function Signs({ chat }: { chat: ChatSummary }) {
  return (
    <>
      {isMuted(chat, Date.now()) && (
        <span className="shrink-0 text-muted">
          <BellOff aria-hidden className="size-3.5" />
          <span className="sr-only">{t.chat.muted}</span>
        </span>
      )}
      {chat.isPinned && (
        <span className="shrink-0 text-muted">
          <Pin aria-hidden className="size-3.5 rotate-45" />
          <span className="sr-only">{t.chat.pinned}</span>
        </span>
      )}
    </>
  )
}

/** Somebody means the reader: that calls, also where everything else is muted. */
function Mentioned({ count }: { count: number }) {
  return (
    <span className="grid size-5.5 shrink-0 place-items-center rounded-full bg-accent text-accent-ink">
      <AtSign aria-hidden strokeWidth={2.5} className="size-3.5" />
      <span className="sr-only">{t.chat.mentions(count)}</span>
    </span>
  )
}

/** How many are unread, or a dot for a chat that was only marked so. Quiet where nobody is called. */
function Badge({ chat, isQuiet }: { chat: ChatSummary; isQuiet: boolean }) {
  const { unreadCount } = chat
  return (
    <span
      className={cx(
        'rounded-full text-center text-xs leading-[1.375rem] font-bold tabular-nums forced-colors:border',
        unreadCount > 0 ? 'min-w-5.5 px-1.5' : 'size-3 shrink-0',
        isQuiet
          ? 'bg-hover text-soft ring-1 ring-line-strong ring-inset'
          : 'bg-accent text-accent-ink',
      )}
    >
      {unreadCount > 0 && (
        <span aria-hidden>{unreadCount > 999 ? `${t.number(999)}+` : t.number(unreadCount)}</span>
      )}
      <span className="sr-only">
        {unreadCount > 0 ? t.sidebar.unread(unreadCount) : t.chat.markedUnread}
      </span>
    </span>
  )
}

/** The last message in a line, or who is typing, or what the reader has begun to write. */
function Preview({ chat, isOpen }: { chat: ChatSummary; isOpen: boolean }) {
  const me = useMe()
  const draft = useDraft(chat.id)
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
  if (draft.trim() !== '' && !isOpen) {
    return (
      <>
        <bdi className="text-accent-text">{t.chat.draft} </bdi>
        {draft}
      </>
    )
  }
  if (last === undefined) return t.sidebar.noMessages
  if (last.event !== undefined) return toldOf(last) ?? t.sidebar.noMessages
  const isOwn = last.isOwn || last.sender.id === me?.id
  const who = last.isDeleted
    ? ''
    : isOwn
      ? t.sidebar.you
      : chat.kind === 'group'
        ? `${last.sender.name}:`
        : ''
  const hasPhotos = last.attachments.some(({ kind }) => kind === 'image')
  const hasVoice = last.attachments.some(isVoice)
  const hasFiles = !hasVoice && last.attachments.some(({ kind }) => kind === 'file')
  return (
    <>
      {who !== '' && <bdi className="text-soft">{who} </bdi>}
      {hasPhotos && <Image aria-hidden className="me-1 inline size-3.5 align-[-2px]" />}
      {hasVoice && <Mic aria-hidden className="me-1 inline size-3.5 align-[-2px]" />}
      {hasFiles && <File aria-hidden className="me-1 inline size-3.5 align-[-2px]" />}
      <span className={cx(last.isDeleted && 'italic')}>{lineOf(last)}</span>
    </>
  )
}
