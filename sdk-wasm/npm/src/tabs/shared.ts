/**
 * Several tabs of one account share one core: one socket, one outbox, one read state.
 *
 * # What it promises
 *
 * Of all tabs (and workers with a token) of an account in one browser, one is the *leader* and runs
 * the core; the others *follow* and show what it shows. To the façade both are a `Core`, and it never
 * learns which but for `Client.role`. When the leader goes, a follower takes over, and everything its
 * page has open goes on. A message that any tab has sent is sent once, whichever tabs close, crash or
 * freeze meanwhile, as long as one that knows of it lives or the store has it.
 *
 * # How
 *
 * ```text
 *                        the lock is free                    the page is put away, closed
 *   ┌─────────┐ join ┌─────────┐ ───────────────▶ ┌─────────┐ ───────────────────────────▶ outside
 *   │ outside │ ───▶ │ waiting │                  │ leading │
 *   └─────────┘      └─────────┘ ◀─────────────── └─────────┘
 *        ▲             │  ▲   ▲   taken by force:      ▲
 *        │   a leader  │  │   │   it was frozen,       │ the lock is free: the leader was closed,
 *        │   answers   ▼  │   │   or is too old        │ crashed or went to the back/forward cache;
 *        │         ┌───────────┐                       │ or it let two questions pass (by force)
 *        └──────── │ following │ ──────────────────────┘
 *    put away,     └───────────┘ ──▶ waiting, for the moment between two leaders
 *    closed
 *                  waiting, following ── a leader of a newer version answers ──▶ alone
 * ```
 *
 * **The lock is the election.** The browser grants it to one tab, in the order in which they asked, and
 * takes it back from a tab that ends in whatever way. So there is nothing to count and no interval
 * after which a leader is taken for dead. One thing the lock cannot tell: a page that is *frozen*
 * (iOS stops background tabs and lets them keep their locks). Therefore a follower that a person looks
 * at asks every few seconds whether there still is a leader, and takes the lock by force after two
 * questions without an answer. A leader that wakes up without its lock closes its core and follows.
 * Pages that go into the back/forward cache, or are told that they will be frozen, leave before and
 * join again when they come back; holding a lock would keep them out of that cache.
 *
 * **What is being watched** is opened once more in the core for each tab (see `leader.ts`); a new
 * leader's followers open their topics anew and get the whole. What a new core does not know yet does
 * not replace what is on the screen: the façade holds on to a snapshot until there is a better one
 * (`Views.restart`).
 *
 * **Calls** that were under way when a leader went are made again where that is harmless, and otherwise
 * rejected as retryable (`MAY_REPEAT`). **Messages** get their id here, before anything else. The tab
 * that sent one keeps it until the server has it, hands it to every new leader under the same id, and
 * the core takes an id once. A leader that goes in good order leaves what it had not delivered to the
 * others, as a will; what a crashed one had is in the store.
 *
 * **Versions.** While a deploy is under way two tabs may run different versions. The lock and the
 * channel on which tabs find each other have the same name in all of them, so there is one leader in
 * any case and one core on the store. The newer version wins: a newer tab takes the lock from an older
 * one by force. An older tab that finds a newer leader cannot talk to it and goes on *alone*: with a
 * connection of its own, and in memory, until it is loaded again.
 *
 * # What it is not
 *
 * Not for tabs that may be different people: a session that is not in `localStorage`, or tokens that
 * do not say whose they are, stay alone (`account.ts`). Not a place for each tab in one chat: the core
 * has one window on a chat's history, so that two tabs that have the same chat open share it. Older
 * messages that one loads are put in front of what the other shows, which its scroll anchor takes; a
 * jump of one moves both. And no clock of its own: a core in a hidden page
 * has the timers of a hidden page, so that after a lost connection it may come back later than that
 * of a visible one; a tab that becomes visible makes it try at once.
 */

import type { Core, CoreOptions, Host, LoadCore, Topic } from '../core.js'
import type { TabRole } from '../types.js'
import type { Seat } from './seat.js'
import { Tab, type TabPlatform } from './tab.js'
import { type CallName, MAY_REPEAT, type SendArgs } from './wire.js'

/** A call that has no answer yet. */
interface Call {
  readonly name: CallName
  readonly args: readonly unknown[]
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

/** The page that has just been opened has more urgent work. */
const WARM_UP_AFTER_MS = 3_000

const LEADER_GONE = JSON.stringify({
  code: 'network',
  message: 'The tab that was doing this is gone.',
  retryable: true,
})

/** Loads a core that all tabs of this name share. */
export function loadShared(load: LoadCore, name: string, platform: TabPlatform): LoadCore {
  return (options, host, onPanic) =>
    new Promise((resolve, reject) => {
      const work = new Work(host)
      let isWarm = load.warmUp === undefined
      /** A follower takes over when the leader goes, which may be when there is no network. */
      const warmUp = (): void => {
        if (isWarm) return
        isWarm = true
        setTimeout(() => load.warmUp?.().catch(() => (isWarm = false)), WARM_UP_AFTER_MS)
      }
      const panicked = (report: string): void => {
        tab.end(true)
        onPanic(report)
      }
      const tab: Tab = new Tab(name, platform, {
        makeCore: (wake, isSole) => load(isSole ? options : withoutStore(options), { ...host, wake }, panicked),
        wake: host.wake,
        seated: (seat, role) => {
          work.sit(seat, role)
          if (role === 'follower') warmUp()
          if (seat !== undefined) resolve(coreOf(work, () => tab.end()))
        },
        loadFailed: (error) => {
          if (work.hasBegun) return
          tab.end()
          reject(error)
        },
        failed: (error) => panicked(String(error)),
        inherit: (sends) => work.inherit(sends),
        get estate() {
          return work.unsettled
        },
      })
    })
}

function withoutStore({ storeName: _, ...options }: CoreOptions): CoreOptions {
  return options
}

/** What a tab wants of the core, whoever runs it. */
class Work {
  readonly #host: Host
  readonly #topics = new Set<Topic>()
  readonly #missing = new Set<Topic>()
  readonly #calls = new Set<Call>()
  /** By the id of the message. */
  readonly #sends = new Map<string, SendArgs>()
  #seat: Seat | undefined
  #isConnecting = false
  #isOnline = true
  hasBegun = false

