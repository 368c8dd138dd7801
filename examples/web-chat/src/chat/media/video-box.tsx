import type { Attachment } from '@relaychat/client'
import { useClient } from '@relaychat/client/react'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { t } from '../../strings'
import { noLonger, onlyThis } from './playing'

/** Something to watch, with the browser's own controls; where it cannot be played, `card` is shown. */
export function VideoBox({ file, card }: { file: Attachment; card: ReactNode }) {
  const client = useClient()
  const box = useRef<HTMLDivElement>(null)
  const [url, setUrl] = useState(file.localUrl)
  const [hasFailed, setHasFailed] = useState(!isPlayable(file.contentType))

  useEffect(() => {
    const element = box.current
    if (element === null || url !== undefined || hasFailed) return
    let isWanted = true
    const watcher = new IntersectionObserver(([entry]) => {
      if (entry?.isIntersecting !== true) return
      watcher.disconnect()
      client.attachmentLinks(file.id).then(
        links => isWanted && setUrl(links.url),
        () => isWanted && setHasFailed(true),
      )
    })
    watcher.observe(element)
    return () => {
      isWanted = false
      watcher.disconnect()
    }
  }, [client, file.id, url, hasFailed])

  if (hasFailed) return card
  return (
    <div ref={box} className="flex w-80 max-w-full flex-col gap-1">
      {/* biome-ignore lint/a11y/useMediaCaption: what people record has no captions */}
      <video
        // The first picture, before anybody presses.
        src={url === undefined ? undefined : `${url}#t=0.001`}
        aria-label={file.fileName ?? t.media.video}
        controls
        playsInline
        preload="metadata"
        onPlay={event => onlyThis(event.currentTarget)}
        onPause={event => noLonger(event.currentTarget)}
        onError={() => setHasFailed(true)}
        // A box of one size before and after: the list must not move when it loads.
        className="aspect-video w-full rounded-xl bg-black object-contain"
      />
      {card}
    </div>
  )
}

function isPlayable(contentType: string): boolean {
  return document.createElement('video').canPlayType(contentType) !== ''
}
