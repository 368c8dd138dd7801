import { Popover } from '@base-ui/react/popover'
import { lazy, Suspense } from 'react'
import { t } from '../../strings'
import type { AnchorBox } from '../anchor-box'
import { Spinner } from '../spinner'

const EmojiPicker = lazy(() => import('./emoji-picker'))

/** The picker beside what it is for, above it where there is room. Its code is loaded when it opens. */
export function EmojiPopover({
  anchor,
  onPick,
  onClose,
}: {
  /** Nothing while it is closed. */
  anchor: AnchorBox | undefined
  onPick: (emoji: string) => void
  onClose: () => void
}) {
  return (
    <Popover.Root open={anchor !== undefined} onOpenChange={open => !open && onClose()}>
      <Popover.Portal>
        <Popover.Positioner
          anchor={anchor}
          side="top"
          align="start"
          sideOffset={8}
          collisionPadding={8}
          className="z-60"
        >
          <Popover.Popup
            aria-label={t.emoji.label}
            className="flex h-[min(25rem,calc(100dvh-6rem))] w-[min(22rem,calc(100vw-1rem))] origin-(--transform-origin) flex-col overflow-hidden rounded-3xl bg-overlay shadow-float outline-none transition duration-150 data-ending-style:scale-97 data-ending-style:opacity-0 data-starting-style:scale-97 data-starting-style:opacity-0"
          >
            <Suspense
              fallback={
                <div className="m-auto text-muted">
                  <Spinner />
                </div>
              }
            >
              <EmojiPicker onPick={onPick} />
            </Suspense>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  )
}
