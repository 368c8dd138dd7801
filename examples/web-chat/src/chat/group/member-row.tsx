import { Menu } from '@base-ui/react/menu'
import type { Member, Role } from '@relaychat/client'
import { useClient, usePresence } from '@relaychat/client/react'
import { MoreHorizontal } from 'lucide-react'
import { useState } from 'react'
import { describeError, t } from '../../strings'
import { Avatar } from '../../ui/avatar'
import { iconButton } from '../../ui/button'
import { announce } from '../../ui/live-region'
import { PresenceText } from '../presence-text'
import { isAtLeast } from '../roles'

/** Somebody in a group, whether they are there, and what the reader may do with them. */
export function MemberRow({
  chatId,
  member: { user, role },
  isMe,
  ownRole,
}: {
  chatId: string
  member: Member
  isMe: boolean
  ownRole: Role
}) {
  // One knows that oneself is there.
  const presence = usePresence(isMe ? undefined : user.id)
  const mayChange = !isMe && ownRole !== 'member' && !isAtLeast(role, ownRole)
  const [problem, setProblem] = useState<string>()
  return (
    <li className="flex flex-col rounded-xl px-2">
      <div className="flex h-15 items-center gap-3">
        <Avatar
          id={user.id}
          name={user.name}
          url={user.avatarUrl}
          size={42}
          isOnline={presence?.isOnline === true}
        />
        <span className="flex min-w-0 flex-1 flex-col">
          <span dir="auto" className="name font-medium">
            {isMe ? t.group.you(user.name) : user.name}
          </span>
          {presence !== undefined && <PresenceText presence={presence} className="text-sm" />}
        </span>
        {role !== 'member' && (
          <span className="rounded-full bg-selected px-2.5 py-0.5 text-xs font-semibold text-accent-text">
            {t.group.roles[role]}
          </span>
        )}
        {mayChange && (
          <Actions
            chatId={chatId}
            member={{ id: user.id, name: user.name, role }}
            isOwner={ownRole === 'owner'}
            onProblem={setProblem}
          />
        )}
      </div>
      {problem !== undefined && (
        <p role="alert" className="pb-2 text-sm text-danger">
          {problem}
        </p>
      )}
    </li>
  )
}

function Actions({
  chatId,
  member: { id, name, role },
  isOwner,
  onProblem,
}: {
  chatId: string
  member: { id: string; name: string; role: Role }
  isOwner: boolean
  onProblem: (problem: string | undefined) => void
}) {
  const chat = useClient().chat(chatId)
  const act = async (action: Promise<void>, done: string) => {
    onProblem(undefined)
    try {
      await action
      announce(done)
    } catch (error) {
      onProblem(describeError(error))
    }
  }
  return (
    <Menu.Root>
      <Menu.Trigger aria-label={t.group.actions(name)} className={iconButton}>
        <MoreHorizontal aria-hidden />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner align="end" sideOffset={4} className="z-60">
          <Menu.Popup className="min-w-52 rounded-2xl bg-overlay p-1.5 shadow-float outline-none">
            {isOwner && role === 'member' && (
              <Item onClick={() => act(chat.setRole(id, 'admin'), t.group.madeAdmin(name))}>
                {t.group.makeAdmin}
              </Item>
            )}
            {isOwner && role === 'admin' && (
              <Item onClick={() => act(chat.setRole(id, 'member'), t.group.madeMember(name))}>
                {t.group.makeMember}
              </Item>
            )}
            {isOwner && (
              <Item onClick={() => act(chat.setRole(id, 'owner'), t.group.madeOwner(name))}>
                {t.group.makeOwner}
              </Item>
            )}
            <Item isDanger onClick={() => act(chat.removeMember(id), t.group.removed(name))}>
              {t.group.remove}
            </Item>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  )
}

function Item({
  isDanger = false,
  onClick,
  children,
}: {
  isDanger?: boolean
  onClick: () => void
  children: string
}) {
  return (
    <Menu.Item
      onClick={onClick}
      className={`flex min-h-11 cursor-pointer items-center rounded-xl px-3 text-sm outline-none data-highlighted:bg-hover ${isDanger ? 'text-danger' : 'text-ink'}`}
    >
      {children}
    </Menu.Item>
  )
}
