import type { Chat, Message, User } from '@relaychat/client'
import { useClient, useMe } from '@relaychat/client/react'
import { useEffect, useState } from 'react'
import { t } from '../../strings'
import { Avatar } from '../../ui/avatar'
import { Button } from '../../ui/button'
import { cx } from '../../ui/class-names'
import { Dialog } from '../../ui/dialog'
import { RowSkeletons } from '../../ui/skeletons'
import { useLast } from './use-last'

/** As many as are shown before one asks for more: a page of the engine. */
const enough = 50

/** Who has reacted to a message, with what. */
export function ReactionsDialog({
  message,
  emoji,
  chatId,
  onClose,
}: {
  /** Nothing while it is closed. */
  message: Message | undefined
  /** The one that was asked about. */
  emoji: string | undefined
  chatId: string
  onClose: () => void
}) {
  const shown = useLast(message)
  return (
    <Dialog isOpen={message !== undefined} onClose={onClose} heading={t.actions.reactions}>
      {shown !== undefined && (
        <Everybody key={shown.id} chatId={chatId} message={shown} asked={emoji} />
      )}
    </Dialog>
  )
}

function Everybody({
  chatId,
  message,
  asked,
}: {
  chatId: string
  message: Message
  asked: string | undefined
}) {
  const [emoji, setEmoji] = useState(asked)
  return (
    <>
      <div className="-mx-1 mb-3 flex gap-1 overflow-x-auto p-1">
        <Choice
          isChosen={emoji === undefined}
          words={t.actions.allReactions}
          onChoose={() => setEmoji(undefined)}
        />
        {message.reactions.map(reaction => (
          <Choice
            key={reaction.emoji}
            isChosen={emoji === reaction.emoji}
            words={`${reaction.emoji} ${t.number(reaction.count)}`}
            onChoose={() => setEmoji(reaction.emoji)}
          />
        ))}
      </div>
      <Who key={emoji} chatId={chatId} message={message} emoji={emoji} />
    </>
  )
}

function Choice({
  isChosen,
  words,
  onChoose,
}: {
  isChosen: boolean
  words: string
  onChoose: () => void
}) {
  return (
    <button
      type="button"
      aria-pressed={isChosen}
      onClick={onChoose}
      className={cx(
        'min-h-11 shrink-0 rounded-full px-4 text-sm font-medium tabular-nums transition-colors md:min-h-9',
        isChosen ? 'bg-selected text-accent-text' : 'text-soft hover:bg-hover',
      )}
    >
      {words}
    </button>
  )
}

function Who({
  chatId,
  message,
  emoji,
}: {
  chatId: string
  message: Message
  emoji: string | undefined
}) {
  const me = useMe()
  const { items, isLoading, hasFailed, more } = useWho(chatId, message, emoji)
  if (hasFailed) {
    return (
      <p role="alert" className="py-6 text-center text-sm text-danger">
        {t.actions.reactionsFailed}
      </p>
    )
  }
  if (isLoading && items.length === 0) return <RowSkeletons />
  if (items.length === 0) {
    return <p className="py-6 text-center text-sm text-muted">{t.actions.noReactions}</p>
  }
  return (
    <>
      <ul aria-label={t.actions.reactions} className="flex flex-col">
        {items.map(({ user, emoji: used }) => (
          <li key={`${user.id} ${used}`} className="flex h-13 items-center gap-3">
            <Avatar id={user.id} name={user.name} url={user.avatarUrl} size={36} />
            <span dir="auto" className="name min-w-0 flex-1 font-medium">
              {user.id === me?.id ? t.group.you(user.name) : user.name}
            </span>
            <span className="text-xl leading-none">{used}</span>
          </li>
        ))}
      </ul>
      {more !== undefined && (
        <Button look="quiet" onClick={more} isBusy={isLoading} className="mt-1 w-full">
          {t.sidebar.more}
        </Button>
      )}
    </>
  )
}

interface Reacted {
  readonly user: User
  readonly emoji: string
}

/** Where to read on: each emoji has pages of its own. */
interface Place {
  readonly emoji: string
  readonly cursor?: string
  /** The emoji after it. */
  readonly later: readonly string[]
}

/** Everybody who has reacted, some at a time. */
function useWho(chatId: string, message: Message, emoji: string | undefined) {
  const chat = useClient().chat(chatId)
  const [items, setItems] = useState<readonly Reacted[]>([])
  const [wanted, setWanted] = useState(() => firstPlace(message, emoji))
  const [next, setNext] = useState<Place>()
  const [isLoading, setIsLoading] = useState(true)
  const [hasFailed, setHasFailed] = useState(false)

  useEffect(() => {
    let isWanted = true
    setIsLoading(true)
    read(chat, message, wanted).then(
      page => {
        if (!isWanted) return
        setItems(known => [...known, ...page.items])
        setNext(page.next)
        setIsLoading(false)
      },
      () => isWanted && setHasFailed(true),
    )
    return () => {
      isWanted = false
    }
  }, [chat, message, wanted])

  return {
    items,
    isLoading,
    hasFailed,
    more: next === undefined ? undefined : () => setWanted(next),
  }
}

function firstPlace({ reactions }: Message, emoji: string | undefined): Place | undefined {
  return placeOf(emoji === undefined ? reactions.map(reaction => reaction.emoji) : [emoji])
}

function placeOf([emoji, ...later]: readonly string[]): Place | undefined {
  return emoji === undefined ? undefined : { emoji, later }
}

/** At least one page, and of rare emoji several, until there are enough to look at. */
async function read(chat: Chat, message: Message, from: Place | undefined) {
  const items: Reacted[] = []
  let place = from
  while (place !== undefined && items.length < enough) {
    const { emoji, cursor, later }: Place = place
    const page = await chat.reactions(message.id, emoji, cursor)
    items.push(...page.items.map(({ user }) => ({ user, emoji })))
    const { nextCursor } = page
    place = nextCursor === undefined ? placeOf(later) : { emoji, later, cursor: nextCursor }
  }
  return { items, next: place }
}
