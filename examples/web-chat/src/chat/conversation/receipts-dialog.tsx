import type { Member, Message } from '@relaychat/client'
import { useMembers } from '@relaychat/client/react'
import { t } from '../../strings'
import { Avatar } from '../../ui/avatar'
import { Dialog } from '../../ui/dialog'
import { receiptsOf } from './receipts'
import { useLast } from './use-last'

/** Who in a group has seen a message, and whom it has not reached yet. */
export function ReceiptsDialog({
  message,
  chatId,
  onClose,
}: {
  /** Nothing while it is closed. */
  message: Message | undefined
  chatId: string
  onClose: () => void
}) {
  const members = useMembers(chatId)
  const shown = useLast(message)
  const { read, delivered, sent } = receiptsOf(shown, members)
  return (
    <Dialog isOpen={message !== undefined} onClose={onClose} heading={t.actions.seenBy}>
      <div className="flex flex-col gap-5">
        <People members={read} label={t.actions.seenBy} isHeadingHidden />
        <People members={delivered} label={t.actions.deliveredTo} />
        <People members={sent} label={t.actions.sentTo} />
      </div>
    </Dialog>
  )
}

function People({
  members,
  label,
  isHeadingHidden = false,
}: {
  members: readonly Member[]
  label: string
  isHeadingHidden?: boolean
}) {
  if (members.length === 0) return null
  return (
    <section>
      {!isHeadingHidden && <h3 className="mb-1 text-sm font-medium text-soft">{label}</h3>}
      <ul aria-label={label} className="flex flex-col">
        {members.map(({ user }) => (
          <li key={user.id} className="flex h-13 items-center gap-3">
            <Avatar id={user.id} name={user.name} url={user.avatarUrl} size={36} />
            <span dir="auto" className="name min-w-0 flex-1 font-medium">
              {user.name}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
