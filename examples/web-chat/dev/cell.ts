import type { Observable } from '@relaychat/client'

/** A value with subscribers, notified at most once a frame like the real client's. */
export class Cell<T> implements Observable<T> {
  #value: T
  #isDue = false
  readonly #listeners = new Set<() => void>()

  constructor(value: T) {
    this.#value = value
  }

  readonly getSnapshot = (): T => this.#value

  readonly subscribe = (onChange: () => void): (() => void) => {
    this.#listeners.add(onChange)
    return () => this.#listeners.delete(onChange)
  }

  set(value: T): void {
    this.#value = value
    if (this.#isDue) return
    this.#isDue = true
    queueMicrotask(() => {
      this.#isDue = false
      for (const listener of [...this.#listeners]) listener()
    })
  }
}

export class FakeError extends Error {
  constructor(
    readonly code: string,
    readonly retryable = false,
  ) {
    super(code)
  }
}

export const wait = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))
