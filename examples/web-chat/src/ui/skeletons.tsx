import { t } from '../strings'
import { cx } from './class-names'

/** Grey shapes where rows will be. */
export function RowSkeletons() {
  return (
    <div role="status" aria-label={t.loading} className="flex flex-col gap-1 px-4 pt-2">
      {['w-24', 'w-32', 'w-20', 'w-28', 'w-24', 'w-36', 'w-20'].map((width, row) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: shapes without identity
          key={row}
          className="flex h-[4.5rem] animate-shimmer items-center gap-3"
        >
          <div className="size-12 rounded-full bg-skeleton" />
          <div className="flex flex-1 flex-col gap-2.5">
            <div className={cx('h-3.5 rounded-full bg-skeleton', width)} />
            <div className="h-3 w-3/4 rounded-full bg-skeleton" />
          </div>
        </div>
      ))}
    </div>
  )
}

/** Grey bubbles where messages will be. */
export function MessageSkeletons() {
  const shapes = [
    'w-56 h-10 self-start',
    'w-72 h-16 self-start',
    'w-48 h-10 self-end',
    'w-64 h-14 self-end',
    'w-40 h-10 self-start',
    'w-72 h-40 self-start',
    'w-52 h-10 self-end',
  ]
  return (
    <div
      role="status"
      aria-label={t.loading}
      className="mx-auto flex w-full max-w-3xl flex-1 flex-col justify-end gap-3 overflow-hidden px-4 py-6"
    >
      {shapes.map(shape => (
        <div
          key={shape}
          className={cx('max-w-[70%] shrink-0 animate-shimmer rounded-2xl bg-skeleton', shape)}
        />
      ))}
    </div>
  )
}
