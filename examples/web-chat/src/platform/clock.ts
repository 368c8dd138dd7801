/** The present time for labels, and a render when a label goes stale. */

import { useEffect, useState } from 'react'
import { msUntilMidnight } from '../format/dates'

/** Now, refreshed every `intervalMs` while the component is mounted and the page visible. */
export function useNow(intervalMs: number): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const tick = () => {
      if (document.visibilityState === 'visible') setNow(Date.now())
    }
    const timer = setInterval(tick, intervalMs)
    document.addEventListener('visibilitychange', tick)
    return () => {
      clearInterval(timer)
      document.removeEventListener('visibilitychange', tick)
    }
  }, [intervalMs])
  return now
}

/** A time within today, changing at local midnight: "Today" must become "Yesterday" by itself. */
export function useToday(): number {
  const [today, setToday] = useState(Date.now)
  useEffect(() => {
    const timer = setTimeout(() => setToday(Date.now()), msUntilMidnight(today) + 50)
    return () => clearTimeout(timer)
  }, [today])
  return today
}
