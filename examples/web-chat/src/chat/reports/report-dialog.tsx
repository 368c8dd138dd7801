import { useState } from 'react'
import { t } from '../../strings'
import { Dialog } from '../../ui/dialog'
import { useLast } from '../conversation/use-last'
import { type Asked, askToReport, useAskedToReport } from './asked'
import { ReportForm } from './report-form'

const close = () => askToReport(undefined)

/** Asks why something is reported, and says that it was. */
export function ReportDialog() {
  const asked = useAskedToReport()
  const shown = useLast(asked)
  const [done, setDone] = useState<{ readonly asked: Asked; readonly isBlocked: boolean }>()
  const isDone = done !== undefined && done.asked === shown
  return (
    <Dialog
      isOpen={asked !== undefined}
      onClose={close}
      heading={isDone ? t.reports.done : headingOf(shown)}
      lead={isDone ? doneLead(done) : leadOf(shown)}
    >
      {shown !== undefined && (
        <ReportForm
          // What was chosen for one is not chosen for the next.
          key={shown.message?.id ?? shown.user.id}
          asked={shown}
          isDone={isDone}
          onDone={isBlocked => setDone({ asked: shown, isBlocked })}
          onClose={close}
        />
      )}
    </Dialog>
  )
}

function headingOf(asked: Asked | undefined): string {
  if (asked?.message !== undefined) return t.reports.ofMessage
  return t.reports.ofPerson(asked?.user.name ?? '')
}

function leadOf(asked: Asked | undefined): string {
  const name = asked?.user.name ?? ''
  return asked?.message === undefined ? t.reports.lead(name) : t.reports.leadWithCopy(name)
}

function doneLead({ asked, isBlocked }: { asked: Asked; isBlocked: boolean }): string {
  const blocked = isBlocked ? ` ${t.blocks.note(asked.user.name)}` : ''
  return `${t.reports.doneLead}${blocked}`
}
