/**
 * One tab among those of its account: whether it leads, whom it follows.
 *
 * The states and what leads from one to another are drawn in `shared.ts`. Nothing here knows what a
 * core is asked or tells; it hands out seats.
 */

import type { Core, Topic } from '../core.js'
import type { TabRole } from '../types.js'
import { FollowerSeat } from './follower.js'
import { LeaderSeat } from './leader.js'
import { hold, type Locks, Office, whenReleased } from './office.js'
import type { Seat } from './seat.js'
import { type Announcement, PROTOCOL, type SendArgs } from './wire.js'

/** How often a visible follower asks whether its leader still answers. */
const ASK_EVERY_MS = 4_000
/** A leader that let so many questions pass is frozen: a busy page answers late, but it answers. */
const UNANSWERED_AT_MOST = 2
/** How long after a core could not be loaded this tab offers itself again. */
const STAND_AGAIN_MS = 2_000

/** What the browser has for tabs to find each other. */
export interface TabPlatform {
  readonly locks: Locks
  openChannel(name: string): BroadcastChannel
  /** Whether a person may be looking at this tab. */
  isVisible(): boolean
  /** The page is put away (and perhaps kept for the back button), and taken out again. */
  watchLife(on: { away: () => void; back: () => void }): () => void
}

export interface TabOwner {
  /** Makes a core. `isSole`: no other one of this account is running in this browser. */
  makeCore(wake: (topic: Topic) => void, isSole: boolean): Promise<Core>
  wake(topic: Topic): void
  /** Here is another seat; without one, the tab waits for the next. */
  seated(seat: Seat | undefined, role: TabRole | undefined): void
  /** A core could not be made, or has failed. */
  loadFailed(error: unknown): void
  failed(error: unknown): void
  /** A leader that goes leaves this to whoever comes after it. */
  inherit(sends: readonly SendArgs[]): void
  /** What this tab leaves. */
  readonly estate: readonly SendArgs[]
}

export class Tab {
  readonly #name: string
  readonly #platform: TabPlatform
  readonly #owner: TabOwner
  readonly #office: Office
  readonly #stopLife: () => void
  #id = ''
  /** Undoes what joining did. */
  #stops: (() => void)[] = []
  #channel: BroadcastChannel | undefined
  #seat: Seat | undefined
  /** Whom it follows, or its own in the office. */
  #term: string | undefined
  #isLeading = false
  /** Followers that came before the core was there. */
  #guests: string[] = []
  #unanswered = 0

