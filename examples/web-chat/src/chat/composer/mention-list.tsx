import { AtSign } from 'lucide-react'
import { useEffect } from 'react'
import { t } from '../../strings'
import { Avatar } from '../../ui/avatar'
import { cx } from '../../ui/class-names'
import { announce } from '../../ui/live-region'
import { everyone } from '../mentions'
import type { MentionPicker } from './use-mentions'

/** Above the field: the people whose name is being typed. The focus stays in the field. */
export function MentionList({ id, picker }: { id: string; picker: MentionPicker }) {
  const { options, active } = picker
  const count = options.length
  useEffect(() => {
    if (count > 0) announce(t.palette.results(count))
  }, [count])
  if (count === 0) return null
  return (
    <div
      id={id}
      role="listbox"
      aria-label={t.mention.label}
      className="absolute inset-x-0 bottom-full z-20 mb-1 max-h-72 animate-rise overflow-y-auto rounded-3xl bg-overlay p-1.5 shadow-float"
    >
      {options.map((candidate, index) => (
        // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the field, see aria-activedescendant
        // biome-ignore lint/a11y/useKeyWithClickEvents: as above, the field takes the keys
        <div
          key={candidate.id}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === active}
          // The field keeps the focus, and a phone its keyboard.
          onPointerDown={event => event.preventDefault()}
          onMouseDown={event => event.preventDefault()}
          onClick={() => picker.pick(candidate)}
          onMouseMove={() => picker.setActive(index)}
          className={cx(
            'flex min-h-11 cursor-pointer items-center gap-3 rounded-2xl px-2.5',
            index === active && 'bg-selected',
          )}
        >
          {candidate.id === everyone ? (
            <span
              aria-hidden
              className="grid size-8 place-items-center rounded-full bg-hover text-accent-text"
            >
              <AtSign className="size-4" />
            </span>
          ) : (
            <Avatar id={candidate.id} name={candidate.name} url={candidate.avatarUrl} size={32} />
          )}
          <span dir="auto" className="name min-w-0 flex-1 font-medium">
            {candidate.name}
          </span>
          {candidate.id === everyone && (
            <span className="text-xs text-soft">{t.mention.everyoneLead}</span>
          )}
        </div>
      ))}
    </div>
  )
}
