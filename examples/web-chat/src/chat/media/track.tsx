import { t } from '../../strings'
import { cx } from '../../ui/class-names'
import { playTime } from './play-time'

/** Where it is: a slider that looks like what is heard, or a plain line. */
export function Track({
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
      {/* What is drawn is a ground, which would be taken away where the system chooses the colours. */}
      <span aria-hidden className="flex size-full items-center gap-px forced-color-adjust-none">
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
        className="absolute inset-0 size-full cursor-pointer opacity-0 disabled:cursor-default"
      />
    </span>
  )
}
