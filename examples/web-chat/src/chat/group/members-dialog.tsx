import type { Member } from '@relaychat/client'
import { useMe, useMembers, usePresence } from '@relaychat/client/react'
import { t } from '../../strings'
import { Avatar } from '../../ui/avatar'
import { Dialog } from '../../ui/dialog'
import { PresenceText } from '../presence-text'

/** Who is in a group, whether they are there, and who looks after it. */
export function MembersDialog({
  chatId,
  isOpen,
  onClose,
}: {
  chatId: string
  isOpen: boolean
  onClose: () => void
}) {
  return (
    <Dialog isOpen={isOpen} onClose={onClose} heading={t.group.members}>
      <Members chatId={chatId} />
    </Dialog>
  )
}

function Members({ chatId }: { chatId: string }) {
  const me = useMe()
  const members = useMembers(chatId)
  return (
    <ul aria-label={t.group.members} className="-mx-2 flex flex-col">
      {members.map(member => (
        <Row key={member.user.id} member={member} isMe={member.user.id === me?.id} />
      ))}
    </ul>
  )
}

function Row({ member: { user, role }, isMe }: { member: Member; isMe: boolean }) {
  // One knows that oneself is there.
  const presence = usePresence(isMe ? undefined : user.id)
  return (
    <li className="flex h-15 items-center gap-3 rounded-xl px-2">
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
    </li>
  )
}
