import type { ChatSummary } from '@relaychat/client'
import { useClient } from '@relaychat/client/react'
import { type FormEvent, useId, useState } from 'react'
import { describeError, t } from '../../strings'
import { Button } from '../../ui/button'
import { announce } from '../../ui/live-region'
import { TextField } from '../../ui/text-field'
import { nameMax } from './new-group-dialog'

/** As the engine has it. */
const descriptionMax = 500

/** Name and description. What somebody else changes meanwhile shows, unless it is being typed here. */
export function GroupForm({ chat }: { chat: ChatSummary }) {
  const handle = useClient().chat(chat.id)
  const descriptionId = useId()
  const [typed, setTyped] = useState<{ name?: string; description?: string }>({})
  const [problem, setProblem] = useState<{ name?: string; other?: string }>({})
  const [isBusy, setIsBusy] = useState(false)
  const name = typed.name ?? chat.title
  const description = typed.description ?? chat.description ?? ''
  const isChanged = name.trim() !== chat.title || description.trim() !== (chat.description ?? '')

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (isBusy || !isChanged) return
    if (name.trim() === '') return setProblem({ name: t.group.nameEmpty })
    setProblem({})
    setIsBusy(true)
    try {
      await handle.update({
        ...(name.trim() === chat.title ? {} : { name: name.trim() }),
        ...(typed.description === undefined ? {} : { description: description.trim() }),
      })
      setTyped({})
      announce(t.group.saved)
    } catch (error) {
      setProblem({ other: describeError(error) })
    } finally {
      setIsBusy(false)
    }
  }

  return (
    <form noValidate onSubmit={submit} className="flex flex-col gap-4">
      <TextField
        label={t.group.name}
        dir="auto"
        autoComplete="off"
        maxLength={nameMax}
        problem={problem.name}
        value={name}
        onChange={event => setTyped({ ...typed, name: event.target.value })}
      />
      <div className="flex flex-col gap-1.5">
        <label htmlFor={descriptionId} className="text-sm font-medium text-soft">
          {t.group.description}
        </label>
        <textarea
          id={descriptionId}
          dir="auto"
          rows={3}
          maxLength={descriptionMax}
          value={description}
          onChange={event => setTyped({ ...typed, description: event.target.value })}
          className="w-full resize-none rounded-xl border border-line-strong bg-canvas px-4 py-3 text-base text-ink field-sizing-content"
        />
      </div>
      <div role="alert" className="text-sm text-danger empty:hidden">
        {problem.other}
      </div>
      {isChanged && (
        <Button type="submit" isBusy={isBusy} className="self-start">
          {t.group.save}
        </Button>
      )}
    </form>
  )
}
