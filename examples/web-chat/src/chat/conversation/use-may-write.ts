import type { ChatSummary, Role } from '@relaychat/client'
import { useMe, useMembers } from '@relaychat/client/react'
import { isAtLeast } from '../roles'

/** Whether the reader may write in a chat; else who may. Unknown until the members are. */
export function useMayWrite(
  chatId: string,
  chat: ChatSummary | undefined,
): true | { only: Role } | undefined {
  const me = useMe()
  const members = useMembers(chatId)
  if (chat === undefined) return true
  const { sendRole } = chat
  if (sendRole === 'member') return true
  const role = members.find(({ user }) => user.id === me?.id)?.role
  if (role === undefined) return undefined
  return isAtLeast(role, sendRole) ? true : { only: sendRole }
}
