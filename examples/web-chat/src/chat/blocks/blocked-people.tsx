import type { User } from '@relaychat/client'
import { t } from '../../strings'
import { Avatar } from '../../ui/avatar'
import { Unblock } from './unblock'

/** Everybody whom the reader blocks. */
export function BlockedPeople({ users }: { users: readonly User[] }) {
  return (
    <ul aria-label={t.blocks.heading} className="flex flex-col gap-1">
      {users.map(user => (
        <li key={user.id} className="flex min-h-14 flex-wrap items-center gap-3">
          <Avatar id={user.id} name={user.name} url={user.avatarUrl} size={40} />
          <span dir="auto" className="name min-w-0 flex-1 font-medium">
            {user.name}
          </span>
          <Unblock user={user} />
        </li>
      ))}
    </ul>
  )
}
