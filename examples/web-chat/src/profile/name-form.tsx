import { useClient, useMe } from '@relaychat/client/react'
import { type FormEvent, type ReactNode, type Ref, useRef, useState } from 'react'
import { describeError, t } from '../strings'
import { Button } from '../ui/button'
import { announce } from '../ui/live-region'
import { TextField } from '../ui/text-field'

/** The name people see. `children` stand beside the button. */
export function NameForm({
  children,
  inputRef,
  onSaved,
  startsEmpty = false,
}: {
  children: ReactNode
  inputRef?: Ref<HTMLInputElement>
  onSaved?: () => void
  startsEmpty?: boolean
}) {
  const client = useClient()
  const me = useMe()
  const isSaving = useRef(false)
  const [typed, setTyped] = useState<string | undefined>(startsEmpty ? '' : undefined)
  const [isBusy, setIsBusy] = useState(false)
  const [isSaved, setIsSaved] = useState(false)
  const [problem, setProblem] = useState<string>()
  const name = typed ?? me?.name ?? ''
  // A new person may well choose the name that was made from their address.
  const isChanged = me?.isNew === true || name.trim() !== me?.name

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (isSaving.current) return
    if (name.trim() === '') return setProblem(t.profile.nameEmpty)
    isSaving.current = true
    setIsBusy(true)
    setProblem(undefined)
    try {
      await client.updateProfile({ name: name.trim() })
      setTyped(undefined)
      setIsSaved(true)
      announce(t.profile.saved)
      onSaved?.()
    } catch (error) {
      setProblem(describeError(error))
    } finally {
      isSaving.current = false
      setIsBusy(false)
    }
  }

  return (
    <form noValidate onSubmit={submit} className="flex flex-col gap-4">
      <TextField
        {...(inputRef === undefined ? {} : { ref: inputRef })}
        label={t.profile.name}
        hint={t.profile.nameHint}
        problem={problem}
        name="name"
        autoComplete="name"
        dir="auto"
        value={name}
        onChange={event => {
          setTyped(event.target.value)
          setIsSaved(false)
          setProblem(undefined)
        }}
      />
      <div className="flex items-center gap-2">
        <Button type="submit" isBusy={isBusy} disabled={!isChanged && !isBusy}>
          {isSaved && !isChanged ? t.profile.saved : t.profile.saveName}
        </Button>
        {children}
      </div>
    </form>
  )
}
