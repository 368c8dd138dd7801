import type { Attachment, Message } from '@relaychat/client'
import { useClient } from '@relaychat/client/react'
import { ImageOff, X } from 'lucide-react'
import { type CSSProperties, useState } from 'react'
import { t } from '../../strings'
import { cx } from '../../ui/class-names'
import type { OpenPicture, Picture } from '../lightbox/picture'
import { useImageUrl } from '../lightbox/use-image-url'
import { boxOf, heightMax } from './image-box'

/** The images of a message, in boxes that have their size before the first byte arrives. */
export function MessageImages({
  chatId,
  message,
  images,
  onOpenPicture,
}: {
  chatId: string
  message: Message
  images: readonly Attachment[]
  onOpenPicture: OpenPicture
}) {
  const pictures: readonly Picture[] = images.map(attachment => ({
    attachment,
    alt: t.image.alt(
      message.isOwn ? t.message.you : message.sender.name,
      attachment.fileName ?? '',
    ),
  }))
  const isSingle = images.length === 1
  return (
    <div className={cx('relative', !isSingle && 'grid grid-cols-2 gap-0.5')}>
      {pictures.map((picture, index) => (
        <Thumbnail
          key={picture.attachment.id}
          picture={picture}
          isSingle={isSingle}
          isWide={!isSingle && images.length % 2 === 1 && index === 0}
          onOpen={() => onOpenPicture(pictures, index)}
        />
      ))}
      {(message.state === 'uploading' || message.state === 'queued') && (
        <Progress chatId={chatId} message={message} />
      )}
    </div>
  )
}

/** A square of a picture, unless it stands alone or is the first of an odd number. */
export function Thumbnail({
  picture: { attachment, alt },
  isSingle = false,
  isWide = false,
  onOpen,
}: {
  picture: Picture
  isSingle?: boolean
  isWide?: boolean
  onOpen: () => void
}) {
  const { url, hasFailed, refresh } = useImageUrl(attachment, 'thumbnail')
  const [isLoaded, setIsLoaded] = useState(false)
  return (
    <button
      type="button"
      aria-label={t.image.open(alt)}
      onClick={onOpen}
      style={
        isSingle
          ? { aspectRatio: boxOf(attachment).aspectRatio, maxHeight: heightMax }
          : { aspectRatio: isWide ? '2 / 1' : '1 / 1' }
      }
      className={cx(
        'relative block w-full overflow-hidden bg-hover outline-offset-[-3px]',
        isWide && 'col-span-2',
      )}
    >
      {attachment.placeholder !== undefined && !isLoaded && (
        <img
          src={attachment.placeholder}
          alt=""
          className="absolute inset-0 size-full scale-110 object-cover blur-lg"
        />
      )}
      {url !== undefined && !hasFailed && (
        <img
          src={url}
          alt={alt}
          draggable={false}
          onLoad={() => setIsLoaded(true)}
          onError={refresh}
          className={cx(
            'absolute inset-0 size-full object-cover transition-opacity duration-300',
            !isLoaded && 'opacity-0',
          )}
        />
      )}
      {hasFailed && (
        <span className="absolute inset-0 flex flex-col items-center justify-center gap-2 p-3 text-sm text-soft">
          <ImageOff aria-hidden className="size-6" />
          {t.image.failed}
        </span>
      )}
    </button>
  )
}

function Progress({ chatId, message }: { chatId: string; message: Message }) {
  const chat = useClient().chat(chatId)
  const done = message.uploadProgress ?? 0
  const percent = Math.round(done * 100)
  const ring: CSSProperties = {
    background: `conic-gradient(#fff ${percent}%, rgb(255 255 255 / 0.28) 0)`,
  }
  return (
    <div className="absolute inset-0 grid place-items-center bg-black/35">
      {/* Beside the button, not around it: what shows a value has nothing to press in it. */}
      <div className="relative grid size-14 place-items-center">
        <span
          role="progressbar"
          aria-label={t.message.uploading(percent)}
          aria-valuenow={percent}
          aria-valuemin={0}
          aria-valuemax={100}
          style={ring}
          className="absolute inset-0 rounded-full"
        />
        <button
          type="button"
          aria-label={t.message.cancelUpload}
          title={t.message.cancelUpload}
          onClick={() => chat.cancel(message.id)}
          className="relative grid size-[3.125rem] place-items-center rounded-full bg-black/75 text-white"
        >
          <X aria-hidden className="size-5" />
        </button>
      </div>
    </div>
  )
}
