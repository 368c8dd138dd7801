import { dayLabel } from '../../format/dates'
import { t } from '../../strings'

export const datePill = 'rounded-full px-3 py-1 text-xs font-medium text-muted'

export function DateDivider({ day, today }: { day: number; today: number }) {
  return (
    <div className="flex justify-center py-3">
      <time dateTime={isoDay(day)} className={`${datePill} bg-hover`}>
        {dayLabel(day, today)}
      </time>
    </div>
  )
}

export function UnreadDivider({ count }: { count: number }) {
  return (
    <div className="flex items-center gap-4 py-3 text-xs font-semibold text-accent-text">
      <span aria-hidden className="h-px flex-1 bg-current opacity-35" />
      {t.conversation.unreadDivider(count)}
      <span aria-hidden className="h-px flex-1 bg-current opacity-35" />
    </div>
  )
}

/** The calendar day in the device's own time zone: `toISOString` would give the day in Greenwich. */
function isoDay(day: number): string {
  const date = new Date(day)
  const parts = [date.getFullYear(), date.getMonth() + 1, date.getDate()]
  return parts.map(part => String(part).padStart(2, '0')).join('-')
}
