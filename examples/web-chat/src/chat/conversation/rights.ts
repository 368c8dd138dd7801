/** What the reader may do with a message. The engine decides; what it would refuse is not offered. */

import type { ChatSummary, Message, Role } from '@relaychat/client'
import { isAtLeast } from '../roles'

export interface Rights {
  readonly react: boolean
  readonly reply: boolean
  readonly forward: boolean
  readonly edit: boolean
  readonly delete: boolean
  readonly copy: boolean
  readonly pin: boolean
  readonly report: boolean
  /** There is somebody to ask about: groups alone say who. */
  readonly receipts: boolean
}

export function rightsOn(
  message: Message,
  {
    kind,
    role,
    pinRole,
    editWindowMs,
    mayWrite,
    nowMs,
  }: {
    kind: ChatSummary['kind']
    role: Role | undefined
    /** The lowest role that pins in a group. */
    pinRole: Role
    /** Unknown before the first connection: then the engine says what it thinks. */
    editWindowMs: number | undefined
    /** The rules of the group let the reader write. */
    mayWrite: boolean
    nowMs: number
  },
): Rights {
  const { isOwn, isDeleted, seq, text, sentAt } = message
  const isSent = seq !== undefined
  const isThere = isSent && !isDeleted
  const isKeeper = kind === 'group' && (role === 'owner' || role === 'admin')
  const mayPin = kind === 'direct' ? mayWrite : role !== undefined && isAtLeast(role, pinRole)
  const isYoung = !isSent || editWindowMs === undefined || nowMs - sentAt < editWindowMs
  return {
    react: isThere,
    reply: isThere && mayWrite,
    forward: isThere,
    edit: isOwn && !isDeleted && isYoung,
    delete: !isDeleted && (isOwn || isKeeper),
    copy: !isDeleted && text !== '',
    pin: isThere && mayPin,
    report: isThere && !isOwn,
    receipts: kind === 'group' && isOwn && isThere,
  }
}
