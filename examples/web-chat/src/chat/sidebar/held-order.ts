/**
 * Nothing moves away under a hand: while a mouse moves over the list, its rows stay where they are, and
 * what is new in them shows in place. Who rests or leaves gets the newest order.
 */

import type { ChatSummary } from '@relaychat/client'
import { type PointerEvent, useEffect, useMemo, useRef, useState } from 'react'

/** Aiming takes less; a mouse that lies there longer is not about to click. */
const restMs = 1_500

export function useHeldOrder(items: readonly ChatSummary[]) {
  const [order, setOrder] = useState<readonly string[]>()
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])

  const release = () => {
    clearTimeout(timer.current)
    setOrder(undefined)
  }
  return {
    items: useMemo(() => (order === undefined ? items : inOrder(items, order)), [items, order]),
    onPointerMove: (event: PointerEvent) => {
      if (event.pointerType !== 'mouse') return
      clearTimeout(timer.current)
      timer.current = setTimeout(release, restMs)
      if (order === undefined) setOrder(items.map(chat => chat.id))
    },
    onPointerLeave: release,
  }
}

/** The chats in an order of before. Newer ones wait; older ones, which scrolling brings, are at the end. */
export function inOrder(
  chats: readonly ChatSummary[],
  order: readonly string[],
): readonly ChatSummary[] {
  const byId = new Map(chats.map(chat => [chat.id, chat]))
  const wasThere = new Set(order)
  const older = chats.slice(chats.findLastIndex(chat => wasThere.has(chat.id)) + 1)
  return [...order.flatMap(id => byId.get(id) ?? []), ...older]
}
