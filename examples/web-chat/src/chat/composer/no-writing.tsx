import type { Role } from '@relaychat/client'
import { Megaphone } from 'lucide-react'
import { t } from '../../strings'

/** In the place of the field, where others write and one reads. */
export function NoWriting({ only }: { only: Role | undefined }) {
  return (
    <p className="flex min-h-17 items-center justify-center gap-2.5 border-t border-line bg-panel px-5 pb-[env(safe-area-inset-bottom)] text-center text-sm text-muted">
      {only !== undefined && (
        <>
          <Megaphone aria-hidden className="size-4.5 shrink-0 rtl:-scale-x-100" />
          {only === 'owner' ? t.conversation.ownerWrites : t.conversation.adminsWrite}
        </>
      )}
    </p>
  )
}
