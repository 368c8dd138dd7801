import type { ChatSummary } from '@relaychat/client'
import { useClient, useMe, useMembers } from '@relaychat/client/react'
import { Link2 } from 'lucide-react'
import { useState } from 'react'
import { AvatarEditor } from '../../profile/avatar-editor'
import { t } from '../../strings'
import { Avatar } from '../../ui/avatar'
import { Button } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { isAtLeast } from '../roles'
import { AddPeople } from './add-people'
import { GroupForm } from './group-form'
import { GroupRules } from './group-rules'
import { InviteLinks } from './invite-links'
import { LeaveGroup } from './leave-group'
import { MemberRow } from './member-row'

/** What the dialog is about, and what its heading is. */
type Part = 'about' | 'add' | 'links'

/** What a group is, who is in it, and for those who look after it, how to change that. */
export function GroupDialog({
  chat,
  isOpen,
  onClose,
}: {
  chat: ChatSummary
  isOpen: boolean
  onClose: () => void
}) {
  const [part, setPart] = useState<Part>('about')
  return (
    <Dialog
      isOpen={isOpen}
      onClose={() => {
        setPart('about')
        onClose()
      }}
      heading={t.group[part]}
    >
      <Group chat={chat} part={part} onPart={setPart} />
    </Dialog>
  )
}

function Group({
  chat,
  part,
  onPart,
}: {
  chat: ChatSummary
  part: Part
  onPart: (part: Part) => void
}) {
  const me = useMe()
  const members = useMembers(chat.id)
  // Who is in the chat of an order or a ticket is what the application around it says.
  const isOurs = chat.hostKey === undefined
  const role = members.find(({ user }) => user.id === me?.id)?.role ?? 'member'
  const isKeeper = role !== 'member'
  const mayAdd = isOurs && isAtLeast(role, chat.addRole)
  const leavePart = () => onPart('about')
  if (part === 'add') {
    const isIn = new Set(members.map(({ user }) => user.id))
    return <AddPeople chatId={chat.id} isIn={isIn} onDone={leavePart} />
  }
  if (part === 'links')
    return <InviteLinks chatId={chat.id} isKeeper={isKeeper} onDone={leavePart} />
  return (
    <div className="flex flex-col gap-6">
      {isKeeper ? <Editor chat={chat} /> : <About chat={chat} />}
      <section className="flex flex-col gap-1">
        <h3 className="flex min-h-11 items-center justify-between text-sm font-medium text-soft">
          {t.sidebar.membersCount(chat.memberCount)}
          {mayAdd && (
            <Button look="quiet" className="-me-4" onClick={() => onPart('add')}>
              {t.group.add}
            </Button>
          )}
        </h3>
        {mayAdd && (
          <Button look="plain" className="mb-2" onClick={() => onPart('links')}>
            <Link2 aria-hidden className="size-4.5" />
            {t.group.links}
          </Button>
        )}
        <ul aria-label={t.group.members} className="-mx-2 flex flex-col">
          {members.map(member => (
            <MemberRow
              key={member.user.id}
              chatId={chat.id}
              member={member}
              isMe={member.user.id === me?.id}
              ownRole={isOurs ? role : 'member'}
            />
          ))}
        </ul>
      </section>
      {isKeeper && <GroupRules chat={chat} ownRole={role} isOurs={isOurs} />}
      {isOurs && <LeaveGroup chat={chat} />}
    </div>
  )
}

function Editor({ chat }: { chat: ChatSummary }) {
  const handle = useClient().chat(chat.id)
  return (
    <section className="flex flex-col gap-5">
      <AvatarEditor
        id={chat.id}
        name={chat.title}
        url={chat.avatarUrl}
        onSave={avatar => handle.update({ avatar })}
        onRemove={() => handle.update({ avatar: null })}
      />
      <GroupForm chat={chat} />
    </section>
  )
}

function About({ chat }: { chat: ChatSummary }) {
  return (
    <section className="flex items-center gap-4">
      <Avatar id={chat.id} name={chat.title} url={chat.avatarUrl} size={64} />
      <div className="min-w-0 flex-1">
        <p dir="auto" className="text-lg leading-snug font-semibold wrap-anywhere">
          {chat.title}
        </p>
        {chat.description !== undefined && (
          <p dir="auto" className="mt-1 text-sm whitespace-pre-line text-muted wrap-anywhere">
            {chat.description}
          </p>
        )}
      </div>
    </section>
  )
}
