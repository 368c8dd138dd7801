import { useClient } from '@relaychat/client/react'
import { useSyncExternalStore } from 'react'

/** What is written in a chat and not sent, here or on another device. */
export function useDraft(chatId: string): string {
  const { draft } = useClient().chat(chatId)
  return useSyncExternalStore(draft.subscribe, draft.getSnapshot, () => '')
}
