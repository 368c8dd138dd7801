import type { ChatSummary, SearchOptions } from '@relaychat/client'
import { useMe, useMembers } from '@relaychat/client/react'
import { t } from '../../strings'
import { cx } from '../../ui/class-names'

export interface FilterState {
  readonly senderId: string
  /** Days as a date field gives them: `2026-03-01`, in the reader's time zone. */
  readonly from: string
  readonly to: string
  readonly has: SearchOptions['has']
}

export const noFilters: FilterState = { senderId: '', from: '', to: '', has: undefined }

/** The last day counts as a whole. */
export function optionsOf({ senderId, from, to, has }: FilterState) {
  return {
    ...(senderId === '' ? {} : { senderId }),
    ...(from === '' ? {} : { after: midnight(from, 0) }),
    ...(to === '' ? {} : { before: midnight(to, 1) }),
    ...(has === undefined ? {} : { has }),
  }
}

function midnight(day: string, later: number): number {
  const [year = 1970, month = 1, date = 1] = day.split('-').map(Number)
  return new Date(year, month - 1, date + later).getTime()
}

const field =
  'h-11 min-w-0 rounded-xl border border-line bg-transparent px-2.5 text-sm text-ink outline-offset-[-1px] md:h-9'

/** Who, when and what: each narrows the search down. */
export function Filters({
  chat,
  filters,
  onChange,
}: {
  chat: ChatSummary
  filters: FilterState
  onChange: (filters: FilterState) => void
}) {
  const me = useMe()
  const members = useMembers(chat.id)
  // Nothing chosen is nothing asked: the same object as before anything was.
  const change = (changes: Partial<FilterState>) => {
    const next = { ...filters, ...changes }
    onChange(isNone(next) ? noFilters : next)
  }
  return (
    <div className="flex flex-col gap-2 border-b border-line p-3">
      <div className="flex flex-wrap gap-1.5">
        {(['image', 'file', 'link'] as const).map(has => (
          <button
            key={has}
            type="button"
            aria-pressed={filters.has === has}
            onClick={() => change({ has: filters.has === has ? undefined : has })}
            className={cx(
              'min-h-11 rounded-full px-3.5 text-sm font-medium ring-1 ring-inset transition-colors md:min-h-8',
              filters.has === has
                ? 'bg-selected text-accent-text ring-accent-text'
                : 'text-soft ring-line hover:bg-hover',
            )}
          >
            {t.search.has[has]}
          </button>
        ))}
      </div>
      <select
        aria-label={t.search.from}
        value={filters.senderId}
        onChange={event => change({ senderId: event.target.value })}
        className={cx(field, '[&>option]:bg-overlay')}
      >
        <option value="">{t.search.anybody}</option>
        {members.map(({ user }) => (
          <option key={user.id} value={user.id}>
            {user.id === me?.id ? t.group.you(user.name) : user.name}
          </option>
        ))}
      </select>
      <div className="grid grid-cols-2 gap-2">
        <Day label={t.search.since} value={filters.from} onChange={from => change({ from })} />
        <Day label={t.search.until} value={filters.to} onChange={to => change({ to })} />
      </div>
    </div>
  )
}

function Day({
  label,
  value,
  onChange,
}: {
  label: string
  value: string
  onChange: (day: string) => void
}) {
  return (
    <label className="flex min-w-0 flex-col gap-0.5 text-xs text-muted">
      {label}
      <input
        type="date"
        value={value}
        onChange={event => onChange(event.target.value)}
        className={field}
      />
    </label>
  )
}

function isNone({ senderId, from, to, has }: FilterState): boolean {
  return senderId === '' && from === '' && to === '' && has === undefined
}
