/**
 * What the tabs of one account say to each other.
 *
 * Two kinds of channels. On the *common* one every tab hears every other: who leads, who comes.
 * Its name and the shape of {@link Announcement} stay the same in every version of the package, so
 * that a tab understands at least that it does not understand another. Then each follower has a
 * *line* of its own to its leader, named after both, whose messages arrive in their order and are
 * nobody else's work.
 */

import type { Core, Topic } from '../core.js'

/** Raised with every change of {@link ToLeader}, {@link ToFollower} or of what the core's calls mean. */
export const PROTOCOL = 1

/** On the common channel. Never changed but by addition. */
export type Announcement =
  /** Is there a leader? Also how a follower finds out whether it still answers. */
  | { readonly type: 'who'; readonly protocol: number }
  /** The answer, and what a new leader says first. A term is one time in the office. */
  | { readonly type: 'leader'; readonly protocol: number; readonly term: string }
  /** A tab opens its line. */
  | { readonly type: 'hello'; readonly protocol: number; readonly term: string; readonly tab: string }
  /** A leader that goes leaves what it had not delivered. */
  | { readonly type: 'will'; readonly protocol: number; readonly sends: readonly SendArgs[] }

export type ToLeader =
  /** `opening` tells the changes of this one from those of an earlier one that are still under way. */
  | { readonly type: 'open'; readonly topic: Topic; readonly opening: number }
  | { readonly type: 'shut'; readonly topic: Topic }
  /** What was sent of this topic has been read: there may be more. */
  | { readonly type: 'took'; readonly topic: Topic }
  | { readonly type: 'call'; readonly id: number; readonly name: CallName; readonly args: readonly unknown[] }
  | { readonly type: 'bye' }

export type ToFollower =
  | { readonly type: 'welcome' }
  /** `null`: the topic names nothing. */
  | { readonly type: 'patch'; readonly topic: Topic; readonly opening: number; readonly json: string | null }
  | { readonly type: 'answer'; readonly id: number; readonly value?: unknown; readonly error?: string }

/** What is not a question to the core but part of how it is watched. */
type Watching = 'open' | 'shut' | 'read' | 'close' | 'free'

export type CallName = Exclude<keyof Core, Watching>

export type SendArgs = Parameters<Core['send']>

/**
 * Whether a call may be made again when the leader that had it is gone and nobody knows how far it
 * came. A message is the same message by its id; a second group would be a second group, a second
 * link a second link, and a code is good once.
 */
export const MAY_REPEAT: Readonly<Record<CallName, boolean | ((args: readonly unknown[]) => boolean)>> = {
  connect: true,
  reconnectNow: true,
  setOnline: true,
  checkStorage: true,
  requestCode: false,
  verifyCode: false,
  verifyLink: false,
  signOut: true,
  updateProfile: true,
  setAvatar: true,
  removeAvatar: true,
  attachmentLinks: true,
  listUsers: true,
  search: true,
  getUser: true,
  loadMoreChats: true,
  openDirect: true,
  createGroup: false,
  changeChat: true,
  ask: true,
  exchange: ([method]) => method === 'GET',
  loadBefore: true,
  loadAfter: true,
  jumpTo: true,
  jumpToLatest: true,
  send: true,
  retry: true,
  edit: true,
  deleteMessage: true,
  react: true,
  pin: true,
  cancel: true,
  setChat: true,
  markRead: true,
  setDraft: true,
  setTyping: true,
}

/** Calls whose first argument is a topic: the caller's own view of it is meant. */
export const OF_A_VIEW: ReadonlySet<CallName> = /* @__PURE__ */ new Set<CallName>([
  'loadBefore',
  'loadAfter',
  'jumpTo',
  'jumpToLatest',
])
