import { Popover } from '@base-ui/react/popover'
import type { Message } from '@relaychat/client'
import { Plus } from 'lucide-react'
import { t } from '../../strings'
import type { AnchorBox } from '../../ui/anchor-box'
import { cx } from '../../ui/class-names'
import { hasOwn, quickEmoji } from './actions'
import { useLast } from './use-last'

/** A few emoji above a message, for the mouse. */
export function QuickReactions({
  target,
  onReact,
  onMore,
  onClose,
}: {
  /** Nothing while it is closed. */
  target: { readonly message: Message; readonly anchor?: AnchorBox } | undefined
  onReact: (message: Message, emoji: string, isOn: boolean) => void
  onMore: (message: Message, anchor: AnchorBox) => void
  onClose: () => void
}) {
  const shown = useLast(target)
  return (
    <Popover.Root open={target !== undefined} onOpenChange={isOpen => !isOpen && onClose()}>
      <Popover.Portal>
        <Popover.Positioner
          anchor={shown?.anchor}
          side="top"
          sideOffset={6}
          collisionPadding={8}
          className="z-60"
        >
          <Popover.Popup
            aria-label={t.actions.react}
            className="flex origin-(--transform-origin) rounded-full bg-overlay p-1 shadow-float outline-none transition duration-100 data-ending-style:opacity-0 data-starting-style:scale-95 data-starting-style:opacity-0"
          >
            {shown !== undefined && (
              <>
                {quickEmoji.map(emoji => (
                  <button
                    key={emoji}
                    type="button"
                    aria-label={t.actions.reactWith(emoji)}
                    aria-pressed={hasOwn(shown.message, emoji)}
                    onClick={() => {
                      onReact(shown.message, emoji, !hasOwn(shown.message, emoji))
                      onClose()
                    }}
                    className={cx(
                      'grid size-10 place-items-center rounded-full text-2xl leading-none transition-transform outline-offset-[-2px] hover:scale-115 hover:bg-hover active:scale-95',
                      hasOwn(shown.message, emoji) && 'bg-selected',
                    )}
                  >
                    {emoji}
                  </button>
                ))}
                <button
                  type="button"
                  aria-label={t.actions.moreEmoji}
                  title={t.actions.moreEmoji}
                  onClick={() => {
                    if (shown.anchor !== undefined) onMore(shown.message, shown.anchor)
                  }}
                  className="grid size-10 place-items-center rounded-full text-soft outline-offset-[-2px] hover:bg-hover hover:text-ink"
                >
                  <Plus aria-hidden className="size-5" />
                </button>
              </>
            )}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  )
}
