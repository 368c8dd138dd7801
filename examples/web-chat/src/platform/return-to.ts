/**
 * Where somebody wanted to go before they had to sign in.
 *
 * A chat is remembered as long as the tab lives, and gone to once. An invitation is remembered where
 * every tab finds it, until it was answered, for an hour: the link in the mail that logs one in opens
 * another tab, and then both are logged in at once.
 */

import { readStored, writeStored } from './stored'

const key = 'relaychat.return-to'
const invitationName = 'invitation'

/** Longer than any mail is good for. */
const invitationMs = 3_600_000

const chats = '/chat/'
const invitations = '/join#'

export function rememberReturn(place: string): void {
  if (place.startsWith(invitations)) {
    writeStored(invitationName, JSON.stringify({ place, until: Date.now() + invitationMs }))
    // It is what was wanted last in this tab.
    forgetOwn()
  }
  if (!place.startsWith(chats)) return
  try {
    sessionStorage.setItem(key, place)
  } catch {
    // They will start at the list instead.
  }
}

/** The remembered place. */
export function takeReturn(): string {
  const own = readOwn()
  forgetOwn()
  return own ?? readInvitation() ?? '/'
}

/** It was accepted, or put off, or leads nowhere. */
export function forgetInvitation(): void {
  writeStored(invitationName, undefined)
}

/** Whether an invitation waits behind the login. */
export function isInvited(): boolean {
  return readOwn() === undefined && readInvitation() !== undefined
}

function forgetOwn(): void {
  try {
    sessionStorage.removeItem(key)
  } catch {
    // It could not be kept either.
  }
}

// Only places of this page: what is remembered could have been written by anything on this origin.

function readOwn(): string | undefined {
  try {
    const place = sessionStorage.getItem(key)
    return place?.startsWith(chats) ? place : undefined
  } catch {
    return undefined
  }
}

function readInvitation(): string | undefined {
  try {
    const kept: unknown = JSON.parse(readStored(invitationName) ?? 'null')
    return isInvitation(kept) && Date.now() < kept.until ? kept.place : undefined
  } catch {
    return undefined
  }
}

function isInvitation(kept: unknown): kept is { place: string; until: number } {
  if (typeof kept !== 'object' || kept === null) return false
  const { place, until } = kept as Record<string, unknown>
  return typeof place === 'string' && place.startsWith(invitations) && typeof until === 'number'
}
