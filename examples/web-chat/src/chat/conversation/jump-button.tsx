import { ArrowDown } from 'lucide-react'
import { prefersCalm } from '../../platform/media'
import { t } from '../../strings'

/** "↓ 3": back to the newest, with the number of what has arrived since. */
export function JumpButton({
  count,
  isHidden,
  onJump,
  onLeave,
}: {
  count: number
  isHidden: boolean
  onJump: (behavior: 'auto' | 'smooth') => void
  onLeave: () => void
}) {
  if (isHidden) return null
  return (
    <button
      type="button"
      aria-label={count > 0 ? t.conversation.jumpToNewestCount(count) : t.conversation.jumpToNewest}
      onClick={event => {
        // The button goes away: who came by keyboard goes on in the list.
        if (event.currentTarget.matches(':focus-visible')) onLeave()
        onJump(prefersCalm() ? 'auto' : 'smooth')
      }}
      className="absolute end-4 bottom-4 flex h-11 min-w-11 animate-rise items-center justify-center gap-1.5 rounded-full bg-overlay px-3 text-soft shadow-float transition-colors hover:text-ink md:end-6"
    >
      <ArrowDown aria-hidden className="size-5" />
      {count > 0 && (
        <span aria-hidden className="pe-1 text-sm font-semibold text-accent-text tabular-nums">
          {t.number(count)}
        </span>
      )}
    </button>
  )
}
