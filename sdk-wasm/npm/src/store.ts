/**
 * What the core keeps between two visits, in IndexedDB: one database for each engine and account.
 *
 * The core says what belongs into which table and what to do when something fails; here are its
 * reads and writes, each one transaction. One client at a time has a database (a Web Lock says
 * which), since two would overwrite each other's sync token. A database that somebody removes under
 * a running page, or that a newer version of this package has made, is `damaged` for the core: it
 * saves what is queued, as far as that can be read, clears the database and fills it anew.
 */

import type { CoreStore, FoundFile } from './core.js'

const TABLES = ['meta', 'chats', 'members', 'users', 'timelines', 'messages', 'drafts', 'outbox', 'uploads']
/** The layout. A database with a higher one was written by a newer version. */
const LAYOUT = 1
/** How long another client that is just closing the database is waited for. */
const BUSY_MS = 2_000

/** In one word, as the core hears it. `refused` is for good: this browser keeps nothing. */
type Failure = 'full' | 'damaged' | 'unavailable' | 'refused'

/** Names that browsers give to errors. What is not here may work later. */
const FAILURES: Record<string, Failure> = {
  QuotaExceededError: 'full',
  NotFoundError: 'damaged',
  NotReadableError: 'damaged',
  DataError: 'damaged',
  SecurityError: 'refused',
  InvalidStateError: 'refused',
  NotSupportedError: 'refused',
}

/**
 * `undefined` where nothing can be kept. `onGone` hears that the database was removed or shut,
 * `onFile` of the files that an earlier visit has left.
 */
export async function openStore(name: string, onGone: () => void, onFile?: FoundFile): Promise<CoreStore | undefined> {
  const store = new IndexedStore(name, onGone, onFile)
  try {
    await store.open()
  } catch (failure) {
    if (failure === 'refused') return undefined
  }
  return store
}

class IndexedStore implements CoreStore {
  readonly #name: string
  readonly #onGone: () => void
  readonly #onFile: FoundFile | undefined
  #database: IDBDatabase | undefined
  #unlock: (() => void) | undefined
  /** It was open before: should it be made anew, it was removed in between. */
  #isKnown = false
  /** Only what is queued may be read of it, and nothing written. */
  #isDamaged = false

  constructor(name: string, onGone: () => void, onFile?: FoundFile) {
    this.#name = name
    this.#onGone = onGone
    this.#onFile = onFile
  }

  async open(): Promise<void> {
    await this.#attempt(() => this.#opened())
  }

