/** Whom the reader is asked whether to block: from any menu, which is gone by then. */

import type { User } from '@relaychat/client'
import { useSyncExternalStore } from 'react'

let asked: User | undefined
const listeners = new Set<() => void>()

/** Asks whether to block somebody, or no more. */
export function askToBlock(user: User | undefined): void {
  asked = user
  for (const listener of listeners) listener()
}

export function useAskedToBlock(): User | undefined {
  return useSyncExternalStore(subscribe, () => asked)
}

function subscribe(onChange: () => void): () => void {
  listeners.add(onChange)
  return () => listeners.delete(onChange)
}
