import { useMe } from '@relaychat/client/react'
import { Pencil, Reply, X } from 'lucide-react'
import { t } from '../../strings'
import { IconButton } from '../../ui/button'
import { lineOf } from '../message-text'
import type { Subject } from './subject'

/** Above the field: what one answers or changes, and the way out of it. */
export function ContextBar({
  subject: { kind, message },
  onLeave,
}: {
  subject: Subject
  onLeave: () => void
}) {
  const me = useMe()
  const isEdit = kind === 'edit'
  const name = message.sender.id === me?.id ? t.message.you : message.sender.name
  return (
    <div className="flex animate-rise items-center gap-3 ps-4 pe-1 pt-1">
      <span aria-hidden className="text-accent-text [&>svg]:size-5">
        {isEdit ? <Pencil /> : <Reply className="rtl:-scale-x-100" />}
      </span>
      <div className="flex min-w-0 flex-1 flex-col border-s-2 border-accent-text ps-3 text-sm">
        <span dir="auto" className="name font-semibold text-accent-text">
          {isEdit ? t.actions.editing : t.actions.replyTo(name)}
        </span>
        <span dir="auto" className="name text-muted">
          {lineOf(message)}
        </span>
      </div>
      <IconButton label={isEdit ? t.actions.stopEditing : t.actions.stopReply} onClick={onLeave}>
        <X aria-hidden />
      </IconButton>
    </div>
  )
}
