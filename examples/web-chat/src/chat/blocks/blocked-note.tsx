import type { User } from '@relaychat/client'
import { Ban } from 'lucide-react'
import { t } from '../../strings'
import { Unblock } from './unblock'

/** In the place of the field, where the reader has blocked the other. */
export function BlockedNote({ user }: { user: User }) {
  return (
    <div className="flex min-h-17 flex-wrap items-center justify-center gap-x-2.5 border-t border-line bg-panel px-5 pb-[env(safe-area-inset-bottom)] text-center text-sm text-muted">
      <Ban aria-hidden className="size-4.5 shrink-0" />
      <span dir="auto" className="wrap-anywhere">
        {t.blocks.note(user.name)}
      </span>
      <Unblock user={user} />
    </div>
  )
}
