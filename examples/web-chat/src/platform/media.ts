/** What kind of screen this is. */

import { useSyncExternalStore } from 'react'

/** Below this width list and conversation are separate screens. */
const wide = window.matchMedia('(min-width: 48rem)')
const touch = window.matchMedia('(pointer: coarse)')
const calm = window.matchMedia('(prefers-reduced-motion: reduce)')

// A stable function per query, or React would subscribe anew on every render.
const watchers = new WeakMap<MediaQueryList, (onChange: () => void) => () => void>()

export function useIsWide(): boolean {
  return useSyncExternalStore(watch(wide), () => wide.matches)
}

/** On a touch screen Enter makes a line and nothing takes the focus by itself: it would open the keyboard. */
export function isTouch(): boolean {
  return touch.matches
}

export function prefersCalm(): boolean {
  return calm.matches
}

function watch(query: MediaQueryList): (onChange: () => void) => () => void {
  const known = watchers.get(query)
  if (known !== undefined) return known
  const made = (onChange: () => void) => {
    query.addEventListener('change', onChange)
    return () => query.removeEventListener('change', onChange)
  }
  watchers.set(query, made)
  return made
}
