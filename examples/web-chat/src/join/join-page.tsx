import type { InvitePreview } from '@relaychat/client'
import { useClient, useConnection } from '@relaychat/client/react'
import { useEffect, useState } from 'react'
import { Link, useLocation } from 'wouter'
import { forgetInvitation } from '../platform/return-to'
import { describeError, t } from '../strings'
import { Avatar } from '../ui/avatar'
import { Button } from '../ui/button'
import { Door } from '../ui/door'
import { useInviteToken } from './join-address'

const away =
  'inline-flex min-h-11 items-center justify-center rounded-xl px-4 font-medium text-accent-text hover:bg-hover'

/** Where an invitation leads: a group to look at, and the way into it. */
export function JoinPage() {
  const token = useInviteToken()
  return <Invitation key={token} token={token} />
}

function Invitation({ token }: { token: string }) {
  const { found, reload } = usePreview(token)
  if (found === 'dead') {
    return (
      <Door heading={t.join.dead} lead={t.join.deadLead}>
        <Link href="/" replace onClick={forgetInvitation} className={`${away} mt-6 -ms-4`}>
          {t.notFound.action}
        </Link>
      </Door>
    )
  }
  return (
    <Door heading={t.join.heading} lead={t.join.lead}>
      {found === undefined && <Shapes />}
      {typeof found === 'object' && 'problem' in found && (
        <div role="alert" className="mt-6 flex flex-col items-start gap-3">
          <p className="text-sm text-danger">
            {t.join.failed} {found.problem}
          </p>
          <Button onClick={reload}>{t.tryAgain}</Button>
        </div>
      )}
      {typeof found === 'object' && 'chatId' in found && <Group token={token} preview={found} />}
    </Door>
  )
}

function Group({ token, preview }: { token: string; preview: InvitePreview }) {
  const { chatId, name, avatarUrl, memberCount, isMember } = preview
  const client = useClient()
  const [, navigate] = useLocation()
  const [isBusy, setIsBusy] = useState(false)
  const [problem, setProblem] = useState<string>()

  const go = (id: string) => {
    forgetInvitation()
    navigate(`/chat/${id}`, { replace: true })
  }
  const join = async () => {
    setIsBusy(true)
    setProblem(undefined)
    try {
      go(await client.acceptInvite(token))
    } catch (error) {
      setProblem(isDead(error) ? `${t.join.dead}. ${t.join.deadLead}` : describeError(error))
      setIsBusy(false)
    }
  }

  return (
    <>
      <div className="mt-6 flex items-center gap-4 rounded-2xl bg-canvas p-4">
        <Avatar id={chatId} name={name} url={avatarUrl} size={64} />
        <div className="min-w-0 flex-1">
          <h2 dir="auto" className="text-lg leading-snug font-semibold wrap-anywhere">
            {name}
          </h2>
          <p className="text-sm text-muted">{t.sidebar.membersCount(memberCount)}</p>
        </div>
      </div>
      {isMember && <p className="mt-4 text-sm text-soft">{t.join.isMember}</p>}
      <div role="alert" className="mt-4 text-sm text-pretty text-danger empty:hidden">
        {problem}
      </div>
      <div className="mt-6 flex flex-col gap-1">
        {isMember ? (
          <Button className="min-h-12 text-base" onClick={() => go(chatId)}>
            {t.join.open}
          </Button>
        ) : (
          <Button className="min-h-12 text-base" isBusy={isBusy} onClick={join}>
            {t.join.join}
          </Button>
        )}
        <Link href="/" replace onClick={forgetInvitation} className={away}>
          {t.welcome.later}
        </Link>
      </div>
    </>
  )
}

function Shapes() {
  return (
    <div role="status" aria-label={t.loading} className="mt-6 flex animate-shimmer flex-col gap-6">
      <div className="flex items-center gap-4 rounded-2xl bg-canvas p-4">
        <div className="size-16 rounded-full bg-skeleton" />
        <div className="flex flex-1 flex-col gap-2.5">
          <div className="h-4 w-2/3 rounded-full bg-skeleton" />
          <div className="h-3 w-1/3 rounded-full bg-skeleton" />
        </div>
      </div>
      <div className="h-12 rounded-xl bg-skeleton" />
    </div>
  )
}

/** What a link leads to; `dead`: nowhere, or not any more. */
function usePreview(token: string) {
  const client = useClient()
  const { status } = useConnection()
  const [found, setFound] = useState<InvitePreview | 'dead' | { problem: string }>()
  const [tries, setTries] = useState(0)
  // Before that nobody is logged in for sure.
  const isReady = status !== 'connecting'

  // biome-ignore lint/correctness/useExhaustiveDependencies: another try is the same question
  useEffect(() => {
    if (!isReady) return
    if (token === '') return setFound('dead')
    let isWanted = true
    client.previewInvite(token).then(
      preview => isWanted && setFound(preview),
      error => isWanted && setFound(isDead(error) ? 'dead' : { problem: describeError(error) }),
    )
    return () => {
      isWanted = false
    }
  }, [client, token, tries, isReady])

  const reload = () => {
    setFound(undefined)
    setTries(count => count + 1)
  }
  return { found, reload }
}

/** Made up, expired, used up or revoked: the engine does not say which. */
function isDead(error: unknown): boolean {
  return (
    typeof error === 'object' && error !== null && 'code' in error && error.code === 'not_found'
  )
}
