/** Whom a message has reached, by how far each member has come. */

import type { Member, Message } from '@relaychat/client'

export interface Receipts {
  readonly read: readonly Member[]
  readonly delivered: readonly Member[]
  readonly sent: readonly Member[]
}

export function receiptsOf(message: Message | undefined, members: readonly Member[]): Receipts {
  const seq = message?.seq
  if (message === undefined || seq === undefined) return { read: [], delivered: [], sent: [] }
  const others = members.filter(({ user }) => user.id !== message.sender.id)
  return {
    read: others.filter(member => member.readSeq >= seq),
    delivered: others.filter(member => member.readSeq < seq && member.deliveredSeq >= seq),
    sent: others.filter(member => member.readSeq < seq && member.deliveredSeq < seq),
  }
}
