import type { Attachment } from '@relaychat/client'
import { useClient } from '@relaychat/client/react'
import { Pause, Play } from 'lucide-react'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { describeError, t } from '../../strings'
import { cx } from '../../ui/class-names'
import { Spinner } from '../../ui/spinner'
import { isVoice } from './kinds'
import { playTime } from './play-time'
import { noLonger, onlyThis } from './playing'
import { decodedBytesMax, type Sound, soundOf } from './sound'

const rates = [1, 1.5, 2]

/** Something to listen to; `download` saves it. */
export function AudioPlayer({
  file,
  isOwn,
  download,
}: {
  file: Attachment
  isOwn: boolean
  download: ReactNode
}) {
  const box = useRef<HTMLDivElement>(null)
  const audio = useRef<HTMLAudioElement>(null)
  const { sound, load, isBusy, problem } = useSound(file, box)
  const [now, setNow] = useState(0)
  const [isPlaying, setIsPlaying] = useState(false)
  const [rate, setRate] = useState(1)
  const [told, setTold] = useState(0)
  const seconds = sound?.seconds ?? told
  const title = isVoice(file) ? t.media.voice : (file.fileName ?? t.media.audio)

  useEffect(() => {
    const element = audio.current
    return () => {
      if (element === null) return
      element.pause()
      noLonger(element)
    }
  }, [])

  const toggle = async () => {
    const element = audio.current
    if (element === null) return
    if (isPlaying) return element.pause()
    const ready = await load()
    if (ready === undefined) return
    if (element.src === '' || sound === undefined) element.src = ready.url
    element.playbackRate = rate
    // A press on another one may have come before: then it is not played, and that is no failure.
    await element.play().catch(() => {})
  }
  const seek = (to: number) => {
    setNow(to)
    if (audio.current !== null) audio.current.currentTime = to
  }
  const faster = () => {
    const next = rates[(rates.indexOf(rate) + 1) % rates.length] ?? 1
    setRate(next)
    if (audio.current !== null) audio.current.playbackRate = next
  }
  const rateText = `${t.number(rate)}×`

  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would bring a legend and a frame
    <div
      ref={box}
      role="group"
      aria-label={title}
      className="flex w-72 max-w-full min-w-0 flex-col p-1"
    >
      {!isVoice(file) && (
        <span dir="auto" className="name px-1 text-sm font-medium">
          {title}
        </span>
      )}
      {/* biome-ignore lint/a11y/useMediaCaption: what people record has no captions */}
      <audio
        ref={audio}
        src={sound?.url}
        preload="metadata"
        onPlay={event => {
          onlyThis(event.currentTarget)
          setIsPlaying(true)
        }}
        onPause={() => setIsPlaying(false)}
        onEnded={() => seek(0)}
        onTimeUpdate={event => setNow(event.currentTarget.currentTime)}
        onDurationChange={event => {
          const { duration } = event.currentTarget
          if (Number.isFinite(duration)) setTold(duration)
        }}
      />
      <div className="flex items-center gap-1.5">
        <button
          type="button"
          aria-label={isPlaying ? t.media.pause : t.media.play}
          onClick={toggle}
          aria-busy={isBusy || undefined}
          className={cx(
            'grid size-11 shrink-0 place-items-center rounded-full [&>svg]:size-5',
            isOwn ? 'bg-own-ink/12' : 'bg-selected text-accent-text',
          )}
        >
          {isBusy ? <Spinner /> : isPlaying ? <Pause aria-hidden /> : <Play aria-hidden />}
        </button>
        <Track peaks={sound?.peaks} now={now} seconds={seconds} onSeek={seek} />
        {download}
      </div>
      <div
        className={cx(
          'flex items-center gap-2 ps-1 text-xs',
          isOwn ? 'text-own-soft' : 'text-muted',
        )}
      >
        <span className="flex-1 tabular-nums">
          {problem ?? `${playTime(now)} / ${playTime(seconds)}`}
        </span>
        <button
          type="button"
          aria-label={t.media.speed(rateText)}
          onClick={faster}
          className="min-h-7 min-w-11 rounded-full px-2 font-semibold tabular-nums hover:bg-hover pointer-coarse:min-h-11"
        >
          {rateText}
        </button>
      </div>
    </div>
  )
}

/** Loaded when it is near, or at a press. */
function useSound(file: Attachment, box: React.RefObject<HTMLDivElement | null>) {
  const client = useClient()
  const [sound, setSound] = useState<Sound>()
  const [isBusy, setIsBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  const load = async () => {
    if (sound !== undefined) return sound
    setIsBusy(true)
    setProblem(undefined)
    try {
      const loaded = await soundOf(client, file)
      setSound(loaded)
      return loaded
    } catch (error) {
      setProblem(describeError(error))
      return undefined
    } finally {
      setIsBusy(false)
    }
  }

  useEffect(() => {
    const element = box.current
    if (element === null || file.sizeBytes > decodedBytesMax) return
    let isWanted = true
    const watcher = new IntersectionObserver(([entry]) => {
      if (entry?.isIntersecting !== true) return
      watcher.disconnect()
      // Whoever presses hears of it when it fails; nobody has asked for this one.
      soundOf(client, file).then(
        loaded => isWanted && setSound(loaded),
        () => undefined,
      )
    })
    watcher.observe(element)
    return () => {
      isWanted = false
      watcher.disconnect()
    }
  }, [client, file, box])
  return { sound, load, isBusy, problem }
}

/** Where it is: a slider that looks like what is heard, or a plain line. */
function Track({
  peaks,
  now,
  seconds,
  onSeek,
}: {
  peaks: readonly number[] | undefined
  now: number
  seconds: number
  onSeek: (to: number) => void
}) {
  const done = seconds > 0 ? Math.min(1, now / seconds) : 0
  return (
    <span className="relative flex h-11 min-w-0 flex-1 items-center rounded-lg focus-within:ring-2 focus-within:ring-current">
      <span aria-hidden className="flex size-full items-center gap-px">
        {peaks === undefined ? (
          <span className="h-1 w-full overflow-hidden rounded-full bg-current/30">
            <span className="block h-full bg-current" style={{ width: `${done * 100}%` }} />
          </span>
        ) : (
          peaks.map((peak, at) => (
            <span
              // biome-ignore lint/suspicious/noArrayIndexKey: a place in the sound is what it is
              key={at}
              className={cx(
                'min-w-px flex-1 rounded-full bg-current',
                at >= done * peaks.length && 'opacity-40',
              )}
              style={{ height: `${Math.max(10, peak * 75)}%` }}
            />
          ))
        )}
      </span>
      <input
        type="range"
        aria-label={t.media.seek}
        aria-valuetext={t.media.at(playTime(now), playTime(seconds))}
        min={0}
        max={seconds > 0 ? seconds : 1}
        step={0.1}
        value={Math.min(now, seconds)}
        disabled={seconds <= 0}
        onChange={event => onSeek(Number(event.target.value))}
        className="absolute inset-0 size-full cursor-pointer opacity-0"
      />
    </span>
  )
}
