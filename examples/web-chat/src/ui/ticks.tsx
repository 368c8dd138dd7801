import type { DeliveryState } from '@relaychat/client'
import { t } from '../strings'

/** How far an own message has come. Each state has its own shape, so colour is never needed to tell. */
export function Ticks({ state, title }: { state: DeliveryState; title?: string | undefined }) {
  const name = t.message.states[state]
  return (
    <svg
      role="img"
      aria-label={name}
      viewBox="0 0 20 14"
      width="20"
      height="14"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.7"
      strokeLinecap="round"
      strokeLinejoin="round"
      className="inline-block shrink-0"
      data-state={state}
    >
      <title>{title ?? name}</title>
      {shapes[state]}
    </svg>
  )
}

const clock = (
  <>
    <circle cx="13" cy="7" r="5" />
    <path d="M13 4.4V7l1.8 1.2" />
  </>
)

const shapes: Readonly<Record<DeliveryState, React.ReactNode>> = {
  queued: clock,
  uploading: clock,
  sending: clock,
  sent: <path d="M8 7.4 11.4 11 18 3.4" />,
  delivered: <path d="M2 7.4 5.4 11 12 3.4M9.6 9.2l1.8 1.8L18 3.4" />,
  read: (
    <>
      <rect x="0.5" y="0.5" width="19" height="13" rx="6.5" fill="currentColor" stroke="none" />
      <path
        d="m4 7.4 2.4 2.5L11 4.6M9.9 9.3l.6.6L15.6 4.6"
        stroke="var(--tick-ground)"
        strokeWidth="1.5"
      />
    </>
  ),
  failed: (
    <>
      <circle cx="13" cy="7" r="5.6" />
      <path d="M13 4.2V7.4M13 9.8v.1" />
    </>
  ),
}
