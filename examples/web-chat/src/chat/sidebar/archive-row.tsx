import type { ChatSummary } from '@relaychat/client'
import { Archive, ArrowLeft } from 'lucide-react'
import { t } from '../../strings'

/** The way into the archive and out of it, above the chats. */
export function ArchiveRow({
  chats,
  isOpen,
  onToggle,
}: {
  chats: readonly ChatSummary[]
  isOpen: boolean
  onToggle: () => void
}) {
  const unread = chats.reduce((sum, chat) => sum + chat.unreadCount, 0)
  return (
    <div className="px-2">
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={onToggle}
        className="flex h-12 w-full items-center gap-3 rounded-2xl px-2.5 text-start text-sm font-semibold text-soft outline-offset-[-2px] transition-colors hover:bg-hover"
      >
        <span aria-hidden className="grid w-12.5 place-items-center [&>svg]:size-[1.15rem]">
          {isOpen ? <ArrowLeft className="rtl:-scale-x-100" /> : <Archive />}
        </span>
        <span className="flex-1">{t.chat.archived}</span>
        {!isOpen && (
          <span className="text-xs font-medium text-muted tabular-nums">
            {t.number(unread > 0 ? unread : chats.length)}
          </span>
        )}
      </button>
    </div>
  )
}