  constructor(name: string, platform: TabPlatform, owner: TabOwner) {
    this.#name = name
    this.#platform = platform
    this.#owner = owner
    this.#office = new Office(platform.locks, name, {
      taken: () => void this.#lead(),
      lost: () => this.#startOver(),
    })
    this.#stopLife = platform.watchLife({ away: () => this.#leave(), back: () => this.#join() })
    this.#join()
  }

  /** For good. After a failure the core is not touched any more. */
  end(hasFailed = false): void {
    this.#stopLife()
    if (hasFailed && this.#seat instanceof LeaderSeat) {
      this.#seat.abandon()
      this.#seat = undefined
    }
    this.#leave()
  }

  #join(): void {
    if (this.#stops.length > 0) return
    this.#id = randomName()
    const { locks } = this.#platform
    // The lock tells the leader when this tab is gone, however it ends.
    const release = hold(locks, this.#lockOf(this.#id), {
      held: () => this.#stand(),
      refused: () => this.#goAlone(),
    })
    const asking = setInterval(() => this.#askAgain(), ASK_EVERY_MS)
    this.#stops = [release, () => clearInterval(asking)]
  }

  #stand(): void {
    const channel = (this.#channel = this.#platform.openChannel(this.#name))
    channel.onmessage = ({ data }: MessageEvent<Announcement>) => this.#heard(data)
    this.#office.run()
    this.#ask()
  }

  #leave(): void {
    if (this.#stops.length === 0) return
    this.#dropSeat()
    this.#office.leave()
    for (const stop of this.#stops.splice(0)) stop()
    this.#channel?.close()
    this.#channel = undefined
  }

  /** The office is another's now: this tab was frozen, or is too old. */
  #startOver(): void {
    this.#dropSeat()
    this.#office.run()
    this.#ask()
  }

  #dropSeat(): void {
    const { estate } = this.#owner
    if (this.#isLeading && estate.length > 0) this.#announce({ type: 'will', protocol: PROTOCOL, sends: estate })
    const seat = this.#seat
    this.#term = this.#seat = undefined
    this.#isLeading = false
    this.#guests = []
    seat?.leave()
    this.#owner.seated(undefined, undefined)
  }

  async #lead(): Promise<void> {
    this.#dropSeat()
    const term = (this.#term = randomName())
    this.#isLeading = true
    // Said before the core is there, so that nobody takes loading for being frozen.
    this.#announceTerm()
    await this.#takeSeat(() => this.#term === term, true)
  }

  async #goAlone(): Promise<void> {
    this.#leave()
    this.#stops = [() => {}]
    await this.#takeSeat(() => this.#stops.length > 0, false)
  }

  async #takeSeat(isWanted: () => boolean, isSole: boolean): Promise<void> {
    let seat: LeaderSeat | undefined
    const wake = (topic: Topic): void => {
      if (!seat?.wake(topic)) this.#owner.wake(topic)
    }
    try {
      const core = await this.#owner.makeCore(wake, isSole)
      seat = new LeaderSeat(core, (error) => this.#owner.failed(error))
    } catch (error) {
      if (isWanted()) this.#couldNotLoad(error)
      return
    }
    if (!isWanted()) {
      seat.leave()
      return
    }
    this.#seat = seat
    for (const guest of this.#guests.splice(0)) this.#admit(guest)
    this.#owner.seated(seat, isSole ? 'leader' : 'single')
  }

  /** Perhaps another tab can: it may have the module already. */
  #couldNotLoad(error: unknown): void {
    this.#dropSeat()
    this.#office.leave()
    const again = (): void => (this.#channel === undefined ? void this.#goAlone() : this.#office.run())
    const timer = setTimeout(again, STAND_AGAIN_MS)
    this.#stops.push(() => clearTimeout(timer))
    this.#owner.loadFailed(error)
  }

  #heard(message: Announcement): void {
    switch (message.type) {
      case 'who':
        if (this.#isLeading) this.#announceTerm()
        break
      case 'leader':
        this.#unanswered = 0
        if (!this.#isLeading) this.#heardOf(message)
        break
      case 'hello':
        if (message.protocol !== PROTOCOL || !this.#isLeading || message.term !== this.#term) break
        if (this.#seat === undefined) this.#guests.push(message.tab)
        else this.#admit(message.tab)
        break
      case 'will':
        if (message.protocol === PROTOCOL) this.#owner.inherit(message.sends)
    }
  }

  #heardOf({ protocol, term }: Extract<Announcement, { type: 'leader' }>): void {
    if (protocol > PROTOCOL) void this.#goAlone()
    else if (protocol < PROTOCOL) this.#office.run(true)
    else if (term !== this.#term) this.#follow(term)
  }

  #follow(term: string): void {
    this.#dropSeat()
    this.#term = term
    const line = this.#platform.openChannel(this.#lineOf(term, this.#id))
    const seat: FollowerSeat = new FollowerSeat(line, {
      welcome: () => this.#owner.seated(seat, 'follower'),
      wake: (topic) => this.#owner.wake(topic),
    })
    this.#seat = seat
    this.#announce({ type: 'hello', protocol: PROTOCOL, term, tab: this.#id })
  }

  #admit(tab: string): void {
    const seat = this.#seat
    if (!(seat instanceof LeaderSeat) || this.#term === undefined) return
    seat.admit(tab, this.#platform.openChannel(this.#lineOf(this.#term, tab)))
    this.#stops.push(whenReleased(this.#platform.locks, this.#lockOf(tab), () => seat.dismiss(tab)))
  }

  #askAgain(): void {
    if (this.#channel === undefined || this.#isLeading || !this.#platform.isVisible()) {
      this.#unanswered = 0
    } else if (this.#unanswered >= UNANSWERED_AT_MOST) {
      this.#unanswered = 0
      this.#office.run(true)
    } else {
      this.#ask()
    }
  }

  #ask(): void {
    this.#unanswered += 1
    this.#announce({ type: 'who', protocol: PROTOCOL })
  }

  #announceTerm(): void {
    if (this.#term !== undefined) this.#announce({ type: 'leader', protocol: PROTOCOL, term: this.#term })
  }

  #announce(message: Announcement): void {
    this.#channel?.postMessage(message)
  }

  #lockOf(tab: string): string {
    return `${this.#name}#${tab}`
  }

  #lineOf(term: string, tab: string): string {
    return `${this.#name}#${term}#${tab}`
  }
}

/** Names a tab or a term: collisions would take years. */
function randomName(): string {
  return Math.random().toString(36).slice(2)
}
