import type { Presence } from '@relaychat/client'
import { ago } from '../format/dates'
import { useNow } from '../platform/clock'
import { t } from '../strings'
import { cx } from '../ui/class-names'

/** "online", "last seen 5 min. ago": in words, since a dot alone says nothing to many people. */
export function PresenceText({
  presence,
  className,
}: {
  presence: Presence | undefined
  className?: string
}) {
  const now = useNow(30_000)
  const text =
    presence === undefined
      ? '\u00a0'
      : presence.isOnline
        ? t.conversation.online
        : presence.lastSeenAt === undefined
          ? t.conversation.offline
          : t.conversation.lastSeen(ago(presence.lastSeenAt, now))
  return (
    <span
      className={cx(
        'truncate',
        presence?.isOnline === true ? 'text-accent-text' : 'text-muted',
        className,
      )}
    >
      {text}
    </span>
  )
}
