import { ArrowDown, AtSign } from 'lucide-react'
import { prefersCalm } from '../../platform/media'
import { t } from '../../strings'

const round =
  'flex h-11 min-w-11 animate-rise items-center justify-center gap-1.5 rounded-full bg-overlay px-3 text-soft shadow-float transition-colors hover:text-ink'

/** "@ 2": to the next message that means the reader. */
export function MentionButton({ count, onJump }: { count: number; onJump: () => void }) {
  const label = t.mention.next(count)
  return (
    <button type="button" aria-label={label} title={label} onClick={onJump} className={round}>
      <AtSign aria-hidden className="size-5" />
      <span aria-hidden className="pe-1 text-sm font-semibold text-accent-text tabular-nums">
        {t.number(count)}
      </span>
    </button>
  )
}

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
      className={round}
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
