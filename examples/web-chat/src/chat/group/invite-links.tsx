import type { Invite } from '@relaychat/client'
import { useClient, useMe } from '@relaychat/client/react'
import { type FormEvent, useCallback, useEffect, useState } from 'react'
import { joinAddress } from '../../join/join-address'
import { describeError, t } from '../../strings'
import { Button } from '../../ui/button'
import { announce } from '../../ui/live-region'
import { SelectField } from '../../ui/select-field'
import { Spinner } from '../../ui/spinner'
import { InviteRow } from './invite-row'

/** How many people a link is for; 0: any number. */
const usesChoices = [1, 10, 0] as const

/** The links to a group: those that are there, and a new one. */
export function InviteLinks({
  chatId,
  isKeeper,
  onDone,
}: {
  chatId: string
  /** The reader takes back the links of others too. */
  isKeeper: boolean
  onDone: () => void
}) {
  const me = useMe()
  const { invites, hasFailed, add, remove, reload } = useInvites(chatId)
  return (
    <div className="flex flex-col gap-6">
      <NewLink chatId={chatId} onMade={add} />
      {hasFailed && (
        <p role="alert" className="flex flex-wrap items-center gap-2 text-sm text-danger">
          {t.group.linksFailed}
          <Button look="quiet" onClick={reload}>
            {t.tryAgain}
          </Button>
        </p>
      )}
      {!hasFailed && invites === undefined && (
        <p role="status" aria-label={t.loading} className="grid h-14 place-items-center">
          <Spinner />
        </p>
      )}
      {invites?.length === 0 && <p className="text-sm text-muted">{t.group.noLinks}</p>}
      {invites !== undefined && invites.length > 0 && (
        <ul aria-label={t.group.links} className="flex flex-col gap-2">
          {invites.map(invite => (
            <InviteRow
              key={invite.id}
              chatId={chatId}
              invite={invite}
              address={joinAddress(invite.token)}
              mayRevoke={isKeeper || invite.createdBy === me?.id}
              onRevoked={() => remove(invite.id)}
            />
          ))}
        </ul>
      )}
      <Button look="plain" className="self-start" onClick={onDone}>
        {t.back}
      </Button>
    </div>
  )
}

function NewLink({ chatId, onMade }: { chatId: string; onMade: (invite: Invite) => void }) {
  const chat = useClient().chat(chatId)
  const [termMs, setTermMs] = useState<number>(t.group.linkTerms[1]?.[0] ?? 0)
  const [uses, setUses] = useState<number>(0)
  const [isBusy, setIsBusy] = useState(false)
  const [problem, setProblem] = useState<string>()

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (isBusy) return
    setIsBusy(true)
    setProblem(undefined)
    try {
      const made = await chat.createInvite({
        ...(termMs === 0 ? {} : { expiresAt: Date.now() + termMs }),
        ...(uses === 0 ? {} : { maxUses: uses }),
      })
      onMade(made)
      announce(t.group.linkMade)
    } catch (error) {
      setProblem(describeError(error))
    } finally {
      setIsBusy(false)
    }
  }

  return (
    <form noValidate onSubmit={submit} className="flex flex-col gap-4">
      <p className="text-sm text-pretty text-muted">{t.group.linksLead}</p>
      <div className="grid gap-3 sm:grid-cols-2">
        <SelectField
          label={t.group.linkTerm}
          value={termMs}
          choices={t.group.linkTerms}
          onChoose={setTermMs}
        />
        <SelectField
          label={t.group.linkUses}
          value={uses}
          choices={usesChoices.map(n => [n, t.group.linkUsesOf(n)] as const)}
          onChoose={setUses}
        />
      </div>
      <div role="alert" className="text-sm text-danger empty:hidden">
        {problem}
      </div>
      <Button type="submit" isBusy={isBusy}>
        {t.group.makeLink}
      </Button>
    </form>
  )
}

/** The links as they were when one looked, newest first, and what one has done to them since. */
function useInvites(chatId: string) {
  const chat = useClient().chat(chatId)
  const [invites, setInvites] = useState<readonly Invite[]>()
  const [hasFailed, setHasFailed] = useState(false)
  const reload = useCallback(() => {
    setHasFailed(false)
    chat.invites().then(setInvites, () => setHasFailed(true))
  }, [chat])
  useEffect(reload, [reload])
  return {
    invites,
    hasFailed,
    reload,
    add: (invite: Invite) => setInvites((known = []) => [invite, ...known]),
    remove: (id: string) => setInvites((known = []) => known.filter(invite => invite.id !== id)),
  }
}
