import type { Message, TimelineItem } from '@relaychat/client'
import { useEffect, useRef } from 'react'
import { t } from '../../strings'
import { announce } from '../../ui/live-region'
import { lineOf } from '../message-text'

/** Messages closer together than this are spoken as one. */
const burstMs = 500

/**
 * Other people's messages that are added at the end are spoken, once for a burst. `items` is nothing
 * while what is added is not new: before the chat is open, and while one reads on after a jump.
 */
export function useArrivals(items: readonly TimelineItem[] | undefined): void {
  const lastKey = useRef<string>(undefined)
  const burst = useRef<Message[]>([])
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)

  useEffect(() => {
    const known = lastKey.current
    lastKey.current = items?.at(-1)?.key
    if (items === undefined || known === undefined || known === lastKey.current) return
    const fromOthers = messagesAfter(items, known).filter(message => !message.isOwn)
    if (fromOthers.length === 0) return
    burst.current.push(...fromOthers)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => announce(spoken(burst.current.splice(0))), burstMs)
  }, [items])

  useEffect(() => () => clearTimeout(timer.current), [])
}

/** Nothing when the known item is gone: the list has jumped elsewhere. */
function messagesAfter(items: readonly TimelineItem[], key: string): Message[] {
  const at = items.findLastIndex(item => item.key === key)
  if (at < 0) return []
  return items.slice(at + 1).flatMap(item => (item.kind === 'message' ? [item.message] : []))
}

function spoken(messages: readonly Message[]): string {
  const [only] = messages
  if (only === undefined || messages.length > 1) return t.conversation.newMessages(messages.length)
  return t.conversation.newMessageFrom(only.sender.name, lineOf(only))
}
