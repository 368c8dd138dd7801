/** What a browser has for tabs to find each other. Nothing of it is used before the first `connect()`. */

import type { TabPlatform } from './tab.js'

/** `undefined` where something is missing: Node, a page that was not loaded securely, an old browser. */
export function findPlatform(): TabPlatform | undefined {
  const isPageOrWorker = typeof location === 'object'
  const locks = typeof navigator === 'object' ? navigator.locks : undefined
  if (!isPageOrWorker || locks === undefined || typeof BroadcastChannel !== 'function') return undefined
  return {
    locks,
    openChannel: (name) => new BroadcastChannel(name),
    isVisible: () => typeof document !== 'object' || document.visibilityState === 'visible',
    watchLife,
  }
}

function watchLife({ away, back }: { away: () => void; back: () => void }): () => void {
  if (typeof document !== 'object') return () => {}
  const stop = new AbortController()
  const { signal } = stop
  addEventListener('pagehide', away, { signal })
  addEventListener('pageshow', back, { signal })
  document.addEventListener('freeze', away, { signal })
  document.addEventListener('resume', back, { signal })
  return () => stop.abort()
}
