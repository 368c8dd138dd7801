import type { ReactNode } from 'react'

/** What a place says while it has nothing to show: why, and the one thing to do about it. */
export function EmptyState({
  icon,
  heading,
  lead,
  action,
  level: Heading = 'h2',
}: {
  icon: ReactNode
  heading: string
  lead?: string
  action?: ReactNode
  /** `h1` where it is all that the page has to say. */
  level?: 'h1' | 'h2'
}) {
  return (
    <div className="m-auto flex max-w-xs animate-rise flex-col items-center gap-2 p-6 text-center">
      <div
        aria-hidden
        className="mb-2 grid size-16 place-items-center rounded-3xl bg-selected text-accent-text [&>svg]:size-7"
      >
        {icon}
      </div>
      <Heading className="text-lg font-semibold tracking-tight text-balance">{heading}</Heading>
      {lead !== undefined && <p className="text-sm text-pretty text-muted">{lead}</p>}
      {action !== undefined && <div className="mt-3">{action}</div>}
    </div>
  )
}
