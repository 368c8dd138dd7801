/**
 * The way from the façade to the core: loads the module when it is first needed, turns what it
 * rejects with into {@link RelayError}s, and lets no call hang when the client is closed or the
 * module has failed.
 */

import type { Core, CoreOptions, Host, LoadCore } from './core.js'
import { cancelled, closed, RelayError, toRelayError } from './errors.js'
import { parse } from './patch.js'

export class Link {
  readonly #load: () => Promise<Core>
  readonly #onLoaded: (core: Core) => void
  readonly #onPanic: (report: string) => void
  readonly #waiting = new Set<(error: RelayError) => void>()
  #core: Core | undefined
  #loading: Promise<Core> | undefined
  #ended: RelayError | undefined

  constructor(
    load: LoadCore,
    options: CoreOptions,
    host: Host,
    on: { loaded: (core: Core) => void; panic: (report: string) => void },
  ) {
    this.#load = () => load(options, host, on.panic)
    this.#onLoaded = on.loaded
    this.#onPanic = on.panic
  }

  get core(): Core | undefined {
    return this.#core
  }

  /** The core, loaded now if it was not. A failed load is tried again by the next call. */
  ready(): Promise<Core> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended)
    this.#loading ??= this.#load().then(
      (core) => {
        if (this.#ended !== undefined) {
          core.close()
          core.free()
          throw this.#ended
        }
        this.#core = core
        this.#onLoaded(core)
        return core
      },
      (error: unknown) => {
        this.#loading = undefined
        throw toRelayError(error)
      },
    )
    return this.#loading
  }

  /** For what cannot wait for the module to be loaded. */
  now(): Core {
    if (this.#ended !== undefined) throw this.#ended
    if (this.#core === undefined) throw new RelayError('closed', 'Call connect() first.')
    return this.#core
  }

  async run<T>(start: (core: Core) => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (signal?.aborted) throw cancelled(signal.reason)
    return this.#guarded(
      this.ready().then(start),
      signal,
    )
  }

  /** A call that answers in JSON. */
  async call<T>(start: (core: Core) => Promise<string>, signal?: AbortSignal): Promise<T> {
    return parse<T>(await this.run(start, signal))
  }

  /** Ends it. Everything that waits is rejected with the reason. */
  end(reason: RelayError = closed(), isUsable = true): void {
    if (this.#ended !== undefined) return
    this.#ended = reason
    const core = this.#core
    this.#core = undefined
    for (const reject of [...this.#waiting]) reject(reason)
    this.#waiting.clear()
    // After a panic the module must not be entered again, not even to tidy up.
    if (core === undefined || !isUsable) return
    core.close()
    core.free()
  }

  #guarded<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const fail = (error: RelayError): void => {
        tidy()
        reject(error)
      }
      const onAbort = (): void => fail(cancelled(signal?.reason))
      const tidy = (): void => {
        this.#waiting.delete(fail)
        signal?.removeEventListener('abort', onAbort)
      }
      this.#waiting.add(fail)
      signal?.addEventListener('abort', onAbort)
      work.then(
        (value) => {
          tidy()
          resolve(value)
        },
        (error: unknown) => {
          // Not every end of the module is announced: the stack or the memory may be used up.
          if (error instanceof WebAssembly.RuntimeError) this.#onPanic(String(error))
          fail(toRelayError(error))
        },
      )
    })
  }
}
