import { useClient } from '@relaychat/client/react'
import { useRef, useState } from 'react'
import { describeError, t } from '../../strings'
import { Button } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { useLast } from '../conversation/use-last'
import { askToBlock, useAskedToBlock } from './asked'

/** Says what a block means before there is one. */
export function BlockDialog() {
  const client = useClient()
  const user = useAskedToBlock()
  const shown = useLast(user)
  const confirm = useRef<HTMLButtonElement>(null)
  const [isBusy, setIsBusy] = useState(false)
  const [problem, setProblem] = useState<string>()

  const close = () => {
    askToBlock(undefined)
    setProblem(undefined)
  }
  const block = async () => {
    if (user === undefined) return
    setIsBusy(true)
    try {
      await client.people.block(user.id)
      close()
    } catch (error) {
      setProblem(describeError(error))
    }
    setIsBusy(false)
  }

  return (
    <Dialog
      isOpen={user !== undefined}
      onClose={close}
      heading={t.blocks.sure(shown?.name ?? '')}
      lead={t.blocks.lead}
      initialFocus={confirm}
    >
      <div role="alert" className="text-sm text-danger empty:hidden">
        {problem}
      </div>
      <div className="mt-5 flex justify-end gap-2">
        <Button look="plain" onClick={close}>
          {t.cancel}
        </Button>
        <Button
          ref={confirm}
          look="danger"
          className="bg-danger-soft"
          isBusy={isBusy}
          onClick={block}
        >
          {t.blocks.block}
        </Button>
      </div>
    </Dialog>
  )
}
