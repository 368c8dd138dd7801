import type { Attachment, Member, Message } from '@relaychat/client'
import { plainText } from '@relaychat/client/format'
import { memo, type PointerEvent, useMemo, useState } from 'react'
import { timeOfDay } from '../../format/dates'
import { t } from '../../strings'
import { Avatar } from '../../ui/avatar'
import { cx } from '../../ui/class-names'
import { useMenuGesture } from '../../ui/use-menu-gesture'
import type { OpenPicture } from '../lightbox/picture'
import { isVoice } from '../media/kinds'
import { lineOf } from '../message-text'
import { useMessageActions } from './actions'
import { Bubble } from './bubble'
import { FailedNote } from './failed-note'
import { HoverBar } from './hover-bar'
import { meansMe, mentionedIn } from './mentioned'
import { PendingNote } from './pending-note'
import { Reactions } from './reactions'

/** One message with what surrounds its bubble: the sender's name and picture once per run. */
export const MessageRow = memo(function MessageRow({
  chatId,
  message,
  isFirst,
  isLast,
  isGroup,
  members,
  ownId,
  isHighlighted,
  onOpenPicture,
}: {
  chatId: string
  message: Message
  isFirst: boolean
  isLast: boolean
  isGroup: boolean
  members: readonly Member[]
  ownId: string | undefined
  isHighlighted: boolean
  onOpenPicture: OpenPicture
}) {
  const { isOwn, sender } = message
  const hasFace = isGroup && !isOwn
  const { openMenu } = useMessageActions()
  const mentioned = useMemo(() => mentionedIn(message, members, ownId), [message, members, ownId])
  const [isHovered, setIsHovered] = useState(false)
  const gesture = useMenuGesture(anchor => {
    if (!message.isDeleted) openMenu(message, anchor)
  })
  return (
    <div
      data-testid="message"
      data-highlighted={isHighlighted || undefined}
      onPointerEnter={(event: PointerEvent) => setIsHovered(event.pointerType === 'mouse')}
      onPointerLeave={() => setIsHovered(false)}
      className={cx(
        'row flex items-end gap-2',
        isFirst ? 'pt-3' : 'pt-0.5',
        isOwn && 'flex-row-reverse',
      )}
    >
      {hasFace && (
        <span className="w-8 shrink-0">
          {isLast && <Avatar id={sender.id} name={sender.name} url={sender.avatarUrl} size={32} />}
        </span>
      )}
      <div
        {...gesture}
        className={cx(
          'relative flex max-w-[85%] min-w-0 flex-col md:max-w-[70%]',
          '[-webkit-touch-callout:none] pointer-coarse:select-none',
          isOwn ? 'items-end' : 'items-start',
        )}
      >
        {hasFace && isFirst && (
          <span
            dir="auto"
            className="mb-1 max-w-full truncate px-3 text-xs font-semibold text-soft"
          >
            {sender.name}
          </span>
        )}
        <Bubble
          chatId={chatId}
          message={message}
          isFirst={isFirst}
          isLast={isLast}
          seenBy={seenBy(message, members)}
          mentioned={mentioned}
          onOpenPicture={onOpenPicture}
        />
        {isHovered && !message.isDeleted && <HoverBar message={message} />}
        {message.reactions.length > 0 && <Reactions message={message} />}
        {message.state === 'failed' && <FailedNote chatId={chatId} message={message} />}
        <PendingNote chatId={chatId} message={message} />
      </div>
    </div>
  )
})

/** "Ann, 14:05, see you there, seen". */
export function messageLabel(message: Message, ownId: string | undefined): string {
  return t.message.label([
    message.isOwn ? t.message.you : message.sender.name,
    timeOfDay(message.sentAt),
    message.replyTo === undefined ? '' : t.actions.replyTo(message.replyTo.sender.name),
    imagesOf(message) > 0 ? t.message.images(imagesOf(message)) : '',
    ...message.attachments.map(fileLabel),
    message.isDeleted ? lineOf(message) : plainText(message.text),
    meansMe(message, ownId) ? t.mention.ofYou : '',
    message.editedAt === undefined || message.isDeleted ? '' : t.message.edited,
    message.pinnedAt === undefined ? '' : t.pins.isPinned,
    ...message.reactions.map(({ emoji, count }) => `${emoji} ${t.number(count)}`),
    message.state === undefined ? '' : t.message.states[message.state],
  ])
}

function fileLabel(file: Attachment): string {
  if (isVoice(file)) return t.media.voice
  return file.kind === 'file' ? (file.fileName ?? '') : ''
}

function imagesOf({ attachments }: Message): number {
  return attachments.filter(({ kind }) => kind === 'image').length
}

function seenBy(message: Message, members: readonly Member[]): string | undefined {
  const { seq } = message
  if (!message.isOwn || seq === undefined) return undefined
  const names = members
    .filter(member => member.user.id !== message.sender.id && member.readSeq >= seq)
    .map(member => member.user.name)
  return names.length === 0 ? undefined : t.conversation.seenBy(names)
}
