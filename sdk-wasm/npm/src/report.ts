/** What the engine is told of a message or a person. */

import type { Report } from './types.js'

/** The body of the request. */
export function written(about: { chat_id: string; message_id: string } | { user_id: string }, { reason, note }: Report): string {
  return JSON.stringify({ ...about, reason, note })
}
