/** A value that can be read and watched: the one implementation of `Observable`. */

import type { Observable } from './types.js'

export interface CellHooks {
  /** The first subscriber came. */
  readonly onWatched?: () => void
  /** The last subscriber left. */
  readonly onUnwatched?: () => void
}

export class Cell<T> implements Observable<T> {
  readonly #initial: T
  #value: T
  readonly #hooks: CellHooks
  /** Keyed by subscription, so that the same function may subscribe twice. */
  readonly #listeners = new Map<object, () => void>()

  constructor(initial: T, hooks: CellHooks = {}) {
    this.#initial = initial
    this.#value = initial
    this.#hooks = hooks
  }

  readonly getSnapshot = (): T => this.#value

  readonly getServerSnapshot = (): T => this.#initial

  readonly subscribe = (onChange: () => void): (() => void) => {
    const key = {}
    this.#listeners.set(key, onChange)
    if (this.#listeners.size === 1) this.#hooks.onWatched?.()
    return () => {
      if (this.#listeners.delete(key) && this.#listeners.size === 0) this.#hooks.onUnwatched?.()
    }
  }

  get isWatched(): boolean {
    return this.#listeners.size > 0
  }

  /** Changes the value without telling anybody yet. */
  set(value: T): void {
    this.#value = value
  }

  /** One listener that throws keeps no other from being called; its error is reported, not lost. */
  notify(): void {
    for (const onChange of [...this.#listeners.values()]) {
      try {
        onChange()
      } catch (error) {
        queueMicrotask(() => {
          throw error
        })
      }
    }
  }

  clear(): void {
    this.#listeners.clear()
  }
}
