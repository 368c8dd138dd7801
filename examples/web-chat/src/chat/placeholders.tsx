import { useChats, useMe } from '@relaychat/client/react'
import { Compass, MessageCircle, SearchX } from 'lucide-react'
import { Link, useLocation } from 'wouter'
import { t } from '../strings'
import { CopyAddress } from '../ui/copy-address'
import { EmptyState } from '../ui/empty-state'

const action =
  'inline-flex min-h-11 items-center rounded-xl bg-accent px-5 font-semibold text-accent-ink transition-colors hover:bg-accent-hover'

export function NothingPicked() {
  const [path] = useLocation()
  const { items, isLoading } = useChats()
  const name = useMe()?.name ?? ''
  // Who has no conversations yet has nothing to pick.
  if (items.length === 0) return isLoading ? null : <Hello name={name} />
  return (
    <EmptyState
      level="h1"
      icon={<MessageCircle />}
      heading={t.conversation.pick}
      lead={t.conversation.pickLead}
      action={
        path === '/people' ? undefined : (
          <Link href="/people" className={action}>
            {t.conversation.pickAction}
          </Link>
        )
      }
    />
  )
}

function Hello({ name }: { name: string }) {
  return (
    <EmptyState
      level="h1"
      icon={<MessageCircle />}
      heading={t.conversation.hello(name)}
      lead={t.conversation.helloLead}
      action={<CopyAddress />}
    />
  )
}

export function UnknownChat() {
  return (
    <EmptyState
      level="h1"
      icon={<SearchX />}
      heading={t.conversation.notFound}
      lead={t.conversation.notFoundLead}
      action={
        <Link href="/" className={action}>
          {t.conversation.notFoundAction}
        </Link>
      }
    />
  )
}

export function UnknownPage() {
  return (
    <EmptyState
      level="h1"
      icon={<Compass />}
      heading={t.notFound.heading}
      lead={t.notFound.lead}
      action={
        <Link href="/" className={action}>
          {t.notFound.action}
        </Link>
      }
    />
  )
}
