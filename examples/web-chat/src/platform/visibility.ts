/** Whether a person can be looking at this page. */

import { useSyncExternalStore } from 'react'

export function usePageIsVisible(): boolean {
  return useSyncExternalStore(subscribe, isVisible)
}

function subscribe(onChange: () => void): () => void {
  document.addEventListener('visibilitychange', onChange)
  return () => document.removeEventListener('visibilitychange', onChange)
}

function isVisible(): boolean {
  return document.visibilityState === 'visible'
}
