import type { ReactNode } from 'react'

/** What a place says while it has nothing to show: why, and the one thing to do about it. */
export function EmptyState({
  icon,
  heading,
  lead,
  action,
}: {
  icon: ReactNode
  heading: string
  lead?: string
  action?: ReactNode
}) {
  return (
    <div className="m-auto flex max-w-xs animate-rise flex-col items-center gap-2 p-6 text-center">
      <div
        aria-hidden
        className="mb-2 grid size-16 place-items-center rounded-3xl bg-selected text-accent-text [&>svg]:size-7"
      >
        {icon}
      </div>
      <h2 className="text-lg font-semibold tracking-tight text-balance">{heading}</h2>
      {lead !== undefined && <p className="text-sm text-pretty text-muted">{lead}</p>}
      {action !== undefined && <div className="mt-3">{action}</div>}
    </div>
  )
}
