/** Messages somebody wants to go to, asked for from anywhere: a quote, a search, a notice. */

import { useCallback, useSyncExternalStore } from 'react'
import type { Target } from './actions'

const wanted = new Map<string, Target>()
const listeners = new Set<() => void>()

/** The conversation goes there now, or as soon as it is open. */
export function requestJump(chatId: string, target: Target): void {
  wanted.set(chatId, target)
  tell()
}

export function useRequestedJump(chatId: string): readonly [Target | undefined, () => void] {
  const target = useSyncExternalStore(subscribe, () => wanted.get(chatId))
  const clear = useCallback(() => {
    wanted.delete(chatId)
    tell()
  }, [chatId])
  return [target, clear]
}

function tell(): void {
  for (const listener of listeners) listener()
}

function subscribe(onChange: () => void): () => void {
  listeners.add(onChange)
  return () => listeners.delete(onChange)
}
