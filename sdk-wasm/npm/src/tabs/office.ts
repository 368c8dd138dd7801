/**
 * The office of the leader: a lock that the browser gives to one tab at a time and takes back when
 * that tab is closed, crashes or is discarded.
 */

export type Locks = Pick<LockManager, 'request'>

export class Office {
  readonly #locks: Locks
  readonly #name: string
  readonly #onTaken: () => void
  readonly #onLost: () => void
  /** Of the present candidacy. */
  #abort: AbortController | undefined
  #release: (() => void) | undefined

  /** `onLost` is called when another tab took the office by force. */
  constructor(locks: Locks, name: string, on: { taken: () => void; lost: () => void }) {
    this.#locks = locks
    this.#name = name
    this.#onTaken = on.taken
    this.#onLost = on.lost
  }

  /** Waits for the office, or takes it now: the present leader is frozen, or too old. */
  run(isByForce = false): void {
    this.leave()
    const abort = (this.#abort = new AbortController())
    const options = isByForce ? { steal: true } : { signal: abort.signal }
    const term = this.#locks.request(this.#name, options, () => {
      if (this.#abort !== abort) return undefined
      return new Promise<void>((release) => {
        this.#release = release
        this.#onTaken()
      })
    })
    term.catch(() => {
      if (this.#abort !== abort) return
      const wasTaken = this.#release !== undefined
      this.#abort = this.#release = undefined
      if (wasTaken) this.#onLost()
    })
  }

  /** Gives it up, or stops waiting for it. */
  leave(): void {
    this.#abort?.abort()
    this.#release?.()
    this.#abort = this.#release = undefined
  }
}

/** Calls `onGone` when whoever holds the lock is gone. Returns how to stop waiting. */
export function whenReleased(locks: Locks, name: string, onGone: () => void): () => void {
  const abort = new AbortController()
  locks.request(name, { signal: abort.signal }, onGone).catch(() => {})
  return () => abort.abort()
}

/** Holds a lock until the returned function is called. `refused`: locks do not work here. */
export function hold(locks: Locks, name: string, on: { held: () => void; refused: () => void }): () => void {
  let isOver = false
  let release = (): void => {}
  const held = locks.request(name, () => {
    if (isOver) return undefined
    on.held()
    return new Promise<void>((resolve) => {
      release = resolve
    })
  })
  held.catch(() => {
    if (!isOver) on.refused()
  })
  return () => {
    isOver = true
    release()
  }
}
