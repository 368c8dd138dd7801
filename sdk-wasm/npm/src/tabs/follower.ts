/** The seat at the other end of a line: every question goes to the leader, every change comes from it. */

import type { Topic } from '../core.js'
import type { Seat } from './seat.js'
import type { CallName, ToFollower, ToLeader } from './wire.js'

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

export class FollowerSeat implements Seat {
  readonly #line: BroadcastChannel
  readonly #wake: (topic: Topic) => void
  readonly #topics = new Map<Topic, { readonly opening: number; readonly unread: (string | null)[] }>()
  readonly #waiting = new Map<number, Waiting>()
  #lastId = 0

  /** `onWelcome` is called when the leader has taken us on. */
  constructor(line: BroadcastChannel, on: { welcome: () => void; wake: (topic: Topic) => void }) {
    this.#line = line
    this.#wake = on.wake
    line.onmessage = ({ data }: MessageEvent<ToFollower>) => {
      if (data.type === 'welcome') on.welcome()
      else this.#heard(data)
    }
  }

  open(topic: Topic): boolean {
    const opening = ++this.#lastId
    this.#topics.set(topic, { opening, unread: [] })
    this.#post({ type: 'open', topic, opening })
    return true
  }

  shut(topic: Topic): void {
    this.#topics.delete(topic)
    this.#post({ type: 'shut', topic })
  }

  read(topic: Topic): string | null | undefined {
    const unread = this.#topics.get(topic)?.unread
    const next = unread?.shift()
    if (next !== undefined && unread?.length === 0) this.#post({ type: 'took', topic })
    return next
  }

  call(name: CallName, args: readonly unknown[]): Promise<unknown> {
    const id = ++this.#lastId
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      this.#post({ type: 'call', id, name, args })
    })
  }

  leave(): void {
    this.#post({ type: 'bye' })
    this.#line.close()
  }

  #heard(message: Exclude<ToFollower, { type: 'welcome' }>): void {
    if (message.type === 'patch') {
      const topic = this.#topics.get(message.topic)
      if (topic?.opening !== message.opening) return
      topic.unread.push(message.json)
      this.#wake(message.topic)
      return
    }
    const { id, value, error } = message
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    if (error === undefined) waiting?.resolve(value)
    else waiting?.reject(error)
  }

  #post(message: ToLeader): void {
    this.#line.postMessage(message)
  }
}
