import type { Attachment, ChatAttachment, ChatSummary } from '@relaychat/client'
import { useMe } from '@relaychat/client/react'
import { MessageSquareText, X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { rowLabel } from '../../format/dates'
import { useToday } from '../../platform/clock'
import { useIsWide } from '../../platform/media'
import { t } from '../../strings'
import { Button, IconButton } from '../../ui/button'
import { cx } from '../../ui/class-names'
import { RowSkeletons } from '../../ui/skeletons'
import { useMessageActions } from '../conversation/actions'
import { FileRow } from '../conversation/message-files'
import { Thumbnail } from '../conversation/message-images'
import type { OpenPicture, Picture } from '../lightbox/picture'
import { useFiles } from './use-files'

type Kind = Attachment['kind']

/** Beside the messages of a chat, or over them on a phone: the images and the files that were sent. */
export function FilesPanel({
  chat,
  onOpenPicture,
  onClose,
}: {
  chat: ChatSummary
  onOpenPicture: OpenPicture
  onClose: () => void
}) {
  const [kind, setKind] = useState<Kind>('image')
  const first = useRef<HTMLButtonElement>(null)
  useEffect(() => first.current?.focus(), [])
  return (
    <aside
      aria-label={t.files.heading}
      onKeyDown={event => {
        if (event.key === 'Escape') onClose()
      }}
      className="absolute inset-0 z-30 flex animate-rise flex-col bg-panel pt-[env(safe-area-inset-top)] md:start-auto md:w-88 md:border-s md:border-line max-lg:md:shadow-float"
    >
      <div className="flex h-16 shrink-0 items-center gap-1 border-b border-line ps-5 pe-2">
        <h2 className="min-w-0 flex-1 truncate text-base font-semibold">{t.files.heading}</h2>
        <IconButton label={t.close} onClick={onClose}>
          <X aria-hidden />
        </IconButton>
      </div>
      <div className="flex gap-1.5 border-b border-line p-3">
        {(['image', 'file'] as const).map(one => (
          <button
            key={one}
            ref={one === 'image' ? first : undefined}
            type="button"
            aria-pressed={kind === one}
            onClick={() => setKind(one)}
            className={cx(
              'min-h-11 flex-1 rounded-full px-3.5 text-sm font-medium ring-1 ring-inset transition-colors md:min-h-9',
              kind === one
                ? 'bg-selected text-accent-text ring-accent-text'
                : 'text-soft ring-line hover:bg-hover',
            )}
          >
            {t.files.kinds[one]}
          </button>
        ))}
      </div>
      <List key={kind} chat={chat} kind={kind} onOpenPicture={onOpenPicture} onClose={onClose} />
    </aside>
  )
}

function List({
  chat,
  kind,
  onOpenPicture,
  onClose,
}: {
  chat: ChatSummary
  kind: Kind
  onOpenPicture: OpenPicture
  onClose: () => void
}) {
  const { items, status, more } = useFiles(chat, kind)
  if (status === 'loading' && items.length === 0) return <RowSkeletons />
  return (
    <div className="min-h-0 flex-1 overflow-y-auto overscroll-contain p-2">
      {status === 'failed' && <Note words={t.files.failed} isAlert />}
      {status === 'ready' && items.length === 0 && <Note words={t.files.none[kind]} />}
      {kind === 'image' ? (
        <Images items={items} onOpenPicture={onOpenPicture} />
      ) : (
        <Rows items={items} onClose={onClose} />
      )}
      {more !== undefined && (
        <Button look="quiet" onClick={more} isBusy={status === 'loading'} className="mt-1 w-full">
          {t.sidebar.more}
        </Button>
      )}
    </div>
  )
}

function Images({
  items,
  onOpenPicture,
}: {
  items: readonly ChatAttachment[]
  onOpenPicture: OpenPicture
}) {
  const me = useMe()
  if (items.length === 0) return null
  const pictures: readonly Picture[] = items.map(({ attachment, sender }) => ({
    attachment,
    alt: t.image.alt(sender.id === me?.id ? t.message.you : sender.name, attachment.fileName ?? ''),
  }))
  return (
    <ul aria-label={t.files.kinds.image} className="grid grid-cols-3 gap-1">
      {pictures.map((picture, index) => (
        <li key={picture.attachment.id} className="overflow-hidden rounded-lg">
          <Thumbnail picture={picture} onOpen={() => onOpenPicture(pictures, index)} />
        </li>
      ))}
    </ul>
  )
}

function Rows({ items, onClose }: { items: readonly ChatAttachment[]; onClose: () => void }) {
  const me = useMe()
  const { goTo } = useMessageActions()
  const isWide = useIsWide()
  const today = useToday()
  if (items.length === 0) return null
  return (
    <ul aria-label={t.files.kinds.file} className="flex flex-col gap-0.5">
      {items.map(({ attachment, messageId, seq, sender, sentAt }) => (
        <li key={attachment.id} className="flex items-start">
          <div className="flex min-w-0 flex-1 flex-col">
            <FileRow file={attachment} isOwn={false} />
            <p className="-mt-1 flex gap-1.5 ps-15.5 pb-1.5 text-xs text-muted">
              <span dir="auto" className="truncate">
                {sender.id === me?.id ? t.message.you : t.files.sentBy(sender.name)}
              </span>
              <time dateTime={new Date(sentAt).toISOString()} className="shrink-0 tabular-nums">
                {rowLabel(sentAt, Math.max(today, sentAt))}
              </time>
            </p>
          </div>
          <span className="mt-1">
            <IconButton
              label={t.files.goTo(attachment.fileName ?? t.file.unnamed)}
              onClick={() => {
                if (!isWide) onClose()
                goTo({ messageId, seq })
              }}
            >
              <MessageSquareText aria-hidden />
            </IconButton>
          </span>
        </li>
      ))}
    </ul>
  )
}

function Note({ words, isAlert = false }: { words: string; isAlert?: boolean }) {
  return (
    <p
      role={isAlert ? 'alert' : undefined}
      className="px-6 py-10 text-center text-sm text-balance text-muted"
    >
      {words}
    </p>
  )
}
