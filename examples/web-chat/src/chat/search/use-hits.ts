import { RelayError, type SearchHit, type SearchOptions } from '@relaychat/client'
import { useClient } from '@relaychat/client/react'
import { useEffect, useState } from 'react'

/** A pause in typing. */
const pauseMs = 180

export interface Hits {
  readonly items: readonly SearchHit[]
  readonly status: 'idle' | 'loading' | 'ready' | 'failed'
  /** Only what is kept on this device was looked through. */
  readonly isLocal: boolean
  /** More of them, where there are. */
  readonly more: (() => void) | undefined
}

const none: Omit<Hits, 'more'> & { cursor?: string } = { items: [], status: 'idle', isLocal: false }

/** Messages that match; what is asked for may change with every letter. `undefined` asks for nothing. */
export function useHits(options: Omit<SearchOptions, 'cursor' | 'signal'> | undefined): Hits {
  const client = useClient()
  const [state, setState] = useState(none)
  const [cursor, setCursor] = useState<string>()
  // The same question in the same words is the same.
  const question = options === undefined ? undefined : JSON.stringify(options)

  // biome-ignore lint/correctness/useExhaustiveDependencies: another question begins at its beginning
  useEffect(() => setCursor(undefined), [question])

  useEffect(() => {
    if (question === undefined) return setState(none)
    const stop = new AbortController()
    setState(now => ({ ...now, status: 'loading' }))
    const ask = async () => {
      try {
        const page = await client.search({
          ...(JSON.parse(question) as SearchOptions),
          ...(cursor === undefined ? {} : { cursor }),
          signal: stop.signal,
        })
        if (stop.signal.aborted) return
        setState(now => ({
          items: cursor === undefined ? page.items : [...now.items, ...page.items],
          status: 'ready',
          isLocal: page.isLocal,
          ...(page.nextCursor === undefined ? {} : { cursor: page.nextCursor }),
        }))
      } catch (error) {
        if (stop.signal.aborted) return
        // Nothing but signs: there is no word to find.
        setState({ ...none, status: isWordless(error) ? 'ready' : 'failed' })
      }
    }
    const timer = setTimeout(ask, cursor === undefined ? pauseMs : 0)
    return () => {
      clearTimeout(timer)
      stop.abort()
    }
  }, [client, question, cursor])

  const next = state.cursor
  return {
    items: state.items,
    status: state.status,
    isLocal: state.isLocal,
    more: next === undefined ? undefined : () => setCursor(next),
  }
}

function isWordless(error: unknown): boolean {
  return error instanceof RelayError && error.code === 'validation_failed'
}
