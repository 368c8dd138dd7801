import { Menu } from '@base-ui/react/menu'
import type { Message } from '@relaychat/client'
import {
  Copy,
  Eye,
  Flag,
  Forward,
  Pencil,
  Pin,
  PinOff,
  Plus,
  Reply,
  SmilePlus,
  Trash2,
} from 'lucide-react'
import { type KeyboardEvent, type ReactNode, useRef } from 'react'
import { t } from '../../strings'
import type { AnchorBox } from '../../ui/anchor-box'
import { cx } from '../../ui/class-names'
import { hasOwn, quickEmoji } from './actions'
import type { Rights } from './rights'
import { useLast } from './use-last'

export type MenuChoice =
  | 'emoji'
  | 'reply'
  | 'forward'
  | 'edit'
  | 'copy'
  | 'pin'
  | 'unpin'
  | 'reactions'
  | 'receipts'
  | 'report'
  | 'delete'

interface Target {
  readonly message: Message
  readonly anchor?: AnchorBox
}

/** After these the focus is somewhere else: in the field, or in what opens. */
const leaving: ReadonlySet<MenuChoice> = new Set([
  'emoji',
  'reply',
  'forward',
  'edit',
  'delete',
  'reactions',
  'receipts',
  'report',
])

/** Everything one can do with a message, beside it. A few emoji come first. */
export function MessageMenu({
  target,
  rightsOn,
  onReact,
  onChoose,
  onClose,
}: {
  /** Nothing while it is closed. */
  target: Target | undefined
  rightsOn: (message: Message) => Rights
  onReact: (message: Message, emoji: string, isOn: boolean) => void
  onChoose: (message: Message, choice: MenuChoice, anchor: AnchorBox | undefined) => void
  onClose: () => void
}) {
  const shown = useLast(target)
  const last = useRef<MenuChoice>(undefined)
  return (
    <Menu.Root
      open={target !== undefined}
      onOpenChange={isOpen => {
        if (!isOpen) onClose()
      }}
    >
      <Menu.Portal>
        <Menu.Positioner
          anchor={shown?.anchor}
          side="bottom"
          align="start"
          sideOffset={4}
          collisionPadding={8}
          className="z-60"
        >
          <Menu.Popup
            aria-label={t.conversation.actions}
            finalFocus={() => last.current === undefined || !leaving.has(last.current)}
            className="min-w-56 origin-(--transform-origin) rounded-3xl bg-overlay p-1.5 shadow-float outline-none transition duration-100 data-ending-style:opacity-0 data-starting-style:scale-97 data-starting-style:opacity-0"
          >
            {shown !== undefined && (
              <Items
                message={shown.message}
                rights={rightsOn(shown.message)}
                onReact={emoji => {
                  last.current = undefined
                  onReact(shown.message, emoji, !hasOwn(shown.message, emoji))
                }}
                onChoose={choice => {
                  last.current = choice
                  onChoose(shown.message, choice, shown.anchor)
                }}
              />
            )}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  )
}

function Items({
  message,
  rights,
  onReact,
  onChoose,
}: {
  message: Message
  rights: Rights
  onReact: (emoji: string) => void
  onChoose: (choice: MenuChoice) => void
}) {
  const item = (choice: MenuChoice, icon: ReactNode, words: string, isDanger = false) => (
    <Menu.Item
      onClick={() => onChoose(choice)}
      className={cx(
        'flex min-h-11 cursor-pointer items-center gap-3 rounded-2xl px-3 text-sm outline-none select-none data-highlighted:bg-hover [&>svg]:size-[1.15rem] [&>svg]:shrink-0',
        isDanger ? 'text-danger' : 'text-ink [&>svg]:text-soft',
      )}
    >
      {icon}
      {words}
    </Menu.Item>
  )
  return (
    <>
      {rights.react && (
        <QuickRow message={message} onReact={onReact} onMore={() => onChoose('emoji')} />
      )}
      {rights.reply &&
        item('reply', <Reply aria-hidden className="rtl:-scale-x-100" />, t.actions.reply)}
      {rights.forward &&
        item('forward', <Forward aria-hidden className="rtl:-scale-x-100" />, t.forward.forward)}
      {rights.edit && item('edit', <Pencil aria-hidden />, t.actions.edit)}
      {rights.copy && item('copy', <Copy aria-hidden />, t.conversation.copy)}
      {rights.pin &&
        (message.pinnedAt === undefined
          ? item('pin', <Pin aria-hidden />, t.pins.pin)
          : item('unpin', <PinOff aria-hidden />, t.pins.unpin))}
      {message.reactions.length > 0 &&
        item('reactions', <SmilePlus aria-hidden />, t.actions.reactions)}
      {rights.receipts && item('receipts', <Eye aria-hidden />, t.actions.seenBy)}
      {rights.report && item('report', <Flag aria-hidden />, t.reports.report)}
      {rights.delete && item('delete', <Trash2 aria-hidden />, t.delete, true)}
    </>
  )
}

function QuickRow({
  message,
  onReact,
  onMore,
}: {
  message: Message
  onReact: (emoji: string) => void
  onMore: () => void
}) {
  const cell =
    'grid size-11 cursor-pointer place-items-center rounded-full text-2xl leading-none outline-none transition-transform select-none data-highlighted:bg-hover active:scale-90'
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: two more keys for the items inside
    <div className="mb-1 flex justify-between border-b border-line pb-1" onKeyDown={moveAcross}>
      {quickEmoji.map(emoji => (
        <Menu.Item
          key={emoji}
          aria-label={t.actions.reactWith(emoji)}
          onClick={() => onReact(emoji)}
          className={cx(cell, hasOwn(message, emoji) && 'bg-selected')}
        >
          {emoji}
        </Menu.Item>
      ))}
      <Menu.Item aria-label={t.actions.moreEmoji} onClick={onMore} className={cell}>
        <Plus aria-hidden className="size-5 text-soft" />
      </Menu.Item>
    </div>
  )
}

/** Left and right as well, in a row that lies. */
function moveAcross(event: KeyboardEvent<HTMLElement>): void {
  const onwards = t.direction === 'rtl' ? 'ArrowLeft' : 'ArrowRight'
  const backwards = t.direction === 'rtl' ? 'ArrowRight' : 'ArrowLeft'
  if (event.key !== onwards && event.key !== backwards) return
  const now = document.activeElement
  const next = event.key === onwards ? now?.nextElementSibling : now?.previousElementSibling
  if (next instanceof HTMLElement) next.focus()
  event.preventDefault()
  event.stopPropagation()
}
