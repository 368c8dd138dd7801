import { SendHorizontal, Trash2 } from 'lucide-react'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { prefersCalm } from '../../platform/media'
import { t } from '../../strings'
import { IconButton } from '../../ui/button'
import { announce } from '../../ui/live-region'
import { playTime } from './play-time'
import type { Recorder, RecorderState } from './recorder'

const barCount = 40
const drawMs = 80
/** Where nothing may run by, a bar a second still says that something is heard. */
const calmDrawMs = 1_000
const noLevels: readonly Bar[] = []

/** In place of the field while one speaks: how loud, how long, away with it or off with it. */
export function RecordingBar({
  recorder,
  state,
  onSend,
}: {
  recorder: Recorder
  state: Exclude<RecorderState, { status: 'idle' }>
  onSend: (file: File) => void
}) {
  const send = useRef<HTMLButtonElement>(null)
  const away = useRef<HTMLButtonElement>(null)
  const stream = state.status === 'recording' ? state.stream : undefined
  const startedAt = state.status === 'recording' ? state.startedAt : 0
  const { levels, seconds } = useLevels(stream, startedAt)
  const isAsking = state.status === 'asking'

  useEffect(() => {
    if (state.status === 'recording') announce(t.media.recording)
    if (state.status === 'held') announce(t.media.held)
    // Where the focus was is hidden now.
    const button = state.status === 'asking' ? away : send
    button.current?.focus({ preventScroll: true })
  }, [state.status])

  const finish = async () => {
    const file = await recorder.finish()
    if (file !== undefined) onSend(file)
  }
  const cancel = () => {
    recorder.cancel()
    announce(t.media.cancelled)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return
    event.preventDefault()
    event.stopPropagation()
    cancel()
  }

  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would bring a legend and a frame
    <div
      role="group"
      aria-label={t.media.recording}
      onKeyDown={onKeyDown}
      className="flex items-center gap-1 p-1"
    >
      <IconButton ref={away} label={t.media.cancelRecording} onClick={cancel}>
        <Trash2 aria-hidden />
      </IconButton>
      {isAsking ? (
        <span role="status" className="min-w-0 flex-1 px-2 text-sm text-muted">
          {t.media.asking}
        </span>
      ) : (
        <>
          <span
            aria-hidden
            className="size-2.5 shrink-0 rounded-full bg-danger forced-color-adjust-none"
          />
          <span role="timer" className="shrink-0 px-1 text-sm tabular-nums">
            {playTime(state.status === 'held' ? state.lengthMs / 1000 : seconds)}
          </span>
          <span
            aria-hidden
            className="flex h-8 min-w-0 flex-1 items-center justify-end gap-0.5 overflow-hidden forced-color-adjust-none"
          >
            {levels.map(({ id, level }) => (
              <span
                key={id}
                className="w-1 shrink-0 rounded-full bg-accent-text"
                style={{ height: `${Math.max(12, level * 100)}%` }}
              />
            ))}
          </span>
        </>
      )}
      <button
        ref={send}
        type="button"
        aria-label={t.media.sendVoice}
        title={t.media.sendVoice}
        disabled={isAsking}
        onClick={finish}
        className="grid size-11 shrink-0 place-items-center rounded-full bg-accent text-accent-ink transition-[background-color,scale] hover:bg-accent-hover active:scale-95 disabled:opacity-45"
      >
        <SendHorizontal aria-hidden className="size-5 rtl:-scale-x-100" />
      </button>
    </div>
  )
}

interface Bar {
  readonly id: number
  readonly level: number
}

/** How loud it has been lately. */
function useLevels(stream: MediaStream | undefined, startedAt: number) {
  const [heard, setHeard] = useState<{ levels: readonly Bar[]; seconds: number }>()
  useEffect(() => {
    if (stream === undefined) return
    const context = new AudioContext()
    const analyser = context.createAnalyser()
    analyser.fftSize = 1024
    context.createMediaStreamSource(stream).connect(analyser)
    const samples = new Float32Array(analyser.fftSize)
    let levels: readonly Bar[] = []
    let id = 0
    const timer = setInterval(
      () => {
        analyser.getFloatTimeDomainData(samples)
        id += 1
        levels = [...levels, { id, level: loudness(samples) }].slice(-barCount)
        setHeard({ levels, seconds: (performance.now() - startedAt) / 1000 })
      },
      prefersCalm() ? calmDrawMs : drawMs,
    )
    return () => {
      clearInterval(timer)
      void context.close()
    }
  }, [stream, startedAt])
  return { levels: heard?.levels ?? noLevels, seconds: heard?.seconds ?? 0 }
}

/** From 0 to 1; the root spreads what is said quietly. */
function loudness(samples: Float32Array): number {
  return Math.min(1, Math.sqrt(samples.reduce((most, at) => Math.max(most, Math.abs(at)), 0)))
}
