import { Dialog as Base } from '@base-ui/react/dialog'
import { X } from 'lucide-react'
import type { ReactNode, RefObject } from 'react'
import { t } from '../strings'
import { iconButton } from './button'

/** A card over the page. The focus is kept inside and returns to where it came from. */
export function Dialog({
  isOpen,
  onClose,
  heading,
  lead,
  children,
  initialFocus,
}: {
  isOpen: boolean
  onClose: () => void
  heading: string
  lead?: string
  children: ReactNode
  initialFocus?: RefObject<HTMLElement | null>
}) {
  return (
    <Base.Root open={isOpen} onOpenChange={open => !open && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-black/55 backdrop-blur-[3px] transition-opacity duration-200 data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <Base.Popup
          {...(initialFocus === undefined ? {} : { initialFocus })}
          className="fixed top-1/2 left-1/2 z-50 max-h-[92dvh] w-[min(27rem,calc(100vw-2rem))] -translate-x-1/2 -translate-y-1/2 overflow-y-auto rounded-3xl bg-overlay p-6 shadow-float transition duration-200 data-ending-style:scale-97 data-ending-style:opacity-0 data-starting-style:scale-97 data-starting-style:opacity-0"
        >
          <Base.Close aria-label={t.close} className={`${iconButton} absolute end-3 top-3`}>
            <X aria-hidden />
          </Base.Close>
          <Base.Title className="pe-10 text-xl font-semibold tracking-tight text-balance">
            {heading}
          </Base.Title>
          {lead !== undefined && (
            <Base.Description className="mt-1 text-sm text-muted">{lead}</Base.Description>
          )}
          <div className="mt-5">{children}</div>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}
