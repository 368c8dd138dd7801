import type { ComponentProps, ReactNode } from 'react'
import { cx } from './class-names'
import { Spinner } from './spinner'

type Look = 'primary' | 'plain' | 'danger' | 'quiet'

const looks: Readonly<Record<Look, string>> = {
  primary:
    'bg-accent text-accent-ink hover:bg-accent-hover shadow-card font-semibold disabled:opacity-60 forced-colors:border',
  plain:
    'bg-raised text-ink hover:bg-hover border border-line shadow-card font-medium disabled:opacity-60',
  danger: 'text-danger hover:bg-danger-soft font-medium disabled:opacity-60',
  quiet: 'text-accent-text hover:bg-hover font-medium disabled:text-muted',
}

/** A button with words. While busy it keeps its width, shows a spinner and ignores clicks. */
export function Button({
  look = 'primary',
  isBusy = false,
  className,
  children,
  onClick,
  ...rest
}: ComponentProps<'button'> & { look?: Look; isBusy?: boolean }) {
  return (
    <button
      type="button"
      {...rest}
      onClick={isBusy ? event => event.preventDefault() : onClick}
      aria-busy={isBusy || undefined}
      aria-disabled={isBusy || undefined}
      className={cx(
        'relative inline-flex min-h-11 items-center justify-center gap-2 rounded-xl px-4 transition-colors select-none',
        looks[look],
        className,
      )}
    >
      {isBusy && <Spinner />}
      {children}
    </button>
  )
}

/** A round button with a picture; `label` is its name and its tooltip. */
export function IconButton({
  label,
  className,
  children,
  ...rest
}: ComponentProps<'button'> & { label: string; children: ReactNode }) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      {...rest}
      className={cx(iconButton, className)}
    >
      {children}
    </button>
  )
}

export const iconButton =
  'inline-grid size-11 shrink-0 place-items-center rounded-full text-soft transition-colors hover:bg-hover hover:text-ink disabled:opacity-45 [&>svg]:size-[1.35rem]'
