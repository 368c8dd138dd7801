/** Tells the core what the page knows: whether there is a network, whether anybody looks. */

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
    const tell = (): void => core.setVisible(document.visibilityState === 'visible')
    stops.push(listen(document, 'visibilitychange', tell))
    tell()
  }
  return () => {
    for (const stop of stops) stop()
  }
}

function listen(target: EventTarget, type: string, listener: () => void): () => void {
  target.addEventListener(type, listener)
  return () => target.removeEventListener(type, listener)
}
