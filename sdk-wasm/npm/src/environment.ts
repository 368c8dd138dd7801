/**
 * Tells the core what the page knows: whether there is a network, and when somebody looks again
 * (a page that slept finds its connection dead, and should not wait for the next attempt).
 */

import type { Core } from './core.js'

/** Returns how to stop. */
export function watchEnvironment(core: Core): () => void {
  const stops: (() => void)[] = []
  if (typeof addEventListener === 'function' && typeof navigator === 'object') {
    const tell = (): void => core.setOnline(navigator.onLine !== false)
    stops.push(listen(globalThis, 'online', tell), listen(globalThis, 'offline', tell))
    if (navigator.onLine === false) tell()
  }
  if (typeof document === 'object') {
    const wakeUp = (): void => {
      if (document.visibilityState === 'visible') core.reconnectNow()
    }
    stops.push(listen(document, 'visibilitychange', wakeUp))
  }
  return () => {
    for (const stop of stops) stop()
  }
}

function listen(target: EventTarget, type: string, listener: () => void): () => void {
  target.addEventListener(type, listener)
  return () => target.removeEventListener(type, listener)
}
