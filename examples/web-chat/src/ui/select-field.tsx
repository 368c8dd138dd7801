import { ChevronDown } from 'lucide-react'
import { type ComponentProps, useId } from 'react'
import { cx } from './class-names'

/** One of a few, with its label above: the system's own list. */
export function SelectField<T extends string | number>({
  label,
  value,
  choices,
  onChoose,
  className,
  ...rest
}: Omit<ComponentProps<'select'>, 'value' | 'onChange'> & {
  label: string
  value: T
  choices: readonly (readonly [T, string])[]
  onChoose: (value: T) => void
}) {
  const id = useId()
  return (
    <div className={cx('flex min-w-0 flex-col gap-1.5', className)}>
      <label htmlFor={id} className="text-sm font-medium text-soft">
        {label}
      </label>
      <div className="relative">
        <select
          {...rest}
          id={id}
          value={value}
          onChange={event => {
            const chosen = choices[event.target.selectedIndex]
            if (chosen !== undefined) onChoose(chosen[0])
          }}
          className="h-12 w-full appearance-none truncate rounded-xl border border-line-strong bg-canvas ps-4 pe-10 text-base text-ink disabled:opacity-60"
        >
          {choices.map(([of, words]) => (
            <option key={of} value={of}>
              {words}
            </option>
          ))}
        </select>
        <ChevronDown
          aria-hidden
          className="pointer-events-none absolute end-3.5 top-1/2 size-4.5 -translate-y-1/2 text-muted"
        />
      </div>
    </div>
  )
}
