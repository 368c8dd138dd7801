import type { Attachment } from '@relaychat/client'
import { useClient } from '@relaychat/client/react'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { t } from '../../strings'
import { isPlayable } from './kinds'
import { noLonger, onlyThis } from './playing'

/** Something to watch, with the browser's own controls; where it cannot be played, `card` is shown. */
export function VideoBox({ file, card }: { file: Attachment; card: ReactNode }) {
  const box = useRef<HTMLDivElement>(null)
  const video = useRef<HTMLVideoElement>(null)
  const { url, hasFailed, renew } = useVideoAddress(file, box)
  /** Where it was when its address ended. */
  const left = useRef<{ at: number; wasPlaying: boolean }>(undefined)

  useEffect(() => {
    const element = video.current
    return () => {
      if (element === null) return
      element.pause()
      noLonger(element)
    }
  }, [])

  if (hasFailed) return card
  return (
    <div ref={box} className="flex w-80 max-w-full flex-col gap-1">
      {/* biome-ignore lint/a11y/useMediaCaption: what people record has no captions */}
      <video
        ref={video}
        // The first picture, before anybody presses.
        src={url === undefined ? undefined : `${url}#t=0.001`}
        aria-label={file.fileName ?? t.media.video}
        controls
        playsInline
        preload="metadata"
        onPlay={event => onlyThis(event.currentTarget)}
        onPause={event => noLonger(event.currentTarget)}
        onLoadedMetadata={event => {
          const element = event.currentTarget
          if (left.current === undefined) return
          element.currentTime = left.current.at
          if (left.current.wasPlaying) element.play().catch(() => {})
          left.current = undefined
        }}
        onError={event => {
          const { currentTime, paused } = event.currentTarget
          left.current = { at: currentTime, wasPlaying: !paused }
          renew()
        }}
        // A box of one size before and after: the list must not move when it loads.
        className="aspect-video w-full rounded-xl bg-black object-contain"
      />
      {card}
    </div>
  )
}

/** Addresses are short-lived: one that worked for a while is asked for once more. */
const workedMs = 60_000

/** Asked for when `box` is near. */
function useVideoAddress(file: Attachment, box: React.RefObject<HTMLDivElement | null>) {
  const client = useClient()
  const [url, setUrl] = useState(file.localUrl)
  const [hasFailed, setHasFailed] = useState(!isPlayable(file.contentType))
  const askedAt = useRef(0)

  useEffect(() => {
    const element = box.current
    if (element === null || url !== undefined || hasFailed) return
    let isWanted = true
    const watcher = new IntersectionObserver(([entry]) => {
      if (entry?.isIntersecting !== true) return
      watcher.disconnect()
      askedAt.current = performance.now()
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
  }, [client, file.id, url, hasFailed, box])

  const renew = () => {
    const hasWorked = performance.now() - askedAt.current > workedMs
    if (file.localUrl === undefined && hasWorked) setUrl(undefined)
    else setHasFailed(true)
  }
  return { url, hasFailed, renew }
}
