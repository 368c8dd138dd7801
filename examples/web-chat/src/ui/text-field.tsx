import { type ComponentProps, useId } from 'react'
import { cx } from './class-names'

/** One labelled line of input; the hint and the problem are tied to it. */
export function TextField({
  label,
  hint,
  problem,
  className,
  ...rest
}: ComponentProps<'input'> & { label: string; hint?: string; problem?: string | undefined }) {
  const id = useId()
  const noteId = `${id}-note`
  const note = problem ?? hint
  return (
    <div className={cx('flex flex-col gap-1.5', className)}>
      <label htmlFor={id} className="text-sm font-medium text-soft">
        {label}
      </label>
      <input
        {...rest}
        id={id}
        aria-invalid={problem !== undefined || undefined}
        aria-describedby={note === undefined ? undefined : noteId}
        className={cx(
          'h-12 w-full rounded-xl border bg-canvas px-4 text-base text-ink outline-offset-0 transition-colors placeholder:text-muted',
          problem === undefined ? 'border-line-strong' : 'border-danger',
        )}
      />
      {note !== undefined && (
        <p
          id={noteId}
          role={problem === undefined ? undefined : 'alert'}
          className={cx('text-sm', problem === undefined ? 'text-muted' : 'text-danger')}
        >
          {note}
        </p>
      )}
    </div>
  )
}
