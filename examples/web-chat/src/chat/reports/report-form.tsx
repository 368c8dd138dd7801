import type { Client, Report, ReportReason } from '@relaychat/client'
import { useClient } from '@relaychat/client/react'
import { type FormEvent, useId, useState } from 'react'
import { describeError, t } from '../../strings'
import { Button } from '../../ui/button'
import { useIsBlocked } from '../blocks/use-blocked'
import { lineOf } from '../message-text'
import type { Asked } from './asked'

const noteMax = 1000
const reasons = ['spam', 'harassment', 'violence', 'self_harm', 'illegal', 'other'] as const

/** Why, and what else there is to say; then the way out. */
export function ReportForm({
  asked,
  isDone,
  onDone,
  onClose,
}: {
  asked: Asked
  /** It was sent, and there is nothing to do but to close. */
  isDone: boolean
  onDone: (isBlocked: boolean) => void
  onClose: () => void
}) {
  const client = useClient()
  const isBlocked = useIsBlocked(asked.user.id)
  const [reason, setReason] = useState<ReportReason>()
  const [note, setNote] = useState('')
  const [blocks, setBlocks] = useState(false)
  const [isBusy, setIsBusy] = useState(false)
  const [problem, setProblem] = useState<string>()

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (isBusy) return
    if (isDone) return onClose()
    if (reason === undefined) return setProblem(t.reports.choose)
    setIsBusy(true)
    setProblem(undefined)
    try {
      const words = note.trim()
      await send(client, asked, { reason, ...(words === '' ? {} : { note: words }) })
      // A report that is sent again is the same one, so that a failure here can be tried again.
      if (blocks) await client.people.block(asked.user.id)
      onDone(blocks)
    } catch (error) {
      setProblem(describeError(error))
    }
    setIsBusy(false)
  }

  return (
    <form noValidate onSubmit={submit} className="flex flex-col gap-4">
      {!isDone && (
        <>
          {asked.message !== undefined && (
            <p
              dir="auto"
              className="line-clamp-3 rounded-2xl bg-hover px-4 py-3 text-sm wrap-anywhere"
            >
              {lineOf(asked.message)}
            </p>
          )}
          <Reasons
            reason={reason}
            onChoose={next => {
              setReason(next)
              setProblem(undefined)
            }}
          />
          <Note note={note} onChange={setNote} />
          {asked.offersBlock && (blocks || !isBlocked) && (
            <AlsoBlock name={asked.user.name} isOn={blocks} onChange={setBlocks} />
          )}
          <div role="alert" className="text-sm text-danger empty:hidden">
            {problem}
          </div>
        </>
      )}
      <div className="flex justify-end gap-2">
        {!isDone && (
          <Button look="plain" onClick={onClose}>
            {t.cancel}
          </Button>
        )}
        {/* The same one before and after, so that it keeps the focus. */}
        <Button
          type="submit"
          look={isDone ? 'primary' : 'danger'}
          className={isDone ? '' : 'bg-danger-soft'}
          isBusy={isBusy}
        >
          {isDone ? t.close : t.reports.send}
        </Button>
      </div>
    </form>
  )
}

function Reasons({
  reason,
  onChoose,
}: {
  reason: ReportReason | undefined
  onChoose: (reason: ReportReason) => void
}) {
  const name = useId()
  return (
    <fieldset>
      <legend className="mb-1 text-sm font-medium text-soft">{t.reports.reason}</legend>
      {reasons.map(one => (
        <label
          key={one}
          className="-mx-3 flex min-h-11 cursor-pointer items-center gap-3 rounded-xl px-3 hover:bg-hover"
        >
          <input
            type="radio"
            name={name}
            checked={reason === one}
            onChange={() => onChoose(one)}
            className="size-5 shrink-0 accent-accent"
          />
          {t.reports.reasons[one]}
        </label>
      ))}
    </fieldset>
  )
}

function Note({ note, onChange }: { note: string; onChange: (note: string) => void }) {
  const id = useId()
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="text-sm font-medium text-soft">
        {t.reports.note}
      </label>
      <textarea
        id={id}
        dir="auto"
        rows={2}
        maxLength={noteMax}
        value={note}
        onChange={event => onChange(event.target.value)}
        className="max-h-40 w-full resize-none rounded-xl border border-line-strong bg-canvas px-4 py-3 text-base text-ink field-sizing-content"
      />
    </div>
  )
}

function AlsoBlock({
  name,
  isOn,
  onChange,
}: {
  name: string
  isOn: boolean
  onChange: (isOn: boolean) => void
}) {
  return (
    <label className="flex min-h-11 cursor-pointer items-center gap-3 text-sm">
      <input
        type="checkbox"
        checked={isOn}
        onChange={event => onChange(event.target.checked)}
        className="size-5 shrink-0 accent-accent"
      />
      <span dir="auto" className="min-w-0 wrap-anywhere">
        {t.reports.alsoBlock(name)}
      </span>
    </label>
  )
}

function send(client: Client, { user, message }: Asked, report: Report): Promise<void> {
  if (message === undefined) return client.people.report(user.id, report)
  return client.chat(message.chatId).report(message.id, report)
}
