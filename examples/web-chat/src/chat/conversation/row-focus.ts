/**
 * The messages by keyboard: up and down go from one to the next, Enter and the menu key open what can
 * be done with one, Escape leads back to the field. The list as a whole scrolls as ever.
 */

import type { TimelineItem } from '@relaychat/client'
import type { KeyboardEvent } from 'react'
import { boxOfElement } from '../../ui/anchor-box'
import type { MessageActions } from './actions'

export function onRowKey(
  event: KeyboardEvent<HTMLElement>,
  items: readonly TimelineItem[],
  openMenu: MessageActions['openMenu'],
): void {
  const scroller = event.currentTarget
  const row = rowOf(event.target)
  if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
    if (row === undefined && event.target !== scroller) return
    const next = row === undefined ? entry(scroller, event.key) : beside(row, event.key)
    if (next === undefined) return
    event.preventDefault()
    next.focus({ preventScroll: true })
    next.scrollIntoView({ block: 'nearest' })
  } else if (row !== undefined && event.target === row && isMenuKey(event)) {
    const item = items[Number(row.dataset.index)]
    if (item?.kind !== 'message' || item.message.isDeleted) return
    event.preventDefault()
    openMenu(item.message, boxOfElement(row.querySelector('[data-bubble]') ?? row))
  }
}

function isMenuKey({ key, shiftKey }: KeyboardEvent): boolean {
  return key === 'Enter' || key === 'ContextMenu' || (key === 'F10' && shiftKey)
}

function rowOf(target: EventTarget): HTMLElement | undefined {
  return target instanceof Element
    ? (target.closest<HTMLElement>('[data-key]') ?? undefined)
    : undefined
}

function isMessage(row: Element): row is HTMLElement {
  return row.hasAttribute('tabindex')
}

/** Where one comes in: the last message on screen going up, the first going down. */
function entry(scroller: HTMLElement, key: string): HTMLElement | undefined {
  const { top, bottom } = scroller.getBoundingClientRect()
  const shown = inOrder(scroller).filter(row => {
    const box = row.getBoundingClientRect()
    return box.bottom > top && box.top < bottom
  })
  return key === 'ArrowUp' ? shown.at(-1) : shown[0]
}

function beside(row: HTMLElement, key: string): HTMLElement | undefined {
  const rows = row.parentElement === null ? [] : inOrder(row.parentElement)
  return rows[rows.indexOf(row) + (key === 'ArrowUp' ? -1 : 1)]
}

function inOrder(list: HTMLElement): HTMLElement[] {
  return [...list.querySelectorAll('[data-key]')]
    .filter(isMessage)
    .sort((a, b) => Number(a.dataset.index) - Number(b.dataset.index))
}
