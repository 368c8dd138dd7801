/** What the reader is asked about whether to report it: from any menu, which is gone by then. */

import type { Message, User } from '@relaychat/client'
import { useSyncExternalStore } from 'react'

/** A message or, without one, a person. */
export interface Asked {
  readonly user: User
  readonly message?: Message
  /** Whether blocking the person goes with it: not where one meets in a group all the same. */
  readonly offersBlock: boolean
}

let asked: Asked | undefined
const listeners = new Set<() => void>()

/** Asks whether to report something, or no more. */
export function askToReport(next: Asked | undefined): void {
  asked = next
  for (const listener of listeners) listener()
}

export function useAskedToReport(): Asked | undefined {
  return useSyncExternalStore(subscribe, () => asked)
}

function subscribe(onChange: () => void): () => void {
  listeners.add(onChange)
  return () => listeners.delete(onChange)
}
