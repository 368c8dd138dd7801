import type { Message } from '@relaychat/client'
import { Ban, Pin } from 'lucide-react'
import { useState } from 'react'
import { fullDate, timeOfDay } from '../../format/dates'
import { t } from '../../strings'
import { cx } from '../../ui/class-names'
import { Ticks } from '../../ui/ticks'
import type { OpenPicture } from '../lightbox/picture'
import { Formatted } from './formatted'
import { bubbleWidthOf } from './image-box'
import { isBigEmoji } from './linkify'
import type { Mentioned } from './mentioned'
import { hasRoomAtEnd, MessageFiles } from './message-files'
import { MessageImages } from './message-images'
import { Quote } from './quote'

/** Longer texts are folded: about two screens of a phone. */
const foldedLength = 1_500
const foldedLines = 25

export function Bubble({
  chatId,
  message,
  isFirst,
  isLast,
  seenBy,
  mentioned,
  onOpenPicture,
}: {
  chatId: string
  message: Message
  isFirst: boolean
  isLast: boolean
  seenBy: string | undefined
  mentioned: readonly Mentioned[]
  onOpenPicture: OpenPicture
}) {
  const { isOwn, text, replyTo } = message
  const images = message.attachments.filter(({ kind }) => kind === 'image')
  const files = message.attachments.filter(({ kind }) => kind === 'file')
  const hasImages = images.length > 0
  const isMetaInFiles = text === '' && hasRoomAtEnd(files.at(-1))
  const softColour = isOwn ? 'text-own-soft' : 'text-muted'
  if (message.isDeleted) return <Tombstone message={message} />
  if (message.attachments.length === 0 && replyTo === undefined && isBigEmoji(text)) {
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
      style={{ width: bubbleWidthOf(images, text !== '' || replyTo !== undefined) }}
      className={cx(
        'relative max-w-full min-w-0 overflow-hidden rounded-[1.15rem] forced-colors:border',
        isOwn ? 'bg-own text-own-ink' : 'bg-peer text-ink shadow-card',
        isOwn ? !isFirst && 'rounded-se-md' : !isFirst && 'rounded-ss-md',
        isOwn ? !isLast && 'rounded-ee-md' : !isLast && 'rounded-es-md',
        message.state === 'failed' && 'outline-2 outline-danger',
      )}
    >
      {replyTo !== undefined && (
        <div className={cx('flex', hasImages && 'pb-1.5')}>
          <Quote quote={replyTo} isInOwn={isOwn} />
        </div>
      )}
      {hasImages && (
        <MessageImages
          chatId={chatId}
          message={message}
          images={images}
          onOpenPicture={onOpenPicture}
        />
      )}
      {files.length > 0 && (
        <MessageFiles
          chatId={chatId}
          message={message}
          files={files}
          end={
            isMetaInFiles && (
              <Meta message={message} seenBy={seenBy} className={cx('pe-1', softColour)} />
            )
          }
        />
      )}
      {text !== '' && (
        // The text decides the direction of its corner as well: the time stands where the last line ends.
        <div
          dir="auto"
          className={cx(
            'px-3 py-[0.4375rem] text-start break-words [overflow-wrap:anywhere]',
            hasImages && 'pt-1.5',
          )}
        >
          <Text
            text={text}
            mentioned={mentioned}
            metaWidth={metaWidthOf(message)}
            metaWords={message.editedAt === undefined ? '' : t.message.edited}
          />
          <Meta
            message={message}
            seenBy={seenBy}
            className={cx('absolute end-2.5 bottom-1.5', softColour)}
          />
        </div>
      )}
      {text === '' && files.length === 0 && (
        <Meta
          message={message}
          seenBy={seenBy}
          className="absolute end-2 bottom-2 rounded-full bg-black/60 px-2 py-0.5 text-white"
        />
      )}
      {text === '' && files.length > 0 && !isMetaInFiles && (
        <Meta
          message={message}
          seenBy={seenBy}
          className={cx('justify-end px-2.5 pb-1.5', softColour)}
        />
      )}
    </div>
  )
}

/** Of the time and the ticks, and of the pin before them. */
function metaWidthOf({ isOwn, pinnedAt }: Message): string {
  if (pinnedAt === undefined) return isOwn ? '5.1rem' : '3.4rem'
  return isOwn ? '6.1rem' : '4.4rem'
}

/** Where something was said. */
function Tombstone({ message }: { message: Message }) {
  const words = message.isOwn ? t.message.deletedOwn : t.message.deleted
  return (
    <div
      data-bubble
      className="flex items-center gap-2 rounded-[1.15rem] border border-dashed border-line-strong px-3 py-1.5 text-sm text-muted italic"
    >
      <Ban aria-hidden className="size-4 shrink-0" />
      <span>{words}</span>
      <Time message={message} className="not-italic" />
    </div>
  )
}

function Text({
  text,
  mentioned,
  metaWidth,
  metaWords,
}: {
  text: string
  mentioned: readonly Mentioned[]
  metaWidth: string
  metaWords: string
}) {
  const [isOpen, setIsOpen] = useState(false)
  const isLong = text.length > foldedLength || text.split('\n').length > foldedLines
  const formatted = (
    <Formatted
      text={text}
      mentioned={mentioned}
      // Keeps the last line clear of the time that stands in the corner.
      end={
        <span
          aria-hidden
          data-words={metaWords}
          style={{ paddingInlineEnd: metaWidth }}
          className="invisible inline-block h-3 text-[0.6875rem] leading-3 after:content-[attr(data-words)]"
        />
      }
    />
  )
  // No element more than it takes: there is one of these in every row.
  if (!isLong) return formatted
  return (
    <>
      <div className={isOpen ? undefined : 'line-clamp-[16]'}>{formatted}</div>
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={() => setIsOpen(!isOpen)}
        className="min-h-11 font-semibold underline-offset-4 hover:underline"
      >
        {isOpen ? t.message.showLess : t.message.showMore}
      </button>
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
      {message.pinnedAt !== undefined && <Pin aria-hidden className="size-3 rotate-45" />}
      {message.editedAt !== undefined && (
        <span title={fullDate(message.editedAt)}>{t.message.edited}</span>
      )}
      <Time message={message} />
      {message.state !== undefined && (
        <Ticks
          // What is to be changed of it waits like a message of its own.
          state={isWaiting(message) ? 'queued' : message.state}
          title={isWaiting(message) ? t.message.saving : seenBy}
        />
      )}
    </span>
  )
}

function isWaiting({ pending }: Message): boolean {
  if (pending === undefined || pending.error !== undefined) return false
  return pending.kind === 'edit' || pending.kind === 'delete'
}

function Time({ message, className }: { message: Message; className?: string }) {
  return (
    <time
      dateTime={new Date(message.sentAt).toISOString()}
      title={fullDate(message.sentAt)}
      className={cx('text-[0.6875rem] leading-4 whitespace-nowrap tabular-nums', className)}
    >
      {timeOfDay(message.sentAt)}
    </time>
  )
}
