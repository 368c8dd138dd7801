import { useSyncExternalStore } from 'react'

/**
 * The page's one polite live region. What is announced within a burst is spoken once: the last word
 * wins, since five messages in a second are "5 new messages", not five interruptions.
 */

/** Long enough to gather a burst, short enough to feel like now. */
const gatherMs = 400
/** Spoken long since: what was said must not stay on the page when it is deleted there. */
const keptMs = 5_000

let spoken = ''
let timer: ReturnType<typeof setTimeout> | undefined
const listeners = new Set<() => void>()

export function announce(text: string): void {
  clearTimeout(timer)
  timer = setTimeout(() => {
    // A repeated sentence is spoken again only when the text differs: a no-break space does it.
    say(text === spoken ? `${text}\u00a0` : text)
    timer = setTimeout(() => say(''), keptMs)
  }, gatherMs)
}

function say(text: string): void {
  spoken = text
  for (const listener of listeners) listener()
}

export function LiveRegion() {
  const text = useSyncExternalStore(subscribe, () => spoken)
  return (
    <div
      role="status"
      aria-live="polite"
      aria-atomic="true"
      className="sr-only"
      data-testid="announcer"
    >
      {text}
    </div>
  )
}

function subscribe(onChange: () => void): () => void {
  listeners.add(onChange)
  return () => listeners.delete(onChange)
}
