/**
 * What this application can show of the client, whichever build of the client it is with: what a build
 * does not have yet is not offered. This goes when the client's own types say it.
 */

import type * as Sdk from '@relaychat/client'
import { useClient } from '@relaychat/client/react'

export type Chat = Sdk.Chat & {
  setSendRole?(role: Sdk.Role): Promise<void>
  setAddRole?(role: Sdk.Role): Promise<void>
}

export function useChatHandle(chatId: string): Chat {
  return useClient().chat(chatId) as Chat
}

/** The lowest roles that may write, and add people. */
export function rolesOf(chat: Sdk.ChatSummary): { send: Sdk.Role; add: Sdk.Role } {
  const { sendRole, addRole } = chat as { sendRole?: Sdk.Role; addRole?: Sdk.Role }
  return { send: sendRole ?? 'member', add: addRole ?? 'admin' }
}
