import { Menu } from '@base-ui/react/menu'
import type { ChatSummary, User } from '@relaychat/client'
import { useClient } from '@relaychat/client/react'
import {
  Archive,
  ArchiveRestore,
  Ban,
  Bell,
  BellOff,
  ChevronRight,
  Flag,
  MessageCircle,
  MessageCircleDashed,
  Pin,
  PinOff,
} from 'lucide-react'
import type { ReactNode } from 'react'
import { t } from '../../strings'
import type { AnchorBox } from '../../ui/anchor-box'
import { askToBlock } from '../blocks/asked'
import { useIsBlocked } from '../blocks/use-blocked'
import { always, isMuted } from '../chat-state'
import { useLast } from '../conversation/use-last'
import { askToReport } from '../reports/asked'

export const menuPopup =
  'min-w-56 origin-(--transform-origin) rounded-3xl bg-overlay p-1.5 shadow-float outline-none transition duration-100 data-ending-style:opacity-0 data-starting-style:scale-97 data-starting-style:opacity-0'

export const menuItem =
  'flex min-h-11 cursor-pointer items-center gap-3 rounded-2xl px-3 text-sm text-ink outline-none select-none data-highlighted:bg-hover data-popup-open:bg-hover [&>svg]:size-[1.15rem] [&>svg]:shrink-0 [&>svg]:text-soft'

/** What one can do with a chat without opening it. */
export function ChatMenu({
  target,
  onClose,
}: {
  /** Nothing while it is closed. */
  target: { readonly chat: ChatSummary; readonly anchor: AnchorBox } | undefined
  onClose: () => void
}) {
  const shown = useLast(target)
  return (
    <Menu.Root open={target !== undefined} onOpenChange={isOpen => !isOpen && onClose()}>
      <Menu.Portal>
        <Menu.Positioner
          anchor={shown?.anchor}
          align="start"
          sideOffset={4}
          collisionPadding={8}
          className="z-60"
        >
          <Menu.Popup aria-label={t.chat.menu} className={menuPopup}>
            {shown !== undefined && <ChatMenuItems chat={shown.chat} />}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  )
}

/** Pin, mute, archive, mark: kept on every device of the person, and set without a network too. */
export function ChatMenuItems({ chat }: { chat: ChatSummary }) {
  const handle = useClient().chat(chat.id)
  const isUnread = chat.unreadCount > 0 || chat.isMarkedUnread
  const isQuiet = isMuted(chat, Date.now())
  const read = () => {
    handle.markRead(chat.lastSeq)
    if (chat.isMarkedUnread) handle.set({ isMarkedUnread: false })
  }
  return (
    <>
      <Item
        icon={chat.isPinned ? <PinOff aria-hidden /> : <Pin aria-hidden />}
        words={chat.isPinned ? t.chat.unpin : t.chat.pin}
        onClick={() => handle.set({ isPinned: !chat.isPinned })}
      />
      {isQuiet ? (
        <Item
          icon={<Bell aria-hidden />}
          words={t.chat.unmute}
          onClick={() => handle.set({ mutedUntil: null })}
        />
      ) : (
        <Mute onMute={mutedUntil => handle.set({ mutedUntil })} />
      )}
      <Item
        icon={isUnread ? <MessageCircle aria-hidden /> : <MessageCircleDashed aria-hidden />}
        words={isUnread ? t.chat.markRead : t.chat.markUnread}
        onClick={isUnread ? read : () => handle.set({ isMarkedUnread: true })}
      />
      <Item
        icon={chat.isArchived ? <ArchiveRestore aria-hidden /> : <Archive aria-hidden />}
        words={chat.isArchived ? t.chat.unarchive : t.chat.archive}
        onClick={() => handle.set({ isArchived: !chat.isArchived })}
      />
      {chat.peer !== undefined && <Block peer={chat.peer} />}
      {chat.peer !== undefined && <Report peer={chat.peer} />}
    </>
  )
}

/** Nothing for whoever is blocked already: taking it back is in the chat. */
function Block({ peer }: { peer: User }) {
  if (useIsBlocked(peer.id)) return null
  return <Item icon={<Ban aria-hidden />} words={t.blocks.block} onClick={() => askToBlock(peer)} />
}

function Report({ peer }: { peer: User }) {
  return (
    <Item
      icon={<Flag aria-hidden />}
      words={t.reports.report}
      onClick={() => askToReport({ user: peer, offersBlock: true })}
    />
  )
}

function Mute({ onMute }: { onMute: (until: number) => void }) {
  return (
    <Menu.SubmenuRoot>
      <Menu.SubmenuTrigger className={menuItem}>
        <BellOff aria-hidden />
        <span className="flex-1">{t.chat.mute}</span>
        <ChevronRight aria-hidden className="rtl:-scale-x-100" />
      </Menu.SubmenuTrigger>
      <Menu.Portal>
        <Menu.Positioner sideOffset={2} collisionPadding={8} className="z-70">
          <Menu.Popup className={menuPopup}>
            {t.chat.muteFor.map(([ms, words]) => (
              <Menu.Item key={ms} onClick={() => onMute(Date.now() + ms)} className={menuItem}>
                {words}
              </Menu.Item>
            ))}
            <Menu.Item onClick={() => onMute(always)} className={menuItem}>
              {t.chat.muteAlways}
            </Menu.Item>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.SubmenuRoot>
  )
}

function Item({ icon, words, onClick }: { icon: ReactNode; words: string; onClick: () => void }) {
  return (
    <Menu.Item onClick={onClick} className={menuItem}>
      {icon}
      {words}
    </Menu.Item>
  )
}
