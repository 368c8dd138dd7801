import { Dialog } from '@base-ui/react/dialog'
import { ChevronLeft, ChevronRight, Download, X, ZoomIn, ZoomOut } from 'lucide-react'
import { type KeyboardEvent, type ReactNode, useState } from 'react'
import { t } from '../../strings'
import { cx } from '../../ui/class-names'
import type { Picture } from './picture'
import { useImageUrl } from './use-image-url'
import { ZoomableImage } from './zoomable-image'

const tool =
  'grid size-11 place-items-center rounded-full text-white/85 transition-colors hover:bg-white/15 hover:text-white disabled:opacity-40 outline-offset-0 focus-visible:outline-white [&>svg]:size-5.5'

/** Images at full size. Arrow keys move, plus and minus zoom, Escape closes; the focus goes back. */
export function Lightbox({
  pictures,
  startAt,
  onClose,
}: {
  pictures: readonly Picture[] | undefined
  startAt: number
  onClose: () => void
}) {
  // Kept while the dialog fades out.
  const [shown, setShown] = useState(pictures)
  if (pictures !== undefined && pictures !== shown) setShown(pictures)
  return (
    <Dialog.Root open={pictures !== undefined} onOpenChange={open => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-black/95 transition-opacity duration-150 data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <Dialog.Popup
          aria-label={t.image.viewer}
          className="dark fixed inset-0 z-50 flex flex-col text-white outline-none transition-opacity duration-150 data-ending-style:opacity-0 data-starting-style:opacity-0"
        >
          {shown !== undefined && <Viewer key={startAt} pictures={shown} startAt={startAt} />}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

/** Closer than this shows only the scaling. */
const zoomMax = 4

function Viewer({ pictures, startAt }: { pictures: readonly Picture[]; startAt: number }) {
  const [at, setAt] = useState(startAt)
  const [zoom, setZoom] = useState(1)
  const picture = pictures[at]

  const go = (step: number) => {
    const next = at + step
    if (next < 0 || next >= pictures.length) return
    setAt(next)
    setZoom(1)
  }
  const zoomBy = (factor: number) => setZoom(now => Math.min(zoomMax, Math.max(1, now * factor)))

  // The next picture is where the next word is.
  const onwards = t.direction === 'rtl' ? -1 : 1
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey) return
    if (event.key === 'ArrowLeft') go(-onwards)
    else if (event.key === 'ArrowRight') go(onwards)
    else if (event.key === '+' || event.key === '=') zoomBy(1.5)
    else if (event.key === '-') zoomBy(1 / 1.5)
    else return
    event.preventDefault()
  }

  if (picture === undefined) return null
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: shortcuts for the buttons inside
    <div className="flex min-h-0 flex-1 flex-col" onKeyDown={onKeyDown}>
      <div className="flex items-center gap-1 p-2 pt-[max(0.5rem,env(safe-area-inset-top))]">
        <span className="flex-1 truncate px-3 text-sm text-white/85" aria-live="polite">
          {picture.alt}
          {pictures.length > 1 && ` · ${t.image.position(at + 1, pictures.length)}`}
        </span>
        <Tool label={t.image.zoomOut} onClick={() => zoomBy(1 / 1.5)} isDisabled={zoom <= 1}>
          <ZoomOut aria-hidden />
        </Tool>
        <Tool label={t.image.zoomIn} onClick={() => zoomBy(1.5)} isDisabled={zoom >= zoomMax}>
          <ZoomIn aria-hidden />
        </Tool>
        <DownloadLink picture={picture} />
        <Dialog.Close aria-label={t.close} title={t.close} className={tool}>
          <X aria-hidden />
        </Dialog.Close>
      </div>
      <div className="relative flex min-h-0 flex-1">
        <ZoomableImage key={at} picture={picture} zoom={zoom} onZoom={setZoom} />
        {pictures.length > 1 && (
          <>
            <Tool
              label={t.image.previous}
              onClick={() => go(-1)}
              isDisabled={at === 0}
              className="absolute start-2 top-1/2 -translate-y-1/2 bg-black/45"
            >
              <ChevronLeft aria-hidden className="rtl:-scale-x-100" />
            </Tool>
            <Tool
              label={t.image.next}
              onClick={() => go(1)}
              isDisabled={at === pictures.length - 1}
              className="absolute end-2 top-1/2 -translate-y-1/2 bg-black/45"
            >
              <ChevronRight aria-hidden className="rtl:-scale-x-100" />
            </Tool>
          </>
        )}
      </div>
    </div>
  )
}

function Tool({
  label,
  onClick,
  isDisabled,
  className,
  children,
}: {
  label: string
  onClick: () => void
  isDisabled: boolean
  className?: string
  children: ReactNode
}) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      // Not `disabled`: a button that switches itself off would lose the focus to nowhere.
      aria-disabled={isDisabled || undefined}
      onClick={isDisabled ? undefined : onClick}
      className={cx(tool, isDisabled && 'opacity-40', className)}
    >
      {children}
    </button>
  )
}

function DownloadLink({ picture }: { picture: Picture }) {
  const { url } = useImageUrl(picture.attachment, 'full')
  return (
    <a
      href={url}
      download={picture.attachment.fileName ?? ''}
      aria-label={t.image.download}
      title={t.image.download}
      className={tool}
    >
      <Download aria-hidden />
    </a>
  )
}
