/** From where a tab uses the one core: beside it, or over a line. */

import type { Topic } from '../core.js'
import type { CallName } from './wire.js'

/** A leader's or a follower's. When it is lost, what was asked of it and not answered is void. */
export interface Seat {
  /** `false` when it is clear that it names nothing. */
  open(topic: Topic): boolean
  shut(topic: Topic): void
  /** As `Core.read`. */
  read(topic: Topic): string | null | undefined
  /** Carries out a call of the core. Beside it that has happened when this returns. */
  call(name: CallName, args: readonly unknown[]): Promise<unknown>
  /** Gives it up. */
  leave(): void
}
