/**
 * Where one reads stays where it is: at the end, whatever arrives; elsewhere at a message, by its
 * id and its distance from the upper edge, whatever is loaded above, grows, or gets another width.
 *
 * The virtual list keeps a place of its own, by a row. That is not enough: the row may be a
 * divider, which wanders to the first message of its day as older ones are loaded, and the row at
 * the edge may itself grow. So it is told to hold on to messages, and what is still off is put right
 * here before the frame is painted.
 */

import type { TimelineItem } from '@relaychat/client'
import { elementScroll } from '@tanstack/react-virtual'
import { type RefObject, useEffect, useLayoutEffect, useState } from 'react'
import { type Anchor, anchorOnScreen, putBack } from './anchor'
import type { ListVirtualizer } from './virtualizer'

/** Close enough to the end to count as being there: a line of text. */
export const atEndPx = 60
/** What a person does to scroll by themselves. */
const hands = ['wheel', 'touchstart', 'pointerdown', 'keydown'] as const

export class ReadingPlace {
  readonly scroller: RefObject<HTMLDivElement | null> = { current: null }
  /** `undefined` at the end. */
  anchor: Anchor | undefined
  items: readonly TimelineItem[] = []
  hasAfter = false
  /** On the way to the end, slowly enough to be seen. */
  isGliding = false
  /** So far away from what is drawn that one cannot say yet what is on screen. */
  #isLost = false
  #lastTop = 0

  /** The list's own way to scroll: not a movement of the reader. */
  readonly scrollTo = (
    offset: number,
    options: Parameters<typeof elementScroll>[1],
    virtualizer: ListVirtualizer,
  ): void => {
    this.#notice()
    elementScroll(offset, options, virtualizer)
    this.#lastTop = this.scroller.current?.scrollTop ?? 0
  }

  /** From now on at a message, or at the end. */
  holdTo(anchor: Anchor | undefined, isGliding = false): void {
    this.anchor = anchor
    this.isGliding = isGliding
    this.#isLost = false
  }

  get isFollowing(): boolean {
    return this.anchor === undefined && !this.#isLost
  }

  /** Holds to what is on screen. */
  settle(): void {
    const { current } = this.scroller
    if (current === null) return
    const isAtEnd = this.#fromEnd() <= atEndPx && !this.hasAfter
    this.holdTo(isAtEnd ? undefined : anchorOnScreen(current, this.items))
    this.#isLost = !isAtEnd && this.anchor === undefined
  }

  /** After the list was drawn anew, before it is painted. */
  keep(virtualizer: ListVirtualizer, areItemsOther: boolean): void {
    const { current } = this.scroller
    if (current === null) return
    this.#notice()
    if (this.#isLost) this.settle()
    else if (this.anchor !== undefined) putBack(current, virtualizer, this.items, this.anchor)
    else if (areItemsOther && !this.isGliding) virtualizer.scrollToEnd()
    this.#lastTop = current.scrollTop
  }

  readonly onScroll = (): void => {
    if (this.#notice() && !this.isGliding) this.settle()
  }

  /** The way to the end may have got longer meanwhile: its last part is gone at once. */
  onScrollEnd(virtualizer: ListVirtualizer): void {
    if (!this.isGliding) return
    if (this.#fromEnd() <= 1) this.isGliding = false
    else virtualizer.scrollToEnd()
  }

  /** A hand on the list ends the way to the end. */
  readonly onHand = (): void => {
    if (!this.isGliding) return
    this.isGliding = false
    this.settle()
  }

  #fromEnd(): number {
    const { current } = this.scroller
    if (current === null) return 0
    return current.scrollHeight - current.scrollTop - current.clientHeight
  }

  /** Takes a movement that was not ours for one of the reader. */
  #notice(): boolean {
    const top = this.scroller.current?.scrollTop ?? 0
    const way = top - this.#lastTop
    this.#lastTop = top
    if (this.anchor !== undefined && way !== 0) {
      this.anchor = { ...this.anchor, offset: this.anchor.offset - way }
    }
    return way !== 0
  }
}

export function usePlace(): ReadingPlace {
  return useState(() => new ReadingPlace())[0]
}

/** Keeps the place while the list is on the page. */
export function useReadingPlace(
  place: ReadingPlace,
  virtualizer: ListVirtualizer,
  {
    items,
    hasAfter,
    isReady,
  }: { items: readonly TimelineItem[]; hasAfter: boolean; isReady: boolean },
): void {
  useLayoutEffect(() => {
    virtualizer.getVirtualItemForOffset = messageAt(virtualizer, place)
  }, [virtualizer, place])

  useLayoutEffect(() => {
    if (!isReady) return
    const areItemsOther = place.items !== items
    place.items = items
    place.hasAfter = hasAfter
    place.keep(virtualizer, areItemsOther)
  })

  useEffect(() => {
    const { current } = place.scroller
    if (!isReady || current === null) return
    let height = current.clientHeight
    const observer = new ResizeObserver(() => {
      if (current.clientHeight === height) return
      height = current.clientHeight
      if (place.isFollowing) virtualizer.scrollToEnd()
    })
    observer.observe(current)
    // Before the list itself hears of it, which draws at once.
    current.addEventListener('scroll', place.onScroll, { capture: true, passive: true })
    const onScrollEnd = () => place.onScrollEnd(virtualizer)
    current.addEventListener('scrollend', onScrollEnd, { passive: true })
    for (const hand of hands) current.addEventListener(hand, place.onHand, { passive: true })
    return () => {
      observer.disconnect()
      current.removeEventListener('scroll', place.onScroll, { capture: true })
      current.removeEventListener('scrollend', onScrollEnd)
      for (const hand of hands) current.removeEventListener(hand, place.onHand)
    }
  }, [place, virtualizer, isReady])
}

/** What the list holds on to when items come and go: the first message that begins on screen. */
function messageAt(virtualizer: ListVirtualizer, place: ReadingPlace) {
  const ofList = virtualizer.getVirtualItemForOffset
  return (offset: number) => {
    const found = ofList(offset)
    if (found === undefined) return found
    let index = found.start < offset ? found.index + 1 : found.index
    while (index < place.items.length && place.items[index]?.kind !== 'message') index += 1
    return virtualizer.measurementsCache[index] ?? found
  }
}
