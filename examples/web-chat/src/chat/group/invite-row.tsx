import type { Invite } from '@relaychat/client'
import { useClient } from '@relaychat/client/react'
import { Trash2 } from 'lucide-react'
import { useState } from 'react'
import { dateAndTime } from '../../format/dates'
import { describeError, t } from '../../strings'
import { Button, IconButton } from '../../ui/button'
import { CopyAddress } from '../../ui/copy-address'
import { announce } from '../../ui/live-region'

/** A link: how often it was used, until when it can be, and the ways to give it away or take it back. */
export function InviteRow({
  chatId,
  invite: { id, uses, maxUses, expiresAt },
  address,
  mayRevoke,
  onRevoked,
}: {
  chatId: string
  invite: Invite
  address: string
  mayRevoke: boolean
  onRevoked: () => void
}) {
  const chat = useClient().chat(chatId)
  const [isAsking, setIsAsking] = useState(false)
  const [isBusy, setIsBusy] = useState(false)
  const [problem, setProblem] = useState<string>()

  const revoke = async () => {
    setIsBusy(true)
    setProblem(undefined)
    try {
      await chat.revokeInvite(id)
      announce(t.group.revoked)
      onRevoked()
    } catch (error) {
      setProblem(describeError(error))
      setIsBusy(false)
    }
  }

  return (
    <li className="flex flex-col gap-3 rounded-2xl border border-line p-3 ps-4">
      <div className="flex items-center gap-1">
        <span className="flex min-w-0 flex-1 flex-col">
          <span className="font-medium">{t.group.linkUsed(uses, maxUses)}</span>
          <span className="text-sm text-muted">
            {expiresAt === undefined
              ? t.group.linkForGood
              : t.group.linkUntil(dateAndTime(expiresAt))}
          </span>
        </span>
        {mayRevoke && !isAsking && (
          <IconButton label={t.group.revoke} onClick={() => setIsAsking(true)}>
            <Trash2 aria-hidden />
          </IconButton>
        )}
      </div>
      {isAsking ? (
        <>
          <p className="text-sm text-pretty">{t.group.revokeSure}</p>
          <div className="flex flex-wrap gap-2">
            <Button look="plain" onClick={() => setIsAsking(false)}>
              {t.cancel}
            </Button>
            <Button look="danger" isBusy={isBusy} onClick={revoke}>
              {t.group.revoke}
            </Button>
          </div>
        </>
      ) : (
        <CopyAddress look="plain" address={address} label={t.group.copyLink} />
      )}
      <div role="alert" className="text-sm text-danger empty:hidden">
        {problem}
      </div>
    </li>
  )
}
