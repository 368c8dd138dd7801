/** A message on its way, as the sender's code holds it. */

import { alreadySent, cancelled, type RelayError } from './errors.js'
import type { LocalFiles } from './local_files.js'
import type { DeliveryState, Mentions, Message, Outgoing, OutgoingEventMap } from './types.js'
import { parse } from './patch.js'
import type { ViewOptions } from './views.js'

/** What the core says of an outgoing message; `null` when there is no such message. */
export interface OutgoingReport {
  readonly state: DeliveryState
  readonly loadedBytes?: number
  readonly totalBytes?: number
  readonly heldUpBy?: RelayError
  readonly error?: RelayError
  /** As soon as the server has it. */
  readonly message?: Message
}

export interface OutgoingControls {
  retry(): void
  edit(text: string, mentions?: Mentions): void
  cancel(): void
  /** The server has it, or it was taken back: nothing more will be said. */
  settled(): void
}

export function outgoingView(
  id: string,
  files: LocalFiles,
  onChange: (report: OutgoingReport | null) => void,
): ViewOptions<OutgoingReport | null> {
  return {
    topic: `outgoing/${id}`,
    initial: { state: 'queued' },
    missing: null,
    decode: (json) => {
      const report = parse<OutgoingReport | null>(json)
      return report?.message === undefined ? report : { ...report, message: files.withUrls(report.message) }
    },
    isKept: true,
    onChange,
  }
}

export class OutgoingHandle extends EventTarget implements Outgoing {
  readonly id: string
  readonly #controls: OutgoingControls
  #report: OutgoingReport | null = { state: 'queued' }
  #delivered = settleable<Message>()
  #isSettled = false

  constructor(id: string, controls: OutgoingControls) {
    super()
    this.id = id
    this.#controls = controls
  }

  get state(): DeliveryState {
    return this.#report?.state ?? 'failed'
  }

  get heldUpBy(): RelayError | undefined {
    return this.#report?.heldUpBy
  }

  /** After a retry this is another promise: a promise settles once. */
  get delivered(): Promise<Message> {
    return this.#delivered.promise
  }

  retry(): void {
    if (this.#report?.state !== 'failed') return
    this.#delivered = settleable()
    this.#controls.retry()
  }

  edit(text: string, mentions?: Mentions): void {
    if (this.#isSettled) throw alreadySent()
    this.#controls.edit(text, mentions)
  }

  cancel(): void {
    if (!this.#isSettled) this.#controls.cancel()
  }

  declare addEventListener: <K extends keyof OutgoingEventMap>(
    type: K,
    listener: (event: OutgoingEventMap[K]) => void,
    options?: boolean | AddEventListenerOptions,
  ) => void

  /** The core reported something. */
  update(report: OutgoingReport | null): void {
    if (this.#isSettled) return
    const before = this.#report
    this.#report = report
    if (report === null || report.error?.code === 'cancelled') {
      this.fail(report?.error ?? cancelled())
      return
    }
    if (report.totalBytes !== undefined && report.loadedBytes !== before?.loadedBytes) {
      this.dispatchEvent(progress(report.loadedBytes ?? 0, report.totalBytes))
    }
    if (report.state !== before?.state) this.dispatchEvent(new Event('statechange'))
    if (report.message !== undefined) {
      this.#isSettled = true
      this.#delivered.resolve(report.message)
      this.#controls.settled()
    } else if (report.state === 'failed' && report.error !== undefined) {
      this.#delivered.reject(report.error)
    }
  }

  /** Ends it: taken back, or the client was closed. */
  fail(error: RelayError): void {
    if (this.#isSettled) return
    this.#isSettled = true
    this.#delivered.reject(error)
    this.#controls.settled()
  }
}

/** `ProgressEvent` is a browser's; elsewhere an event with the same fields does. */
function progress(loaded: number, total: number): Event {
  const fields = { lengthComputable: true, loaded, total }
  if (typeof ProgressEvent === 'function') return new ProgressEvent('progress', fields)
  return Object.assign(new Event('progress'), fields)
}

interface Settleable<T> {
  readonly promise: Promise<T>
  readonly resolve: (value: T) => void
  readonly reject: (error: RelayError) => void
}

function settleable<T>(): Settleable<T> {
  let resolve!: (value: T) => void
  let reject!: (error: RelayError) => void
  const promise = new Promise<T>((onValue, onError) => {
    resolve = onValue
    reject = onError
  })
  // The failure is in the timeline too: a caller who does not look here has not overlooked it.
  promise.catch(() => {})
  return { promise, resolve, reject }
}
