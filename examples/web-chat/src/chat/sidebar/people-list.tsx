import type { User } from '@relaychat/client'
import { useClient, useMe, usePresence } from '@relaychat/client/react'
import { Search, UserRoundPlus, UserRoundSearch, UsersRound, X } from 'lucide-react'
import { type KeyboardEvent, useState } from 'react'
import { useLocation } from 'wouter'
import { describeError, t } from '../../strings'
import { Avatar } from '../../ui/avatar'
import { Button, IconButton } from '../../ui/button'
import { CopyAddress } from '../../ui/copy-address'
import { EmptyState } from '../../ui/empty-state'
import { RowSkeletons } from '../../ui/skeletons'
import { NewGroupDialog } from '../group/new-group-dialog'
import { PresenceText } from '../presence-text'
import { fromList } from './from-list'
import { moveFocus } from './list-keys'
import { usePeople } from './use-people'

export function PeopleList() {
  const [query, setQuery] = useState('')
  return (
    <>
      <div className="relative mx-3 mb-1">
        <Search
          aria-hidden
          className="pointer-events-none absolute start-3.5 top-1/2 size-[1.05rem] -translate-y-1/2 text-muted"
        />
        <input
          type="search"
          value={query}
          onChange={event => setQuery(event.target.value)}
          aria-label={t.sidebar.filterPeople}
          placeholder={t.sidebar.filterPeople}
          className="h-11 w-full appearance-none rounded-xl border border-line bg-transparent ps-10 pe-11 text-base outline-offset-[-1px] placeholder:text-muted md:text-sm"
        />
        {query !== '' && (
          <IconButton
            label={t.sidebar.clear}
            onClick={() => setQuery('')}
            className="absolute end-0 top-0"
          >
            <X aria-hidden />
          </IconButton>
        )}
      </div>
      <NewGroup />
      <Results query={query.trim()} onClear={() => setQuery('')} />
    </>
  )
}

/** A chat with several of them. */
function NewGroup() {
  const [isOpen, setIsOpen] = useState(false)
  return (
    <div className="px-2">
      <button
        type="button"
        onClick={() => setIsOpen(true)}
        className="flex h-14 w-full items-center gap-3 rounded-2xl px-2.5 text-start font-semibold text-accent-text outline-offset-[-2px] transition-colors hover:bg-hover"
      >
        <span aria-hidden className="grid size-11 place-items-center rounded-full bg-selected">
          <UsersRound className="size-5" />
        </span>
        {t.group.create}
      </button>
      <NewGroupDialog isOpen={isOpen} onClose={() => setIsOpen(false)} />
    </div>
  )
}

function Results({ query, onClear }: { query: string; onClear: () => void }) {
  const me = useMe()
  const { people, status, hasMore, loadMore, reload } = usePeople(query)
  const others = people.filter(user => user.id !== me?.id)

  if (status === 'loading' && people.length === 0) return <RowSkeletons />
  if (status === 'failed') {
    return (
      <EmptyState
        icon={<UserRoundSearch />}
        heading={t.sidebar.peopleFailed}
        action={<Button onClick={reload}>{t.tryAgain}</Button>}
      />
    )
  }
  if (others.length === 0)
    return query === '' ? <NobodyHere /> : <NoMatch query={query} onClear={onClear} />
  return (
    <div className="min-h-0 flex-1 overflow-y-auto overscroll-contain px-2 pb-3">
      <ul
        aria-label={t.sidebar.people}
        onKeyDown={(event: KeyboardEvent<HTMLElement>) => moveFocus(event)}
      >
        {others.map(user => (
          <li key={user.id}>
            <PersonRow user={user} />
          </li>
        ))}
      </ul>
      {hasMore && (
        <Button
          look="quiet"
          onClick={loadMore}
          isBusy={status === 'loading'}
          className="mt-1 w-full"
        >
          {t.sidebar.more}
        </Button>
      )}
    </div>
  )
}

function PersonRow({ user }: { user: User }) {
  const client = useClient()
  const [, navigate] = useLocation()
  const presence = usePresence(user.id)
  const [isOpening, setIsOpening] = useState(false)
  const [problem, setProblem] = useState<string>()

  const open = async () => {
    if (isOpening) return
    setIsOpening(true)
    setProblem(undefined)
    try {
      navigate(`/chat/${await client.chats.openDirect(user.id)}`, { state: fromList })
    } catch (error) {
      setProblem(describeError(error))
    } finally {
      setIsOpening(false)
    }
  }

  return (
    <button
      type="button"
      data-row
      onClick={open}
      aria-busy={isOpening || undefined}
      className="flex h-16 w-full items-center gap-3 rounded-2xl px-2.5 text-start outline-offset-[-2px] transition-colors hover:bg-hover"
    >
      <Avatar
        id={user.id}
        name={user.name}
        url={user.avatarUrl}
        size={44}
        isOnline={presence?.isOnline === true}
      />
      <span className="flex min-w-0 flex-1 flex-col">
        <span dir="auto" className="name font-semibold">
          {user.name}
        </span>
        {problem === undefined ? (
          // Nobody is told about people they have never talked to.
          presence !== undefined && <PresenceText presence={presence} className="text-sm" />
        ) : (
          <span role="alert" className="truncate text-sm text-danger">
            {problem}
          </span>
        )}
      </span>
    </button>
  )
}

function NoMatch({ query, onClear }: { query: string; onClear: () => void }) {
  return (
    <EmptyState
      icon={<UserRoundSearch />}
      heading={t.sidebar.noMatch(query)}
      action={
        <Button look="plain" onClick={onClear}>
          {t.sidebar.clear}
        </Button>
      }
    />
  )
}

function NobodyHere() {
  return (
    <EmptyState
      icon={<UserRoundPlus />}
      heading={t.sidebar.emptyPeople}
      lead={t.sidebar.emptyPeopleLead}
      action={<CopyAddress />}
    />
  )
}
