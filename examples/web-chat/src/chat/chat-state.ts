/** What somebody has chosen for a chat, as it is now. */

import type { ChatSummary } from '@relaychat/client'

/** "Always" is a day that nobody waits for. */
export const always = Date.UTC(9999, 0, 1)

export function isMuted({ mutedUntil }: Pick<ChatSummary, 'mutedUntil'>, nowMs: number): boolean {
  return mutedUntil !== undefined && mutedUntil > nowMs
}
