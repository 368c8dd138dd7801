import type { TimelineItem } from '@relaychat/client'
import { type UseTimeline, useClient } from '@relaychat/client/react'
import { useCallback, useEffect, useRef, useState } from 'react'
import { t } from '../../strings'
import { announce } from '../../ui/live-region'
import type { Target } from './actions'
import { useRequestedJump } from './jumps'
import type { ReadingPlace } from './use-reading-place'

/** How long what was looked for stands out. */
const highlightMs = 1_500
/** Where it stands afterwards: with some of what was said before it. */
const offsetShare = 1 / 3

/**
 * Goes to a message wherever it is, and shows which it was. What is not loaded is loaded, around it
 * and in its place: newer messages are then missing until one goes on or jumps to the newest.
 */
export function useJump({
  chatId,
  timeline,
  place,
  isPlaced,
}: {
  chatId: string
  timeline: UseTimeline
  place: ReadingPlace
  isPlaced: boolean
}): { highlighted: string | undefined } {
  const client = useClient()
  const [highlighted, setHighlighted] = useState<string>()
  const [wanted, setWanted] = useState<Target>()
  const [request, clear] = useRequestedJump(chatId)
  const { items, jumpTo } = timeline

  const load = useCallback(
    async (target: Target) => {
      setWanted(target)
      const known = client.chat(chatId).timeline.getSnapshot().items
      if (find(known, target) !== undefined) return
      try {
        await jumpTo(target.seq)
      } catch {
        setWanted(undefined)
        announce(t.actions.jumpFailed)
      }
    },
    [client, chatId, jumpTo],
  )

  useEffect(() => {
    if (request === undefined || !isPlaced) return
    clear()
    void load(request)
  }, [request, isPlaced, clear, load])

  useEffect(() => {
    const item = wanted === undefined ? undefined : find(items, wanted)
    if (item === undefined || wanted === undefined) return
    const height = place.scroller.current?.clientHeight ?? 0
    place.holdTo({ key: item.key, seq: wanted.seq, offset: Math.round(height * offsetShare) })
    setWanted(undefined)
    // Drawing it is what brings the list there.
    setHighlighted(item.key)
  }, [wanted, items, place])

  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => {
    if (highlighted === undefined) return
    const frame = requestAnimationFrame(() => focusRow(place, highlighted))
    timer.current = setTimeout(() => setHighlighted(undefined), highlightMs)
    return () => {
      cancelAnimationFrame(frame)
      clearTimeout(timer.current)
    }
  }, [highlighted, place])

  return { highlighted }
}

function find(
  items: readonly TimelineItem[],
  { messageId, seq }: Target,
): TimelineItem | undefined {
  return items.find(
    item => item.kind === 'message' && (item.message.id === messageId || item.message.seq === seq),
  )
}

/** Who goes on by keyboard goes on from there. */
function focusRow(place: ReadingPlace, key: string): void {
  const row = place.scroller.current?.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`)
  row?.focus({ preventScroll: true })
}
