import { useChats, useClient } from '@relaychat/client/react'
import { useEffect, useState } from 'react'

/** So long is waited after a change until the engine is asked: what comes in bursts asks once. */
const settledMs = 1_000

/**
 * Unread messages of all chats that count. What is loaded is known; as long as there are more chats
 * than that, the engine is asked, and its word holds until something changes.
 */
export function useUnreadCount(): number {
  const client = useClient()
  const { unreadCount, hasMore } = useChats()
  const [asked, setAsked] = useState<{ total: number; loaded: number }>()
  useEffect(() => {
    if (!hasMore) return
    let isCurrent = true
    const timer = setTimeout(() => {
      client.chats.unreadTotal().then(
        ({ unreadCount: total }) => isCurrent && setAsked({ total, loaded: unreadCount }),
        // Offline: what is loaded is what there is to say.
        () => {},
      )
    }, settledMs)
    return () => {
      isCurrent = false
      clearTimeout(timer)
    }
  }, [client, unreadCount, hasMore])
  if (!hasMore || asked === undefined) return unreadCount
  // Until it is asked again, what changes in the loaded ones changes the whole.
  return Math.max(unreadCount, asked.total + unreadCount - asked.loaded)
}
