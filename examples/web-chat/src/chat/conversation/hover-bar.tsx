import type { Message } from '@relaychat/client'
import { MoreHorizontal, Reply, SmilePlus } from 'lucide-react'
import type { ReactNode } from 'react'
import { t } from '../../strings'
import { type AnchorBox, boxOfElement } from '../../ui/anchor-box'
import { cx } from '../../ui/class-names'
import { useMessageActions } from './actions'

/** What one does most often, beside the message under the mouse. By keyboard it is all in the menu. */
export function HoverBar({ message }: { message: Message }) {
  const { rightsOn, openQuick, openMenu, reply } = useMessageActions()
  const rights = rightsOn(message)
  return (
    <div
      className={cx(
        'absolute z-5 flex rounded-full max-lg:-top-4 max-lg:bg-overlay max-lg:p-0.5 max-lg:shadow-float lg:top-1/2 lg:-translate-y-1/2',
        message.isOwn
          ? 'max-lg:start-1 lg:end-full lg:me-1.5'
          : 'max-lg:end-1 lg:start-full lg:ms-1.5',
      )}
    >
      {rights.react && (
        <Tool label={t.actions.react} onClick={anchor => openQuick(message, anchor)}>
          <SmilePlus aria-hidden />
        </Tool>
      )}
      {rights.reply && (
        <Tool label={t.actions.reply} onClick={() => reply(message)}>
          <Reply aria-hidden className="rtl:-scale-x-100" />
        </Tool>
      )}
      <Tool label={t.actions.more} onClick={anchor => openMenu(message, anchor)}>
        <MoreHorizontal aria-hidden />
      </Tool>
    </div>
  )
}

function Tool({
  label,
  onClick,
  children,
}: {
  label: string
  onClick: (anchor: AnchorBox) => void
  children: ReactNode
}) {
  return (
    <button
      type="button"
      tabIndex={-1}
      aria-label={label}
      title={label}
      onClick={event => onClick(boxOfElement(event.currentTarget))}
      className="grid size-9 place-items-center rounded-full text-muted transition-colors hover:bg-hover hover:text-ink [&>svg]:size-[1.15rem]"
    >
      {children}
    </button>
  )
}
