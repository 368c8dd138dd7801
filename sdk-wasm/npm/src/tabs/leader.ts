/**
 * The seat beside the core, and what its owner does for the others.
 *
 * A reader is a follower's view of the core: its topics are opened a second time under its name, so
 * that the core keeps a place for each reader and the first thing each gets is the whole. Of every
 * topic at most one change is under way to a reader: the next is written when it has taken that, and
 * holds everything that happened meanwhile. So a tab that gets one frame a second is sent one change a
 * second, and a burst costs nobody a queue.
 */

import type { Core, Topic } from '../core.js'
import type { Seat } from './seat.js'
import { type CallName, OF_A_VIEW, type ToFollower, type ToLeader } from './wire.js'

export class LeaderSeat implements Seat {
  readonly #core: Core
  readonly #onFault: (error: unknown) => void
  readonly #readers = new Map<string, Reader>()

  constructor(core: Core, onFault: (error: unknown) => void) {
    this.#core = core
    this.#onFault = onFault
  }

  open(topic: Topic): boolean {
    return this.#core.open(topic)
  }

  shut(topic: Topic): void {
    this.#core.shut(topic)
  }

  read(topic: Topic): string | null | undefined {
    return this.#core.read(topic)
  }

  call(name: CallName, args: readonly unknown[]): Promise<unknown> {
    return callCore(this.#core, name, args)
  }

  /** Takes a follower on. */
  admit(tab: string, line: BroadcastChannel): void {
    this.dismiss(tab)
    this.#readers.set(tab, new Reader(tab, line, this.#core, () => this.dismiss(tab), this.#onFault))
  }

  dismiss(tab: string): void {
    this.#readers.get(tab)?.close()
    this.#readers.delete(tab)
  }

  /** A topic of a reader changed; `false` when it is nobody's but our own. */
  wake(topic: Topic): boolean {
    const [tab = '', own] = topic.split('@')
    if (own === undefined) return false
    this.#readers.get(tab)?.wake(own)
    return true
  }

  leave(): void {
    this.abandon()
    this.#core.close()
    this.#core.free()
  }

  /** The core has failed and must not be touched again. */
  abandon(): void {
    for (const reader of this.#readers.values()) reader.hangUp()
    this.#readers.clear()
  }
}

/** A follower, seen from the leader. */
class Reader {
  readonly #tab: string
  readonly #line: BroadcastChannel
  readonly #core: Core
  readonly #onFault: (error: unknown) => void
  /** What it looks at, and which opening of it. */
  readonly #open = new Map<Topic, number>()
  readonly #changed = new Set<Topic>()
  /** Sent, and not taken yet. */
  readonly #underWay = new Set<Topic>()
  #isArmed = false
  #isClosed = false

  constructor(tab: string, line: BroadcastChannel, core: Core, onBye: () => void, onFault: (error: unknown) => void) {
    this.#tab = tab
    this.#line = line
    this.#core = core
    this.#onFault = onFault
    line.onmessage = ({ data }: MessageEvent<ToLeader>) => {
      if (data.type === 'bye') onBye()
      else this.#heard(data)
    }
    this.#post({ type: 'welcome' })
  }

  wake(topic: Topic): void {
    this.#changed.add(topic)
    if (this.#isArmed) return
    this.#isArmed = true
    // Not a timer: those of a hidden page come once a second, or once a minute.
    queueMicrotask(() => {
      this.#isArmed = false
      for (const changed of [...this.#changed]) if (!this.#underWay.has(changed)) this.#tell(changed)
    })
  }

  close(): void {
    for (const topic of this.#open.keys()) this.#core.shut(this.#named(topic))
    this.hangUp()
  }

  hangUp(): void {
    this.#isClosed = true
    this.#line.close()
  }

  #heard(message: Exclude<ToLeader, { type: 'bye' }>): void {
    switch (message.type) {
      case 'open':
        this.#begin(message.topic, message.opening)
        break
      case 'shut':
        this.#open.delete(message.topic)
        this.#changed.delete(message.topic)
        this.#underWay.delete(message.topic)
        this.#core.shut(this.#named(message.topic))
        break
      case 'took':
        this.#underWay.delete(message.topic)
        if (this.#changed.has(message.topic)) this.wake(message.topic)
        break
      case 'call':
        this.#answer(message)
    }
  }

  #begin(topic: Topic, opening: number): void {
    if (this.#core.open(this.#named(topic))) {
      this.#open.set(topic, opening)
      this.wake(topic)
    } else {
      this.#post({ type: 'patch', topic, opening, json: null })
    }
  }

  #answer({ id, name, args }: Extract<ToLeader, { type: 'call' }>): void {
    const [first, ...others] = args
    const own = OF_A_VIEW.has(name) ? [this.#named(String(first)), ...others] : args
    callCore(this.#core, name, own).then(
      (value) => {
        // What the call changed is there before its answer.
        for (const topic of this.#open.keys()) this.#tell(topic)
        this.#post({ type: 'answer', id, value })
      },
      (error: unknown) => {
        if (error instanceof WebAssembly.RuntimeError) this.#onFault(error)
        this.#post({ type: 'answer', id, error: typeof error === 'string' ? error : String(error) })
      },
    )
  }

  #tell(topic: Topic): void {
    this.#changed.delete(topic)
    const opening = this.#open.get(topic)
    if (this.#isClosed || opening === undefined) return
    try {
      const json = this.#core.read(this.#named(topic))
      if (json === undefined) return
      this.#underWay.add(topic)
      this.#post({ type: 'patch', topic, opening, json })
    } catch (error) {
      this.#onFault(error)
    }
  }

  #named(topic: Topic): Topic {
    return `${this.#tab}@${topic}`
  }

  #post(message: ToFollower): void {
    if (!this.#isClosed) this.#line.postMessage(message)
  }
}

function callCore(core: Core, name: CallName, args: readonly unknown[]): Promise<unknown> {
  try {
    return Promise.resolve((core[name] as (...args: readonly unknown[]) => unknown)(...args))
  } catch (error) {
    return Promise.reject(error)
  }
}
