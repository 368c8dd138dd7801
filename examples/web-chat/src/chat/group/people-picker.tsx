import type { User } from '@relaychat/client'
import { Check } from 'lucide-react'
import { useState } from 'react'
import { t } from '../../strings'
import { Avatar } from '../../ui/avatar'
import { Button } from '../../ui/button'
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
          <Person
            key={user.id}
            user={user}
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

function Person({
  user,
  isPicked,
  onToggle,
}: {
  user: User
  isPicked: boolean
  onToggle: () => void
}) {
  return (
    <label className="relative flex h-13 cursor-pointer items-center gap-3 rounded-xl px-2 transition-colors hover:bg-hover has-focus-visible:outline-2 has-focus-visible:outline-offset-[-2px] has-focus-visible:outline-accent-text">
      <Avatar id={user.id} name={user.name} url={user.avatarUrl} size={36} />
      <span dir="auto" className="name min-w-0 flex-1">
        {user.name}
      </span>
      <input
        type="checkbox"
        checked={isPicked}
        onChange={onToggle}
        aria-label={user.name}
        // The real one lies over the whole row; what is seen is drawn.
        className="absolute inset-0 cursor-pointer opacity-0"
      />
      <span
        aria-hidden
        className={
          isPicked
            ? 'grid size-6 place-items-center rounded-full bg-accent text-accent-ink forced-colors:border'
            : 'size-6 rounded-full border-2 border-line-strong'
        }
      >
        {isPicked && <Check className="size-4" strokeWidth={3} />}
      </span>
    </label>
  )
}
