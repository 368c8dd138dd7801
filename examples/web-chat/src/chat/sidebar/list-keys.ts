import type { KeyboardEvent } from 'react'

/** Up and down move between the rows of a list, Home and End to its ends. Tab still works. */
export function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-row]')]
  const at = rows.indexOf(document.activeElement as HTMLElement)
  if (at < 0) return
  const targets: Readonly<Record<string, number>> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    Home: 0,
    End: rows.length - 1,
  }
  const to = targets[event.key]
  if (to === undefined) return
  event.preventDefault()
  rows[to]?.focus()
}
