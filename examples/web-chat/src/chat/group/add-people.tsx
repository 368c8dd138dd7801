import { useClient } from '@relaychat/client/react'
import { type FormEvent, useState } from 'react'
import { describeError, t } from '../../strings'
import { Button } from '../../ui/button'
import { announce } from '../../ui/live-region'
import { PeoplePicker } from './people-picker'

/** More people for a group. */
export function AddPeople({
  chatId,
  isIn,
  onDone,
}: {
  chatId: string
  isIn: ReadonlySet<string>
  onDone: () => void
}) {
  const chat = useClient().chat(chatId)
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set())
  const [isBusy, setIsBusy] = useState(false)
  const [problem, setProblem] = useState<string>()

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (isBusy) return
    if (picked.size === 0) return setProblem(t.group.nobody)
    setIsBusy(true)
    try {
      await chat.addMembers([...picked])
      announce(t.group.added(picked.size))
      onDone()
    } catch (error) {
      setProblem(describeError(error))
      setIsBusy(false)
    }
  }

  return (
    <form noValidate onSubmit={submit} className="flex flex-col gap-4">
      <PeoplePicker
        without={isIn}
        picked={picked}
        onToggle={({ id }) => {
          const next = new Set(picked)
          if (!next.delete(id)) next.add(id)
          setPicked(next)
          setProblem(undefined)
        }}
      />
      <div role="alert" className="text-sm text-danger empty:hidden">
        {problem}
      </div>
      <div className="flex justify-end gap-2">
        <Button look="plain" onClick={onDone}>
          {t.cancel}
        </Button>
        <Button type="submit" isBusy={isBusy}>
          {t.group.add}
        </Button>
      </div>
    </form>
  )
}
