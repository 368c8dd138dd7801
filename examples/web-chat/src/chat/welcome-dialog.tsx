import { useRef } from 'react'
import { NameForm } from '../profile/name-form'
import { t } from '../strings'
import { Button } from '../ui/button'
import { Dialog } from '../ui/dialog'

export function WelcomeDialog({ isOpen, onDone }: { isOpen: boolean; onDone: () => void }) {
  const field = useRef<HTMLInputElement>(null)
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onDone}
      heading={t.welcome.heading}
      lead={t.welcome.lead}
      initialFocus={field}
    >
      <NameForm inputRef={field} onSaved={onDone} startsEmpty>
        <Button look="quiet" onClick={onDone}>
          {t.welcome.later}
        </Button>
      </NameForm>
    </Dialog>
  )
}