  constructor(host: Host) {
    this.#host = host
  }

  get unsettled(): readonly SendArgs[] {
    return [...this.#sends.values()]
  }

  sit(seat: Seat | undefined, role: TabRole | undefined): void {
    if (this.#seat !== undefined) this.#voidCalls()
    this.#seat = seat
    if (seat !== undefined) this.#takeUp(seat, role)
    // Last, because whoever hears of it may have new wishes.
    this.#host.seated?.(role)
  }

  #takeUp(seat: Seat, role: TabRole | undefined): void {
    this.hasBegun = true
    if (role !== 'follower') this.#begin(seat)
    for (const args of this.#sends.values()) this.#hand(seat, args)
    for (const topic of this.#topics) {
      if (!seat.open(topic)) this.#missing.add(topic)
      this.#host.wake(topic)
    }
    for (const call of this.#calls) this.#make(call)
  }

  /** A core that has just been made knows nothing of the page yet. */
  #begin(seat: Seat): void {
    const ignore = (): void => {}
    if (!this.#isOnline) seat.call('setOnline', [false]).catch(ignore)
    if (this.#isConnecting) seat.call('connect', []).catch(ignore)
  }

  open(topic: Topic): boolean {
    this.#topics.add(topic)
    return this.#seat?.open(topic) ?? true
  }

  shut(topic: Topic): void {
    this.#topics.delete(topic)
    // Whoever sent a message watches it until it is settled.
    this.#sends.delete(topic.replace(/^outgoing\//, ''))
    this.#seat?.shut(topic)
  }

  read(topic: Topic): string | null | undefined {
    if (this.#missing.delete(topic)) return null
    return this.#seat?.read(topic)
  }

  send(args: SendArgs): void {
    this.#sends.set(args[1], args)
    if (this.#seat !== undefined) this.#hand(this.#seat, args)
  }

  inherit(sends: readonly SendArgs[]): void {
    for (const args of sends) if (!this.#sends.has(args[1])) this.send(args)
  }

  call(name: CallName, args: readonly unknown[]): Promise<unknown> {
    if (name === 'connect') this.#isConnecting = true
    if (name === 'setOnline') this.#isOnline = args[0] === true
    if (name === 'cancel' || name === 'deleteMessage') this.#sends.delete(String(args[1]))
    if (name === 'edit') this.#edit(args as Parameters<Core['edit']>)
    const answer = new Promise((resolve, reject) => {
      const call = { name, args, resolve, reject }
      this.#calls.add(call)
      this.#make(call)
    })
    // Of half of the calls nobody waits for the end.
    answer.catch(() => {})
    return answer
  }

  /** The next leader is to be given what is meant now. */
  #edit([, messageId, text, mentions]: Parameters<Core['edit']>): void {
    const sent = this.#sends.get(messageId)
    if (sent === undefined) return
    const [chatId, id, , attachments, pixels, replyTo, before] = sent
    this.#sends.set(messageId, [chatId, id, text, attachments, pixels, replyTo, mentions ?? before])
  }

  #hand(seat: Seat, args: SendArgs): void {
    const isOurs = (): boolean => this.#topics.has(`outgoing/${args[1]}`)
    const settled = (): void => {
      // Of an inherited message nobody here would hear more.
      if (!isOurs()) this.#sends.delete(args[1])
    }
    seat.call('send', args).then(settled, settled)
  }

  #make(call: Call): void {
    const seat = this.#seat
    if (seat === undefined) return
    const settle = (finish: () => void): void => {
      if (seat === this.#seat && this.#calls.delete(call)) finish()
    }
    seat.call(call.name, call.args).then(
      (value) => settle(() => call.resolve(value)),
      (error: unknown) => settle(() => call.reject(error)),
    )
  }

  /** The seat is lost: some calls wait for the next one. */
  #voidCalls(): void {
    for (const call of this.#calls) {
      const mayRepeat = MAY_REPEAT[call.name]
      if (typeof mayRepeat === 'function' ? mayRepeat(call.args) : mayRepeat) continue
      this.#calls.delete(call)
      call.reject(LEADER_GONE)
    }
  }
}

function coreOf(work: Work, end: () => void): Core {
  const names = Object.keys(MAY_REPEAT) as CallName[]
  const calls = names.map((name) => [name, (...args: readonly unknown[]) => work.call(name, args)])
  return {
    ...Object.fromEntries(calls),
    open: (topic: Topic) => work.open(topic),
    shut: (topic: Topic) => work.shut(topic),
    read: (topic: Topic) => work.read(topic),
    send: (...args: SendArgs) => work.send(args),
    close: end,
    free: () => {},
  }
}
