import { t } from '../strings'
import { Logo } from './logo'

/** Shown while nothing is known yet, in particular whether somebody is logged in. */
export function Splash({ label = t.loading }: { label?: string }) {
  return (
    <main className="grid h-dvh place-items-center bg-canvas">
      <div role="status" className="flex animate-pulse flex-col items-center gap-4">
        <Logo size={52} />
        <span className="text-sm text-muted">{label}</span>
      </div>
    </main>
  )
}
