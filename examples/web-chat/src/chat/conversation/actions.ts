/** What can be done with the messages on screen, for every row without handing it through all of them. */

import type { Message } from '@relaychat/client'
import { createContext, useContext } from 'react'
import type { AnchorBox } from '../../ui/anchor-box'
import type { Rights } from './rights'

/** A message to go to: where it stands, and who it is once it is there. */
export interface Target {
  readonly messageId: string
  readonly seq: number
}

export interface MessageActions {
  readonly rightsOn: (message: Message) => Rights
  readonly reply: (message: Message) => void
  readonly react: (message: Message, emoji: string, isOn: boolean) => void
  /** Everything one can do with it. */
  readonly openMenu: (message: Message, anchor: AnchorBox) => void
  /** A few emoji, and the way to all of them. */
  readonly openQuick: (message: Message, anchor: AnchorBox) => void
  /** Who has reacted, first of all with the emoji that is asked about. */
  readonly showReactions: (message: Message, emoji?: string) => void
  readonly goTo: (target: Target) => void
}

const none: Rights = {
  react: false,
  reply: false,
  forward: false,
  edit: false,
  delete: false,
  copy: false,
  pin: false,
  report: false,
  receipts: false,
}

const nothing: MessageActions = {
  rightsOn: () => none,
  reply: () => {},
  react: () => {},
  openMenu: () => {},
  openQuick: () => {},
  showReactions: () => {},
  goTo: () => {},
}

/** Outside of a conversation nothing can be done. */
export const MessageActionsContext = createContext<MessageActions>(nothing)

export function useMessageActions(): MessageActions {
  return useContext(MessageActionsContext)
}

/** What is offered first. */
export const quickEmoji = ['👍', '❤️', '😂', '😮', '😢', '🙏'] as const

export function hasOwn(message: Message, emoji: string): boolean {
  return message.reactions.some(reaction => reaction.emoji === emoji && reaction.isOwn)
}
