import { type MouseEvent, type PointerEvent, useEffect, useRef } from 'react'
import { type AnchorBox, boxOfElement, boxOfPoint } from './anchor-box'

/** As long as the systems' own long press. */
const longPressMs = 450
/** A finger that moves further is scrolling. */
const slackPx = 10

/**
 * The ways to a menu beside a button: the right button of the mouse, the menu key, and a long press.
 * What belongs to the browser stays with it, unless told otherwise: the menu of a link, and that of
 * text that is selected.
 */
export function useMenuGesture(open: (anchor: AnchorBox) => void, areLinksOurs = false) {
  const press = useRef<{ timer: ReturnType<typeof setTimeout>; x: number; y: number }>(undefined)
  const release = () => {
    clearTimeout(press.current?.timer)
    press.current = undefined
  }
  useEffect(() => () => clearTimeout(press.current?.timer), [])

  return {
    onContextMenu: (event: MouseEvent) => {
      const isTouch = isByTouch(event)
      if (!isTouch && isBrowsers(event.target, areLinksOurs)) return
      event.preventDefault()
      // Of a finger it is the browser's word for the long press, which is told by the timer.
      if (isTouch) return
      const { clientX, clientY, currentTarget } = event
      // A key has no place: beside the element then.
      const isByKey = clientX === 0 && clientY === 0
      open(isByKey ? boxOfElement(currentTarget) : boxOfPoint(clientX, clientY))
    },
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      if (event.pointerType !== 'touch') return
      const element = event.currentTarget
      const timer = setTimeout(() => {
        press.current = undefined
        swallowRelease()
        open(boxOfElement(element))
      }, longPressMs)
      press.current = { timer, x: event.clientX, y: event.clientY }
    },
    onPointerMove: (event: PointerEvent) => {
      const { current } = press
      if (current === undefined) return
      if (Math.hypot(event.clientX - current.x, event.clientY - current.y) > slackPx) release()
    },
    onPointerUp: release,
    onPointerCancel: release,
  }
}

function isByTouch({ nativeEvent }: MouseEvent): boolean {
  return nativeEvent instanceof window.PointerEvent && nativeEvent.pointerType === 'touch'
}

function isBrowsers(target: EventTarget, areLinksOurs: boolean): boolean {
  if (!areLinksOurs && target instanceof Element && target.closest('a') !== null) return true
  return window.getSelection()?.isCollapsed === false
}

/** The finger that opened the menu has still to be lifted: that is no press on what lies below. */
function swallowRelease(): void {
  const stop = () => {
    window.removeEventListener('touchend', swallow, true)
    window.removeEventListener('click', swallow, true)
  }
  const swallow = (event: Event) => {
    event.preventDefault()
    event.stopPropagation()
    // Without its default, the end of a touch makes no mouse events, which would close the menu: what
    // comes next is another press.
    stop()
  }
  window.addEventListener('touchend', swallow, { capture: true, passive: false })
  window.addEventListener('click', swallow, { capture: true })
  const forget = () => setTimeout(stop, 50)
  window.addEventListener('pointerup', forget, { once: true })
  window.addEventListener('pointercancel', forget, { once: true })
}
