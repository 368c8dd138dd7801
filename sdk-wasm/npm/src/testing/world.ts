/**
 * What a fake client lives in: people, chats, a connection and a clock that stands still.
 *
 * Plain data and the rules of the engine that an application can see: numbers are dense per chat,
 * what reached everybody is delivered, what everybody saw is read. It is no engine: nobody else can
 * connect to it, and rights (but that of writing), limits and mails do not exist.
 */

import { Cell } from '../cell.js'
import { closed, type ErrorReport, RelayError } from '../errors.js'
import type { OutgoingHandle } from '../outgoing.js'
import type { Attachment, ConnectionState, DeliveryState, Invite, Me, Mentions, Observable, Presence, Role, StorageState, User } from '../types.js'
import type { FakeReport } from './reports.js'
import { share } from './share.js'

/** A message that everybody has. */
export interface StoredMessage {
  readonly id: string
  readonly seq: number
  readonly senderId: string
  readonly sentAt: number
  text: string
  attachments: readonly Attachment[]
  readonly replyTo?: string
  mentions?: Mentions
  editedAt?: number
  isDeleted?: boolean
  pinnedAt?: number
  /** Who reacted with what, in the order in which they did. */
  reactions?: readonly { readonly emoji: string; readonly userId: string; readonly at: number }[]
}

/** A message that only the sender has. */
export interface WaitingMessage {
  readonly id: string
  readonly sentAt: number
  text: string
  readonly attachments: readonly Attachment[]
  readonly replyTo?: string
  mentions?: Mentions
  readonly sizeBytes: number
  readonly handle: OutgoingHandle
  state: DeliveryState
  error?: RelayError
}

export interface StoredMember {
  readonly userId: string
  role: Role
  readonly joinedAt: number
  deliveredSeq: number
  readSeq: number
}

export interface StoredChat {
  readonly id: string
  readonly kind: 'direct' | 'group'
  name?: string
  description?: string
  avatarUrl?: string
  /** The lowest roles that may. */
  readonly rules: { send: Role; add: Role; pin: Role }
  readonly members: StoredMember[]
  readonly messages: StoredMessage[]
  waiting: WaitingMessage[]
  /** Links to it, newest first, also such that nobody can use any more. */
  readonly invites: Invite[]
  /** Who types, and until when. */
  readonly typing: Map<string, number>
  lastActivityAt: number
  /** Counts activity, for time may stand still between two messages. */
  activity: number
  /** Whether the application says that its user types. */
  isOwnTyping: boolean
  /** What the client's own user has set for it. */
  settings: { pinnedAt?: number; isArchived?: boolean; isMarkedUnread?: boolean; mutedUntil?: number }
}

/** How a call fails: a code of the protocol's glossary, and whatever else an error says. */
export type FakeFailure = Partial<ErrorReport> & Pick<ErrorReport, 'code'>

interface Timer {
  readonly atMs: number
  readonly run: () => void
}

/** More turns than any chain of promises in here has. */
const TURNS = 20

export class World {
  nowMs: number
  me: Me | null = null
  connection: ConnectionState = { status: 'connecting' }
  storage: StorageState = 'memory_only'
  /** `connect()` was called. */
  hasStarted = false
  readonly users = new Map<string, User>()
  readonly presences = new Map<string, Presence>()
  /** Whom the client's own user blocks. */
  readonly blocked = new Set<string>()
  /** What the client's own user has reported, in its order. */
  readonly reports: FakeReport[] = []
  readonly chats = new Map<string, StoredChat>()
  readonly drafts = new Map<string, string>()
  readonly latencyMs: number
  readonly #failures = new Map<string, RelayError[]>()
  readonly #derived = new Set<Derived<any>>()
  #timers: Timer[] = []
  #ids = 0
  #activity = 0

  constructor(nowMs: number, latencyMs: number) {
    this.nowMs = nowMs
    this.latencyMs = latencyMs
  }

  get isConnected(): boolean {
    return this.connection.status === 'connected'
  }

  newId(kind: string): string {
    this.#ids += 1
    return `${kind}-${this.#ids}`
  }

  nextActivity(): number {
    this.#activity += 1
    return this.#activity
  }

  user(id: string): User {
    return this.users.get(id) ?? { id, name: '' }
  }

  /** Runs something later; at once, but not within this call, when there is nothing to wait for. */
  after(ms: number, run: () => void): void {
    if (ms === 0) queueMicrotask(run)
    else this.#timers.push({ atMs: this.nowMs + ms, run })
  }

  /** Lets time pass; what falls due runs in its order, at its time. */
  async advance(ms: number): Promise<void> {
    const until = this.nowMs + ms
    for (;;) {
      await settled()
      const next = this.#timers.filter(({ atMs }) => atMs <= until).sort((a, b) => a.atMs - b.atMs)[0]
      if (next === undefined) break
      this.#timers = this.#timers.filter((timer) => timer !== next)
      this.nowMs = next.atMs
      next.run()
    }
    this.nowMs = until
    this.refresh()
    await settled()
  }

  fail(call: string, failure: FakeFailure): void {
    const error = new RelayError(failure.code, failure.message, failure)
    this.#failures.set(call, [...(this.#failures.get(call) ?? []), error])
  }

  nextFailure(call: string): RelayError | undefined {
    return this.#failures.get(call)?.shift()
  }

  /** A value that is computed anew after every change, and told when it differs. */
  derive<T>(initial: T, compute: () => T, onWatched?: () => void): Derived<T> {
    const derived = new Derived(this, initial, compute, onWatched)
    this.#derived.add(derived)
    return derived
  }

  /** Tells whoever watches what has changed. */
  refresh(): void {
    const changed = [...this.#derived].filter((derived) => derived.update())
    for (const { cell } of changed) cell.notify()
  }

  /** A call to the engine. */
  async call<T>(name: string, run: () => T, isOfflineToo = false): Promise<T> {
    this.mustBeOpen()
    await new Promise<void>((resolve) => this.after(this.latencyMs, resolve))
    this.mustBeOpen()
    const failure = this.nextFailure(name)
    if (failure !== undefined) throw failure
    const isCutOff = ['reconnecting', 'offline'].includes(this.connection.status)
    if (isCutOff && !isOfflineToo) throw new RelayError('network', 'The engine cannot be reached.', { retryable: true })
    const result = run()
    this.refresh()
    return result
  }

  mustBeOpen(): void {
    if (this.connection.status === 'closed') throw closed()
  }
}

/** One value of the world, as an application watches it. */
export class Derived<T> implements Observable<T> {
  readonly cell: Cell<T>
  readonly getSnapshot: () => T
  readonly getServerSnapshot: () => T
  readonly subscribe: (onChange: () => void) => () => void
  readonly #world: World
  readonly #compute: () => T
  #isOpen = false

  constructor(world: World, initial: T, compute: () => T, onWatched?: () => void) {
    this.#world = world
    this.#compute = compute
    this.cell = new Cell(initial, {
      onWatched: () => {
        onWatched?.()
        this.open()
      },
    })
    this.getSnapshot = this.cell.getSnapshot
    this.getServerSnapshot = this.cell.getServerSnapshot
    this.subscribe = this.cell.subscribe
  }

  /** From now on it has a value; until then it is what it is before `connect()`. */
  open(): void {
    this.#isOpen = true
    if (this.update()) queueMicrotask(() => this.cell.notify())
  }

  update(): boolean {
    if (!this.#isOpen || !this.#world.hasStarted) return false
    const previous = this.cell.getSnapshot()
    const next = share(previous, this.#compute())
    this.cell.set(next)
    return next !== previous
  }
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) await null
}
