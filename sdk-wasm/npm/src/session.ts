/**
 * Where the session of an e-mail login is kept, and how tabs hear of each other's sign-out.
 *
 * The text is the core's own and opaque here. Storage that throws (blocked cookies, a full disk,
 * no browser) degrades to memory: one can still chat, and logs in again next time.
 */

import type { ClientOptions } from './types.js'

export interface SessionStore {
  /** Whether all tabs of the origin have the same. */
  readonly isShared: boolean
  load(): string | undefined
  save(session: string | undefined): void
  /** Calls `onSignedOut` when another tab forgets the session. Returns how to stop that. */
  watch(onSignedOut: () => void): () => void
}

/** Sessions of different engines, or of one under two paths, do not meet. */
function keyFor(url: string): string {
  return `relaychat:session:${url}`
}

export function openSessionStore(url: string, kind: ClientOptions['sessionStorage'] = 'local'): SessionStore {
  const storage = kind === 'memory' ? undefined : findStorage(kind)
  return storage === undefined ? memoryStore() : webStore(storage, keyFor(url), kind === 'local')
}

function findStorage(kind: 'local' | 'session'): Storage | undefined {
  try {
    return kind === 'local' ? globalThis.localStorage : globalThis.sessionStorage
  } catch {
    return undefined
  }
}

function memoryStore(): SessionStore {
  let kept: string | undefined
  return {
    isShared: false,
    load: () => kept,
    save: (session) => {
      kept = session
    },
    watch: () => () => {},
  }
}

function webStore(storage: Storage, key: string, isShared: boolean): SessionStore {
  const fallback = memoryStore()
  return {
    isShared,
    load() {
      try {
        return storage.getItem(key) ?? fallback.load()
      } catch {
        return fallback.load()
      }
    },
    save(session) {
      fallback.save(session)
      try {
        if (session === undefined) storage.removeItem(key)
        else storage.setItem(key, session)
      } catch {
        // The memory copy is all there is.
      }
    },
    watch(onSignedOut) {
      const onStorage = (event: StorageEvent): void => {
        const isOurs = event.storageArea === storage && (event.key === key || event.key === null)
        if (!isOurs || event.newValue !== null) return
        fallback.save(undefined)
        onSignedOut()
      }
      if (typeof addEventListener !== 'function') return () => {}
      addEventListener('storage', onStorage)
      return () => removeEventListener('storage', onStorage)
    },
  }
}
