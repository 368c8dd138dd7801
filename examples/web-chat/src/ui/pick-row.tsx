import { Check } from 'lucide-react'
import { Avatar } from './avatar'
import { cx } from './class-names'

/** Somebody, or a chat, to tick. */
export function PickRow({
  avatarId,
  name,
  avatarUrl,
  isPicked,
  isDisabled = false,
  onToggle,
}: {
  avatarId: string
  name: string
  avatarUrl: string | undefined
  isPicked: boolean
  isDisabled?: boolean
  onToggle: () => void
}) {
  return (
    <label
      className={cx(
        'relative flex h-13 items-center gap-3 rounded-xl px-2 transition-colors has-focus-visible:outline-2 has-focus-visible:outline-offset-[-2px] has-focus-visible:outline-accent-text',
        isDisabled ? 'opacity-50' : 'cursor-pointer hover:bg-hover',
      )}
    >
      <Avatar id={avatarId} name={name} url={avatarUrl} size={36} />
      <span dir="auto" className="name min-w-0 flex-1">
        {name}
      </span>
      <input
        type="checkbox"
        checked={isPicked}
        disabled={isDisabled}
        onChange={onToggle}
        aria-label={name}
        // The real one lies over the whole row; what is seen is drawn.
        className="absolute inset-0 cursor-pointer opacity-0 disabled:cursor-default"
      />
      <span
        aria-hidden
        className={
          isPicked
            ? 'grid size-6 place-items-center rounded-full bg-accent text-accent-ink forced-colors:border'
            : 'size-6 rounded-full border-2 border-line-strong'
        }
      >
        {isPicked && <Check className="size-4" strokeWidth={3} />}
      </span>
    </label>
  )
}
