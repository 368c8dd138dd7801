import { CircleAlert } from 'lucide-react'
import { t } from '../strings'
import { Button } from './button'
import { EmptyState } from './empty-state'

/** The client has failed for good: the honest way on is a new page. */
export function Fatal() {
  return (
    <main className="grid h-dvh bg-canvas" role="alert">
      <EmptyState
        icon={<CircleAlert />}
        heading={t.fatal.heading}
        lead={t.fatal.lead}
        action={<Button onClick={() => location.reload()}>{t.connection.reload}</Button>}
      />
    </main>
  )
}
