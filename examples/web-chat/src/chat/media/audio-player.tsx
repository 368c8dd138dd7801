import type { Attachment } from '@relaychat/client'
import { Pause, Play } from 'lucide-react'
import { type ReactNode, type RefObject, useEffect, useRef, useState } from 'react'
import { t } from '../../strings'
import { cx } from '../../ui/class-names'
import { Spinner } from '../../ui/spinner'
import { isVoice } from './kinds'
import { playTime } from './play-time'
import { noLonger, onlyThis } from './playing'
import { Track } from './track'
import { useSound } from './use-sound'

const rates = [1, 1.5, 2]

/** Something to listen to; `download` saves it, `end` stands behind the times. */
export function AudioPlayer({
  file,
  isOwn,
  download,
  end,
}: {
  file: Attachment
  isOwn: boolean
  download: ReactNode
  end?: ReactNode
}) {
  const box = useRef<HTMLDivElement>(null)
  const audio = useRef<HTMLAudioElement>(null)
  const { sound, load, giveUp, isBusy, problem } = useSound(file, box)
  const { now, isPlaying, told, seek, toggle, events } = usePlaying(audio, sound?.url, load)
  const { rate, faster } = useRate(audio)
  const seconds = sound?.seconds ?? told
  const title = isVoice(file) ? t.media.voice : (file.fileName ?? t.media.audio)
  const times = seconds > 0 ? `${playTime(now)} / ${playTime(seconds)}` : playTime(now)

  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would bring a legend and a frame
    <div
      ref={box}
      role="group"
      aria-label={title}
      className="flex w-72 max-w-full min-w-0 flex-col p-1 pb-0"
    >
      {!isVoice(file) && (
        <span dir="auto" title={title} className="name px-1 text-sm font-medium">
          {title}
        </span>
      )}
      <audio ref={audio} src={sound?.url} preload="metadata" onError={giveUp} {...events} />
      <div className="flex items-center gap-1.5">
        <button
          type="button"
          aria-label={isPlaying ? t.media.pause : t.media.play}
          onClick={toggle}
          aria-busy={isBusy || undefined}
          className={cx(
            'grid size-11 shrink-0 place-items-center rounded-full transition-colors forced-colors:border [&>svg]:size-5',
            isOwn
              ? 'bg-own-ink/12 hover:bg-own-ink/20'
              : 'bg-selected text-accent-text hover:bg-hover',
          )}
        >
          {isBusy ? <Spinner /> : isPlaying ? <Pause aria-hidden /> : <Play aria-hidden />}
        </button>
        <Track peaks={sound?.peaks} now={now} seconds={seconds} onSeek={seek} />
        {download}
      </div>
      <div
        className={cx(
          'flex min-h-7 items-center gap-1 ps-1 text-xs',
          isOwn ? 'text-own-soft' : 'text-muted',
        )}
      >
        <span className="tabular-nums">{problem ?? times}</span>
        <button
          type="button"
          aria-label={t.media.speed(rateText(rate))}
          // "1×", not "×1".
          dir="ltr"
          onClick={faster}
          // A finger needs more than what is drawn.
          className="relative h-7 min-w-11 rounded-full px-2 font-semibold tabular-nums hover:bg-hover pointer-coarse:before:absolute pointer-coarse:before:inset-x-0 pointer-coarse:before:-inset-y-2"
        >
          {rateText(rate)}
        </button>
        <span className="flex-1" />
        {end}
      </div>
    </div>
  )
}

/** What the element does, as a component sees it. A press before there is an address plays once it is there. */
function usePlaying(
  audio: RefObject<HTMLAudioElement | null>,
  url: string | undefined,
  load: () => Promise<void>,
) {
  const [now, setNow] = useState(0)
  const [told, setTold] = useState(0)
  const [isPlaying, setIsPlaying] = useState(false)
  const isWanted = useRef(false)

  useEffect(() => {
    const element = audio.current
    return () => {
      if (element === null) return
      element.pause()
      noLonger(element)
    }
  }, [audio])
  useEffect(() => {
    if (url === undefined || !isWanted.current) return
    isWanted.current = false
    play(audio.current)
  }, [audio, url])

  const seek = (to: number) => {
    setNow(to)
    if (audio.current !== null) audio.current.currentTime = to
  }
  const toggle = () => {
    if (isPlaying) return audio.current?.pause()
    if (url !== undefined) return play(audio.current)
    isWanted.current = true
    void load()
  }
  const events = {
    onPlay: () => {
      if (audio.current !== null) onlyThis(audio.current)
      setIsPlaying(true)
    },
    onPause: () => setIsPlaying(false),
    onEnded: () => seek(0),
    onTimeUpdate: () => setNow(audio.current?.currentTime ?? 0),
    onDurationChange: () => {
      const duration = audio.current?.duration ?? 0
      if (Number.isFinite(duration)) setTold(duration)
    },
  }
  return { now, told, isPlaying, seek, toggle, events }
}

function play(element: HTMLAudioElement | null): void {
  // Another one may begin in this moment: then it is not played, and that is no failure.
  element?.play().catch(() => {})
}

function useRate(audio: RefObject<HTMLAudioElement | null>) {
  const [rate, setRate] = useState(1)
  const faster = () => {
    const next = rates[(rates.indexOf(rate) + 1) % rates.length] ?? 1
    setRate(next)
    if (audio.current === null) return
    // The second is what it falls back to when it is loaded.
    audio.current.playbackRate = next
    audio.current.defaultPlaybackRate = next
  }
  return { rate, faster }
}

function rateText(rate: number): string {
  return `${t.number(rate)}×`
}
