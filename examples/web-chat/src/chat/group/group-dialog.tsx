import type { ChatSummary } from '@relaychat/client'
import { useClient, useMe, useMembers } from '@relaychat/client/react'
import { useState } from 'react'
import { AvatarEditor } from '../../profile/avatar-editor'
import { t } from '../../strings'
import { Avatar } from '../../ui/avatar'
import { Button } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { AddPeople } from './add-people'
import { GroupForm } from './group-form'
import { LeaveGroup } from './leave-group'
import { MemberRow } from './member-row'

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
  return (
    <Dialog isOpen={isOpen} onClose={onClose} heading={t.group.about}>
      <Group chat={chat} />
    </Dialog>
  )
}

function Group({ chat }: { chat: ChatSummary }) {
  const me = useMe()
  const members = useMembers(chat.id)
  const [isAdding, setIsAdding] = useState(false)
  // Who is in the chat of an order or a ticket is what the application around it says.
  const isOurs = chat.hostKey === undefined
  const role = members.find(({ user }) => user.id === me?.id)?.role ?? 'member'
  const isKeeper = role !== 'member'
  if (isAdding) {
    const isIn = new Set(members.map(({ user }) => user.id))
    return <AddPeople chatId={chat.id} isIn={isIn} onDone={() => setIsAdding(false)} />
  }
  return (
    <div className="flex flex-col gap-6">
      {isKeeper ? <Editor chat={chat} /> : <About chat={chat} />}
      <section className="flex flex-col gap-1">
        <h3 className="flex min-h-11 items-center justify-between text-sm font-medium text-soft">
          {t.sidebar.membersCount(chat.memberCount)}
          {isKeeper && isOurs && (
            <Button look="quiet" className="-me-4" onClick={() => setIsAdding(true)}>
              {t.group.add}
            </Button>
          )}
        </h3>
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
