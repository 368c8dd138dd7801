/** Who may do what in a group, by the lowest role that may. The engine decides; this decides what is offered. */

import type { Role } from '@relaychat/client'

const ranks: Readonly<Record<Role, number>> = { member: 0, admin: 1, owner: 2 }

export function isAtLeast(role: Role, lowest: Role): boolean {
  return ranks[role] >= ranks[lowest]
}
