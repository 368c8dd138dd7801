import { FileDown } from 'lucide-react'
import { type DragEvent, type ReactNode, useRef, useState } from 'react'
import { t } from '../../strings'
import { cx } from '../../ui/class-names'

/** Takes files that are dragged over the conversation. */
export function DropZone({
  onDrop,
  className,
  children,
}: {
  /** Nothing where nothing may be sent. */
  onDrop: ((files: readonly File[]) => void) | undefined
  className?: string | false
  children: ReactNode
}) {
  // Entering a child is told before leaving its parent: only a count knows when the last one is left.
  const depth = useRef(0)
  const [isOver, setIsOver] = useState(false)

  const move = (step: number) => (event: DragEvent) => {
    if (!hasFiles(event)) return
    event.preventDefault()
    depth.current = Math.max(0, depth.current + step)
    setIsOver(depth.current > 0 && onDrop !== undefined)
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dragging has a keyboard way: the attach button
    <div
      className={cx('relative flex min-h-0 flex-1 flex-col', className)}
      onDragEnter={move(1)}
      onDragLeave={move(-1)}
      onDragOver={event => {
        if (hasFiles(event)) event.preventDefault()
      }}
      onDrop={event => {
        if (!hasFiles(event)) return
        event.preventDefault()
        depth.current = 0
        setIsOver(false)
        onDrop?.([...event.dataTransfer.files])
      }}
    >
      {children}
      {isOver && (
        <div className="pointer-events-none absolute inset-3 z-20 grid place-items-center rounded-3xl border-2 border-dashed border-accent-text bg-canvas/88 backdrop-blur-sm">
          <div className="flex flex-col items-center gap-3 text-lg font-semibold text-accent-text">
            <FileDown aria-hidden className="size-10" />
            {t.composer.drop}
          </div>
        </div>
      )}
    </div>
  )
}

function hasFiles(event: DragEvent): boolean {
  return event.dataTransfer.types.includes('Files')
}
