import type { Message } from '@relaychat/client'
import { useState } from 'react'
import { fullDate, timeOfDay } from '../../format/dates'
import { t } from '../../strings'
import { cx } from '../../ui/class-names'
import { Ticks } from '../../ui/ticks'
import type { OpenPicture } from '../lightbox/picture'
import { bubbleWidthOf } from './image-box'
import { Linkified } from './linkified'
import { isBigEmoji } from './linkify'
import { MessageImages } from './message-images'

/** Longer texts are folded: about two screens of a phone. */
const foldedLength = 1_500
const foldedLines = 25

export function Bubble({
  chatId,
  message,
  isFirst,
  isLast,
  seenBy,
  onOpenPicture,
}: {
  chatId: string
  message: Message
  isFirst: boolean
  isLast: boolean
  seenBy: string | undefined
  onOpenPicture: OpenPicture
}) {
  const { isOwn, text, attachments } = message
  const hasImages = attachments.length > 0
  if (!hasImages && isBigEmoji(text)) {
    return (
      <div data-bubble className="relative pb-5 text-5xl leading-tight">
        {text.trim()}
        <Meta message={message} seenBy={seenBy} className="absolute end-0 bottom-0 text-muted" />
      </div>
    )
  }
  return (
    <div
      data-bubble
      style={{ width: bubbleWidthOf(attachments, text !== '') }}
      className={cx(
        'relative max-w-full min-w-0 overflow-hidden rounded-[1.15rem] forced-colors:border',
        isOwn ? 'bg-own text-own-ink' : 'bg-peer text-ink shadow-card',
        isOwn ? !isFirst && 'rounded-se-md' : !isFirst && 'rounded-ss-md',
        isOwn ? !isLast && 'rounded-ee-md' : !isLast && 'rounded-es-md',
        message.state === 'failed' && 'outline-2 outline-danger',
      )}
    >
      {hasImages && (
        <MessageImages chatId={chatId} message={message} onOpenPicture={onOpenPicture} />
      )}
      {text !== '' && (
        // The text decides the direction of its corner as well: the time stands where the last line ends.
        <div dir="auto" className={cx('px-3 py-[0.4375rem]', hasImages && 'pt-1.5')}>
          <Text text={text} metaWidth={isOwn ? '5.1rem' : '3.4rem'} />
          <Meta
            message={message}
            seenBy={seenBy}
            className={cx('absolute end-2.5 bottom-1.5', isOwn ? 'text-own-soft' : 'text-muted')}
          />
        </div>
      )}
      {text === '' && (
        <Meta
          message={message}
          seenBy={seenBy}
          className="absolute end-2 bottom-2 rounded-full bg-black/60 px-2 py-0.5 text-white"
        />
      )}
    </div>
  )
}

function Text({ text, metaWidth }: { text: string; metaWidth: string }) {
  const [isOpen, setIsOpen] = useState(false)
  const isLong = text.length > foldedLength || text.split('\n').length > foldedLines
  return (
    <>
      <p
        className={cx(
          'text-start break-words whitespace-pre-wrap [overflow-wrap:anywhere]',
          isLong && !isOpen && 'line-clamp-[16]',
        )}
      >
        <Linkified text={text} />
        {/* Keeps the last line clear of the time that stands in the corner. */}
        <span aria-hidden className="inline-block h-3" style={{ width: metaWidth }} />
      </p>
      {isLong && (
        <button
          type="button"
          aria-expanded={isOpen}
          onClick={() => setIsOpen(!isOpen)}
          className="min-h-11 font-semibold underline-offset-4 hover:underline"
        >
          {isOpen ? t.message.showLess : t.message.showMore}
        </button>
      )}
    </>
  )
}

function Meta({
  message,
  seenBy,
  className,
}: {
  message: Message
  seenBy: string | undefined
  className: string
}) {
  return (
    <span
      className={cx(
        'flex items-center gap-1 text-[0.6875rem] leading-4 whitespace-nowrap tabular-nums',
        className,
      )}
    >
      <time dateTime={new Date(message.sentAt).toISOString()} title={fullDate(message.sentAt)}>
        {timeOfDay(message.sentAt)}
      </time>
      {message.state !== undefined && <Ticks state={message.state} title={seenBy} />}
    </span>
  )
}
