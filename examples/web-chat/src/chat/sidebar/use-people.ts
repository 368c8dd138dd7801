import type { User } from '@relaychat/client'
import { useClient } from '@relaychat/client/react'
import { useCallback, useEffect, useState } from 'react'

/** Long enough to skip most keystrokes, short enough to feel live. */
const typingPauseMs = 150

interface Found {
  readonly query: string
  readonly people: readonly User[]
  readonly nextCursor: string | undefined
  readonly status: 'loading' | 'ready' | 'failed'
}

/** People by name or exact address, page by page. Older answers never replace newer ones. */
export function usePeople(query: string) {
  const client = useClient()
  const [attempt, setAttempt] = useState(0)
  const [found, setFound] = useState<Found>({
    query,
    people: [],
    nextCursor: undefined,
    status: 'loading',
  })

  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt asks again
  useEffect(() => {
    const abort = new AbortController()
    const timer = setTimeout(
      async () => {
        try {
          const page = await client.people.list({
            ...(query === '' ? {} : { query }),
            signal: abort.signal,
          })
          if (abort.signal.aborted) return
          setFound({ query, people: page.items, nextCursor: page.nextCursor, status: 'ready' })
        } catch {
          if (!abort.signal.aborted) {
            setFound({ query, people: [], nextCursor: undefined, status: 'failed' })
          }
        }
      },
      query === '' ? 0 : typingPauseMs,
    )
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }, [client, query, attempt])

  const loadMore = async () => {
    const cursor = found.nextCursor
    if (cursor === undefined || found.status === 'loading') return
    setFound({ ...found, status: 'loading' })
    try {
      const page = await client.people.list({ ...(query === '' ? {} : { query }), cursor })
      setFound(now =>
        now.query === found.query
          ? {
              query: now.query,
              people: [...found.people, ...page.items],
              nextCursor: page.nextCursor,
              status: 'ready',
            }
          : now,
      )
    } catch {
      setFound(now => ({ ...now, status: 'ready' }))
    }
  }

  const reload = useCallback(() => {
    setFound(now => ({ ...now, status: 'loading' }))
    setAttempt(before => before + 1)
  }, [])
  return {
    people: found.people,
    status: found.status,
    hasMore: found.nextCursor !== undefined,
    loadMore,
    reload,
  }
}
