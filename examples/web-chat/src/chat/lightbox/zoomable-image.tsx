import { ImageOff } from 'lucide-react'
import { type PointerEvent, useRef, useState } from 'react'
import { t } from '../../strings'
import { Spinner } from '../../ui/spinner'
import type { Picture } from './picture'
import { useImageUrl } from './use-image-url'

/** One image, as large as fits; zoomed in it can be dragged. */
export function ZoomableImage({
  picture: { attachment, alt },
  zoom,
  onZoom,
}: {
  picture: Picture
  zoom: number
  onZoom: (zoom: number) => void
}) {
  const { url, hasFailed, refresh } = useImageUrl(attachment, 'full')
  const [offset, setOffset] = useState({ x: 0, y: 0 })
  const drag = useRef<{ x: number; y: number }>(undefined)
  const place = zoom === 1 ? { x: 0, y: 0 } : offset

  const start = (event: PointerEvent<HTMLElement>) => {
    if (zoom === 1) return
    event.currentTarget.setPointerCapture(event.pointerId)
    drag.current = { x: event.clientX - place.x, y: event.clientY - place.y }
  }
  const move = (event: PointerEvent) => {
    if (drag.current === undefined) return
    setOffset({ x: event.clientX - drag.current.x, y: event.clientY - drag.current.y })
  }
  const end = () => {
    drag.current = undefined
  }

  if (hasFailed) {
    return (
      <div className="m-auto flex flex-col items-center gap-3 text-white/85">
        <ImageOff aria-hidden className="size-10" />
        {t.image.failed}
      </div>
    )
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dragging and double-clicking repeat what buttons do
    <div
      className="flex min-h-0 flex-1 touch-none items-center justify-center overflow-hidden p-3"
      onPointerDown={start}
      onPointerMove={move}
      onPointerUp={end}
      onPointerCancel={end}
      onDoubleClick={() => onZoom(zoom === 1 ? 2 : 1)}
    >
      {url === undefined ? (
        <Spinner />
      ) : (
        <img
          src={url}
          alt={alt}
          width={attachment.width}
          height={attachment.height}
          draggable={false}
          onError={refresh}
          style={{ transform: `translate(${place.x}px, ${place.y}px) scale(${zoom})` }}
          className="h-auto max-h-full w-auto max-w-full rounded-lg object-contain transition-transform duration-100 select-none"
        />
      )}
    </div>
  )
}
