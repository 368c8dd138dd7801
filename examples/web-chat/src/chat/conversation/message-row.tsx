import type { Member, Message } from '@relaychat/client'
import { memo } from 'react'
import { timeOfDay } from '../../format/dates'
import { t } from '../../strings'
import { Avatar } from '../../ui/avatar'
import { cx } from '../../ui/class-names'
import type { OpenPicture } from '../lightbox/picture'
import { Bubble } from './bubble'
import { FailedNote } from './failed-note'

/** One message with what surrounds its bubble: the sender's name and picture once per run. */
export const MessageRow = memo(function MessageRow({
  chatId,
  message,
  isFirst,
  isLast,
  isGroup,
  members,
  onOpenPicture,
}: {
  chatId: string
  message: Message
  isFirst: boolean
  isLast: boolean
  isGroup: boolean
  members: readonly Member[]
  onOpenPicture: OpenPicture
}) {
  const { isOwn, sender } = message
  const hasFace = isGroup && !isOwn
  return (
    <div
      data-testid="message"
      className={cx(
        'flex items-end gap-2',
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
        className={cx(
          'flex max-w-[85%] min-w-0 flex-col md:max-w-[70%]',
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
          onOpenPicture={onOpenPicture}
        />
        {message.state === 'failed' && <FailedNote chatId={chatId} message={message} />}
      </div>
    </div>
  )
})

/** "Ann, 14:05, see you there, seen". */
export function messageLabel(message: Message): string {
  return t.message.label([
    message.isOwn ? t.message.you : message.sender.name,
    timeOfDay(message.sentAt),
    message.attachments.length > 0 ? t.message.images(message.attachments.length) : '',
    message.text,
    message.state === undefined ? '' : t.message.states[message.state],
  ])
}

function seenBy(message: Message, members: readonly Member[]): string | undefined {
  const { seq } = message
  if (!message.isOwn || seq === undefined) return undefined
  const names = members
    .filter(member => member.user.id !== message.sender.id && member.readSeq >= seq)
    .map(member => member.user.name)
  return names.length === 0 ? undefined : t.conversation.seenBy(names)
}
