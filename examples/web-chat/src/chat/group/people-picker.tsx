import type { User } from '@relaychat/client'
import { useState } from 'react'
import { t } from '../../strings'
import { Button } from '../../ui/button'
import { PickRow } from '../../ui/pick-row'
import { Spinner } from '../../ui/spinner'
import { usePeople } from '../sidebar/use-people'

/** People to tick. Whoever was ticked stays so while one looks for others. */
export function PeoplePicker({
  without,
  picked,
  onToggle,
}: {
  without: ReadonlySet<string>
  picked: ReadonlySet<string>
  onToggle: (user: User) => void
}) {
  const [query, setQuery] = useState('')
  const { people, status, hasMore, loadMore } = usePeople(query.trim())
  const others = people.filter(user => !without.has(user.id))
  return (
    <fieldset className="flex flex-col gap-1.5">
      <legend className="mb-1.5 text-sm font-medium text-soft">{t.group.people}</legend>
      <input
        type="search"
        value={query}
        onChange={event => setQuery(event.target.value)}
        // Enter looks, it does not create the group.
        onKeyDown={event => event.key === 'Enter' && event.preventDefault()}
        aria-label={t.group.find}
        placeholder={t.group.find}
        className="h-11 w-full appearance-none rounded-xl border border-line bg-canvas px-4 text-base outline-offset-[-1px] placeholder:text-muted md:text-sm"
      />
      <div className="-mx-2 h-56 overflow-y-auto overscroll-contain px-1 py-1">
        {status === 'loading' && others.length === 0 && (
          <p role="status" aria-label={t.loading} className="grid h-full place-items-center">
            <Spinner />
          </p>
        )}
        {status !== 'loading' && others.length === 0 && (
          <p className="grid h-full place-items-center text-sm text-muted">
            {status === 'failed' ? t.sidebar.peopleFailed : t.group.none}
          </p>
        )}
        {others.map(user => (
          <PickRow
            key={user.id}
            avatarId={user.id}
            name={user.name}
            avatarUrl={user.avatarUrl}
            isPicked={picked.has(user.id)}
            onToggle={() => onToggle(user)}
          />
        ))}
        {hasMore && (
          <Button look="quiet" onClick={loadMore} className="w-full">
            {t.sidebar.more}
          </Button>
        )}
      </div>
    </fieldset>
  )
}
