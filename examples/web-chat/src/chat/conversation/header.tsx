import { Menu } from '@base-ui/react/menu'
import type { ChatSummary } from '@relaychat/client'
import { usePresence } from '@relaychat/client/react'
import { ArrowLeft, Images, MoreVertical, Search } from 'lucide-react'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { t } from '../../strings'
import { Avatar } from '../../ui/avatar'
import { IconButton, iconButton } from '../../ui/button'
import { GroupDialog } from '../group/group-dialog'
import { PresenceText } from '../presence-text'
import { ChatMenuItems, menuItem, menuPopup } from '../sidebar/chat-menu'
import { isFromList } from '../sidebar/from-list'

/** What stands beside the messages. */
export type Panel = 'search' | 'files'

/** Who one is talking to and whether they are there. One line for the state: nothing below moves. */
export function Header({
  chat,
  onPanel,
}: {
  chat: ChatSummary | undefined
  onPanel: (panel: Panel) => void
}) {
  return (
    <header className="flex min-h-16 items-center gap-3 border-b border-line bg-panel px-2 pt-[env(safe-area-inset-top)] md:px-5">
      <BackButton />
      {chat === undefined ? (
        <div className="h-9 w-44 animate-shimmer rounded-full bg-skeleton" />
      ) : (
        <>
          <HeaderAvatar chat={chat} />
          <div className="flex min-w-0 flex-1 flex-col">
            <h1 dir="auto" className="name text-base leading-snug font-semibold">
              {chat.title}
            </h1>
            <p className="flex h-5 min-w-0 text-[0.8125rem]">
              <Status chat={chat} />
            </p>
          </div>
          <Tools chat={chat} onPanel={onPanel} />
        </>
      )}
    </header>
  )
}

function Tools({ chat, onPanel }: { chat: ChatSummary; onPanel: (panel: Panel) => void }) {
  return (
    <div className="flex">
      <IconButton label={t.chat.search} onClick={() => onPanel('search')}>
        <Search aria-hidden />
      </IconButton>
      <HeaderMenu chat={chat} onFiles={() => onPanel('files')} />
    </div>
  )
}

/** What one can do with the chat: the same as in the list, and what was sent in it. */
function HeaderMenu({ chat, onFiles }: { chat: ChatSummary; onFiles: () => void }) {
  return (
    <Menu.Root>
      <Menu.Trigger aria-label={t.chat.menu} title={t.chat.menu} className={iconButton}>
        <MoreVertical aria-hidden />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner align="end" sideOffset={4} collisionPadding={8} className="z-60">
          <Menu.Popup className={menuPopup}>
            <Menu.Item onClick={onFiles} className={menuItem}>
              <Images aria-hidden />
              {t.files.heading}
            </Menu.Item>
            <ChatMenuItems chat={chat} />
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  )
}

function HeaderAvatar({ chat }: { chat: ChatSummary }) {
  const presence = usePresence(chat.peer?.id)
  return (
    <Avatar
      id={chat.peer?.id ?? chat.id}
      name={chat.title}
      url={chat.avatarUrl}
      size={40}
      isOnline={presence?.isOnline === true}
    />
  )
}

function Status({ chat }: { chat: ChatSummary }) {
  const presence = usePresence(chat.peer?.id)
  if (chat.typing.length > 0) {
    return (
      <span className="truncate text-accent-text" data-testid="typing">
        {t.conversation.typing(chat.typing.map(user => user.name))}
      </span>
    )
  }
  if (chat.kind === 'group') return <MemberCount chat={chat} />
  return <PresenceText presence={presence} />
}

/** How many there are, and who they are. */
function MemberCount({ chat }: { chat: ChatSummary }) {
  const [isOpen, setIsOpen] = useState(false)
  return (
    <>
      <button
        type="button"
        aria-label={t.group.show(chat.memberCount)}
        onClick={() => setIsOpen(true)}
        // A finger finds it beside the words as well.
        className="relative truncate rounded text-muted underline-offset-4 before:absolute before:-inset-x-3 before:-top-7 before:-bottom-2 hover:text-ink hover:underline"
      >
        {t.sidebar.membersCount(chat.memberCount)}
      </button>
      <GroupDialog chat={chat} isOpen={isOpen} onClose={() => setIsOpen(false)} />
    </>
  )
}

/** On a phone: back to where one came from, which is the list unless the page was opened by its address. */
export function BackButton() {
  const [, navigate] = useLocation()
  return (
    <a
      href="/"
      aria-label={t.conversation.backToChats}
      onClick={event => {
        event.preventDefault()
        if (isFromList(history.state)) history.back()
        else navigate('/', { replace: true })
      }}
      className={`${iconButton} md:hidden`}
    >
      <ArrowLeft aria-hidden className="rtl:-scale-x-100" />
    </a>
  )
}
