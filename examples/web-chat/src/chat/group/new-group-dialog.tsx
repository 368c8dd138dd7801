import type { User } from '@relaychat/client'
import { useClient, useMe } from '@relaychat/client/react'
import { type FormEvent, type RefObject, useRef, useState } from 'react'
import { useLocation } from 'wouter'
import { describeError, t } from '../../strings'
import { Button } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { TextField } from '../../ui/text-field'
import { fromList } from '../sidebar/from-list'
import { PeoplePicker } from './people-picker'

/** As the engine has it for names of people and groups. */
export const nameMax = 80

/** A name, and who belongs to it. */
export function NewGroupDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const field = useRef<HTMLInputElement>(null)
  return (
    <Dialog isOpen={isOpen} onClose={onClose} heading={t.group.heading} initialFocus={field}>
      <Form field={field} onClose={onClose} />
    </Dialog>
  )
}

function Form({
  field,
  onClose,
}: {
  field: RefObject<HTMLInputElement | null>
  onClose: () => void
}) {
  const client = useClient()
  const me = useMe()
  const [, navigate] = useLocation()
  const [name, setName] = useState('')
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set())
  const [problem, setProblem] = useState<{ name?: string; people?: string }>({})
  const [isBusy, setIsBusy] = useState(false)

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (isBusy) return
    const title = name.trim()
    if (title === '') {
      setProblem({ name: t.group.nameEmpty })
      return field.current?.focus()
    }
    if (picked.size === 0) return setProblem({ people: t.group.nobody })
    setProblem({})
    setIsBusy(true)
    try {
      const id = await client.chats.createGroup(title, [...picked])
      onClose()
      navigate(`/chat/${id}`, { state: fromList })
    } catch (error) {
      setProblem({ people: describeError(error) })
      setIsBusy(false)
    }
  }

  const toggle = (user: User) => {
    const next = new Set(picked)
    if (!next.delete(user.id)) next.add(user.id)
    setPicked(next)
    setProblem({})
  }

  return (
    <form noValidate onSubmit={submit} className="flex flex-col gap-5">
      <TextField
        ref={field}
        label={t.group.name}
        value={name}
        maxLength={nameMax}
        autoComplete="off"
        problem={problem.name}
        onChange={event => setName(event.target.value)}
      />
      <PeoplePicker
        without={new Set(me === null ? [] : [me.id])}
        picked={picked}
        onToggle={toggle}
      />
      <div role="alert" className="text-sm text-danger empty:hidden">
        {problem.people}
      </div>
      <Button type="submit" isBusy={isBusy} className="h-12">
        {t.group.submit(picked.size)}
      </Button>
    </form>
  )
}
