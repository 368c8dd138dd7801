import type { Message, Reaction } from '@relaychat/client'
import { SmilePlus } from 'lucide-react'
import { t } from '../../strings'
import { boxOfElement } from '../../ui/anchor-box'
import { cx } from '../../ui/class-names'
import { useMenuGesture } from '../../ui/use-menu-gesture'
import { useMessageActions } from './actions'

/** Who fits into a sentence. */
const namesMax = 5

/** The reactions under a message: a press joins in or leaves, a long one tells who. */
export function Reactions({ message }: { message: Message }) {
  const { rightsOn, react, openQuick, showReactions } = useMessageActions()
  const canReact = rightsOn(message).react
  return (
    <div className={cx('mt-1 flex flex-wrap gap-1', message.isOwn && 'justify-end')}>
      {message.reactions.map(reaction => (
        <Chip
          key={reaction.emoji}
          reaction={reaction}
          onPress={() => {
            if (canReact) react(message, reaction.emoji, !reaction.isOwn)
            else showReactions(message, reaction.emoji)
          }}
          onAsk={() => showReactions(message, reaction.emoji)}
        />
      ))}
      {canReact && (
        <button
          type="button"
          aria-label={t.actions.react}
          title={t.actions.react}
          onClick={event => openQuick(message, boxOfElement(event.currentTarget))}
          className="grid size-7 place-items-center rounded-full text-muted transition-colors hover:bg-hover hover:text-ink pointer-coarse:hidden"
        >
          <SmilePlus aria-hidden className="size-4" />
        </button>
      )}
    </div>
  )
}

function Chip({
  reaction,
  onPress,
  onAsk,
}: {
  reaction: Reaction
  onPress: () => void
  onAsk: () => void
}) {
  const gesture = useMenuGesture(onAsk, true)
  return (
    <button
      type="button"
      aria-pressed={reaction.isOwn}
      title={whoOf(reaction)}
      onClick={onPress}
      {...gesture}
      // The message around it has a menu of its own.
      onContextMenu={event => {
        event.stopPropagation()
        gesture.onContextMenu(event)
      }}
      onPointerDown={event => {
        event.stopPropagation()
        gesture.onPointerDown(event)
      }}
      className={cx(
        'relative flex h-7 animate-rise items-center gap-1 rounded-full px-2 text-sm transition-[background-color,scale] outline-offset-1 select-none active:scale-95 pointer-coarse:h-8',
        // A finger needs more than what is drawn.
        'pointer-coarse:before:absolute pointer-coarse:before:-inset-y-1.5 pointer-coarse:before:-inset-x-0.5',
        reaction.isOwn
          ? 'bg-selected text-accent-text ring-1 ring-accent-text ring-inset'
          : 'bg-peer text-soft shadow-card hover:bg-raised hover:text-ink',
      )}
    >
      <span className="text-base leading-none">{reaction.emoji}</span>
      <span className="text-xs font-semibold tabular-nums">{t.number(reaction.count)}</span>
      <span className="sr-only">{whoOf({ ...reaction, emoji: '' })}</span>
    </button>
  )
}

/** "👍: you, Ann and Bob". */
function whoOf({ emoji, count, isOwn, users }: Reaction): string {
  const shown = users.slice(0, namesMax).map(user => user.name)
  const others = count - shown.length
  const names = others > 0 ? [...shown, t.actions.others(others)] : shown
  return t.actions.reactionBy(emoji, names.length === 0 && isOwn ? [t.message.you] : names)
}
