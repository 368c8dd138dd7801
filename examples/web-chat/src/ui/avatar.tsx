import { type CSSProperties, useState } from 'react'
import { hueOf, initials } from '../format/names'
import { cx } from './class-names'

/** A picture, or coloured initials while there is none. Decorative: the name stands beside it. */
export function Avatar({
  id,
  name,
  url,
  size = 48,
  isOnline = false,
  className,
}: {
  id: string
  name: string
  url?: string | undefined
  size?: number
  isOnline?: boolean
  className?: string
}) {
  const [brokenUrl, setBrokenUrl] = useState<string>()
  const hue = hueOf(id)
  const style: CSSProperties = {
    width: size,
    height: size,
    fontSize: size * 0.38,
    background: `linear-gradient(150deg, oklch(0.56 0.085 ${hue}), oklch(0.45 0.085 ${hue + 25}))`,
  }
  return (
    <span aria-hidden className={cx('relative inline-flex shrink-0', className)}>
      <span
        style={style}
        className="grid place-items-center overflow-hidden rounded-full font-semibold tracking-tight text-white select-none forced-colors:border"
      >
        {url !== undefined && url !== brokenUrl ? (
          <img
            src={url}
            alt=""
            width={size}
            height={size}
            draggable={false}
            onError={() => setBrokenUrl(url)}
            className="size-full object-cover"
          />
        ) : (
          initials(name)
        )}
      </span>
      {isOnline && (
        <span className="absolute end-0 bottom-0 size-[28%] max-h-3.5 min-h-2.5 max-w-3.5 min-w-2.5 rounded-full bg-online ring-2 ring-panel forced-colors:bg-[CanvasText]" />
      )}
    </span>
  )
}