  read(table: string, from: string, until: string | undefined): Promise<unknown[]> {
    return this.#attempt(async () => {
      const database = await this.#opened()
      if (this.#isDamaged && table === 'meta') throw 'damaged'
      const range = rangeOf(from, until)
      if (range === undefined) return []
      return transact(database, [table], 'readonly', (transaction) => {
        const records = transaction.objectStore(table)
        const keys = records.getAllKeys(range)
        const values = records.getAll(range)
        return () =>
          keys.result.flatMap((key, place) => {
            const value = values.result[place]
            const [messageId = '', index] = String(key).split('/')
            if (value instanceof Blob) this.#onFile?.(messageId, Number(index), value)
            return [key, value]
          })
      })
    })
  }

  write(changes: unknown[]): Promise<void> {
    return this.#attempt(async () => {
      const database = await this.#opened()
      if (this.#isDamaged) throw 'damaged'
      const list = [...inFours(changes)]
      const tables = new Set(list.map(([table]) => table))
      if (tables.size === 0) return
      await transact(database, [...tables], 'readwrite', (transaction) => {
        for (const [table, key, value, until] of list) {
          const records = transaction.objectStore(table)
          const range = value === undefined ? rangeOf(key, until) : undefined
          if (value !== undefined) records.put(value, key)
          else if (range !== undefined) records.delete(range)
        }
        return () => {}
      })
    })
  }

  clear(): Promise<void> {
    return this.#attempt(async () => {
      await this.#lock()
      this.#shut()
      await settled(indexedDB.deleteDatabase(this.#name))
      this.#isKnown = this.#isDamaged = false
    })
  }

  async close(): Promise<void> {
    this.#shut()
    this.#unlock?.()
    this.#unlock = undefined
  }

  async #opened(): Promise<IDBDatabase> {
    if (this.#database !== undefined) return this.#database
    await this.#lock()
    let isNew = false
    const create = ({ target }: IDBVersionChangeEvent): void => {
      isNew = true
      for (const table of TABLES) (target as IDBOpenDBRequest).result.createObjectStore(table)
    }
    const database = await this.#connected(LAYOUT, create).catch((error: unknown) => {
      if (nameOf(error) !== 'VersionError') throw error
      this.#isDamaged = true
      return this.#connected(undefined, null)
    })
    this.#isDamaged ||= isNew && this.#isKnown
    this.#isKnown = true
    this.#database = database
    // Another page removes it, or the browser does: what is known here goes into a new one.
    database.onversionchange = database.onclose = () => {
      this.#shut()
      this.#onGone()
    }
    return database
  }

  #connected(layout: number | undefined, onUpgrade: IDBOpenDBRequest['onupgradeneeded']): Promise<IDBDatabase> {
    const request = indexedDB.open(this.#name, layout)
    request.onupgradeneeded = onUpgrade
    return settled(request, (database) => database.close())
  }

  /** Where there are no locks (a page without TLS), there is nobody who could tell. */
  async #lock(): Promise<void> {
    const locks = globalThis.navigator?.locks
    if (locks === undefined || this.#unlock !== undefined) return
    const options = { signal: AbortSignal.timeout(BUSY_MS) }
    await new Promise<void>((resolve, reject) => {
      const hold = (): Promise<void> => {
        resolve()
        return new Promise((unlock) => {
          this.#unlock = unlock
        })
      }
      locks.request(this.#name, options, hold).catch(reject)
    })
  }

  #shut(): void {
    this.#database?.close()
    this.#database = undefined
  }

  /** What it fails with is a {@link Failure}. */
  async #attempt<T>(act: () => Promise<T>): Promise<T> {
    try {
      return await act()
    } catch (error) {
      // A connection that the browser has closed is of no use any more.
      if (nameOf(error) === 'InvalidStateError') this.#shut()
      throw typeof error === 'string' ? error : (FAILURES[nameOf(error)] ?? 'unavailable')
    }
  }
}

/** All of it or nothing, and not lost with the power once it is done. */
function transact<T>(
  database: IDBDatabase,
  tables: string[],
  mode: IDBTransactionMode,
  act: (transaction: IDBTransaction) => () => T,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(tables, mode, { durability: 'strict' })
    try {
      const result = act(transaction)
      transaction.oncomplete = () => resolve(result())
      transaction.onabort = () => reject(transaction.error)
      // Without a wait for the last answer: the page may be gone by then.
      transaction.commit?.()
    } catch (error) {
      transaction.abort()
      throw error
    }
  })
}

/**
 * The answer of a request. What another page holds up for too long fails; should it come later
 * after all, it is `dropped`.
 */
function settled(request: IDBOpenDBRequest, drop?: (result: IDBDatabase) => void): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    let isLate = false
    request.onblocked = () =>
      setTimeout(() => {
        isLate = true
        reject('unavailable')
      }, BUSY_MS)
    request.onsuccess = () => (isLate ? drop?.(request.result) : resolve(request.result))
    request.onerror = () => reject(request.error)
  })
}

/** `undefined` when no key is meant: IndexedDB takes no empty range. */
function rangeOf(from: string, until: string | undefined): IDBKeyRange | undefined {
  if (until === undefined) return IDBKeyRange.lowerBound(from)
  return from < until ? IDBKeyRange.bound(from, until, false, true) : undefined
}

function* inFours(changes: unknown[]): Generator<[string, string, unknown, string | undefined]> {
  for (let place = 0; place < changes.length; place += 4) {
    yield changes.slice(place, place + 4) as [string, string, unknown, string | undefined]
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error || error instanceof DOMException ? error.name : ''
}
