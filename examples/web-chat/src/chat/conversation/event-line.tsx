/** A line that tells of a change of the group: small and in the middle, and nothing to act on. */

import type { Message } from '@relaychat/client'
import { toldOf } from './told'

export function EventLine({ line }: { line: Message }) {
  const words = toldOf(line)
  if (words === undefined) return null
  return <p className="px-6 py-1.5 text-center text-xs text-balance text-muted">{words}</p>
}
