import type { ReactNode } from 'react'
import { t } from '../strings'
import { Logo } from './logo'

/** The quiet room of the pages before the chat: one card, one task. */
export function Door({
  heading,
  lead,
  children,
}: {
  heading: string
  lead: ReactNode
  children: ReactNode
}) {
  return (
    <div className="door relative grid h-dvh overflow-y-auto bg-canvas px-5 py-10">
      <main className="relative m-auto w-full max-w-[25rem] animate-rise">
        <div className="mb-7 flex items-center gap-3 px-1">
          <Logo size={36} />
          <span className="text-lg font-semibold tracking-tight">{t.product}</span>
        </div>
        <div className="rounded-3xl bg-panel p-7 shadow-float sm:p-8">
          <h1 className="text-[1.7rem] leading-tight font-semibold tracking-tight">{heading}</h1>
          <p className="mt-2 text-pretty text-muted">{lead}</p>
          {children}
        </div>
        <p className="mt-6 text-center text-sm text-muted">{t.login.ownServer}</p>
      </main>
    </div>
  )
}
