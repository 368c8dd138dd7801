/**
 * A client without an engine, for the tests of applications.
 *
 * {@link createFakeRelay} gives a client with the types and manners of the real one, and what a
 * test needs to play everybody else: people who write, read, type, come and go, a connection that
 * breaks, calls that fail, and a clock that moves when the test says so. Nothing is loaded and
 * nothing is asked over the network. Changes are told at once instead of once a frame.
 */

import type { Client, Draft, InviteTerms, Me, Mentions, Message, StorageState, User } from '../types.js'
import { isApart } from './blocks.js'
import { addChat, addChatOf, comeOnline, FakeClient, setMe, signOut } from './client.js'
import { catchUp, meant, pin, store } from './exchange.js'
import { acceptInvite, createInvite, react } from './invites.js'
import * as project from './project.js'
import { refusal } from './refusal.js'
import type { FakeReport } from './reports.js'
import { type FakeFailure, type StoredChat, World } from './world.js'

export type { ErrorReport } from '../errors.js'
export type { FakeReport } from './reports.js'
export type { FakeFailure } from './world.js'

/** How long the others see that somebody types, as the protocol says. */
const TYPING_MS = 6_000

/** Noon, so that a test may go hours in both directions without meeting midnight. */
const NOON_MS = new Date(2026, 0, 1, 12).getTime()

/** How a {@link FakeRelay} begins. */
export interface FakeRelayOptions {
  /** Who is logged in; `null` for nobody. "You" when left out. */
  me?: { name: string; id?: string } | null
  /** When it is, in milliseconds since the epoch. Noon of 1 January 2026 when left out. */
  now?: number
  /**
   * How long the engine takes to answer. 0 when left out: it answers before the next line after an
   * `await`. Otherwise answers come when {@link FakeRelay.advance} reaches them.
   */
  latencyMs?: number
}

/** Who can be made to fail by {@link FakeRelay.failNext}. */
export type FakeCall =
  | 'send'
  | Exclude<keyof Client, 'auth' | 'connection' | 'me' | 'chats' | 'people' | 'limits' | 'role' | 'storage' | 'chat' | 'reconnectNow' | 'close'>
  | Exclude<keyof Client['auth'], 'subscribe'>
  | 'reactions' | 'createInvite' | 'invites' | 'revokeInvite'
  | 'block' | 'unblock' | 'report' | 'loadMore' | 'unreadTotal' | 'openDirect' | 'createGroup' | 'list' | 'get' | 'loadBefore' | 'loadAfter' | 'jumpTo' | 'jumpToLatest'

/** Another person, played by the test. */
export interface FakePeer {
  /** The same as the user's id. */
  readonly id: string
  /** As the application sees this person. */
  readonly user: User
  /**
   * Writes into a chat; the application has it when this returns. Throws `unreachable` where
   * blocked, `forbidden` where the group lets only others write.
   */
  send(chatId: string, text: string, mentions?: Mentions): Message
  /** Has seen everything of a chat, or everything up to `seq`. */
  read(chatId: string, seq?: number): void
  /** Starts typing, until a message, `false`, or six seconds have passed. */
  setTyping(chatId: string, isTyping: boolean): void
  /** Reacts to a message, or takes that back. */
  react(chatId: string, messageId: string, emoji: string, isOn?: boolean): void
  /** Pins a message for everyone, or unpins it. */
  pin(chatId: string, messageId: string, isPinned?: boolean): void
  /** Joins the group that a link leads to. */
  join(token: string): void
  /** Comes or goes. Whoever is there gets messages at once; whoever comes gets what waited. */
  setOnline(isOnline: boolean): void
  /** Takes another name. */
  rename(name: string): void
}

/** A fake client and the world around it. */
export interface FakeRelay {
  /** What the application under test is given. */
  readonly client: Client
  /** What time it is in there. */
  readonly now: number
  /** The code that `auth.verifyCode` takes. */
  readonly loginCode: string
  /** Adds a person. Is there unless `isOnline` is `false`. */
  addPeer(options: { name: string; id?: string; avatarUrl?: string; isOnline?: boolean }): FakePeer
  /** Adds a chat of the client's user with these people; a group if it has a name. Gives its id. */
  addChat(options: { peers: readonly FakePeer[]; name?: string }): string
  /**
   * Adds a group of these people, to which the client's user is invited by the first of them. Gives
   * its id, and what the link carries.
   */
  addInvitation(options: { peers: readonly [FakePeer, ...FakePeer[]]; name: string } & InviteTerms): { chatId: string; token: string }
  /** What the client's user has reported, in its order; the same thing once. */
  readonly reports: readonly FakeReport[]
  /** Lets time pass. */
  advance(ms: number): Promise<void>
  /** The connection breaks: messages are queued, other calls fail with `network`. */
  disconnect(): void
  /** The device loses its network. */
  goOffline(): void
  /** The connection is back: what was queued is sent. */
  reconnect(): void
  /** The engine ends the session. */
  endSession(reason?: string): void
  /** The browser keeps what the client knows from now on, or does not. */
  setStorage(state: StorageState): void
  /** The next call of this name fails. Several wait in their order. */
  failNext(call: FakeCall, failure: FakeFailure): void
  /** What the others see of the client's user in a chat. */
  seenByOthers(chatId: string): { readonly isTyping: boolean; readonly readSeq: number; readonly texts: readonly string[] }
}

/** Makes a fake client and its world. Every test makes its own. */
export function createFakeRelay(options: FakeRelayOptions = {}): FakeRelay {
  const world = new World(options.now ?? NOON_MS, options.latencyMs ?? 0)
  const loginCode = '482913'
  const { me = { name: 'You' } } = options
  if (me !== null) setMe(world, { id: me.id ?? 'me', name: me.name, isNew: false, showsReadReceipts: true, showsLastSeen: true } satisfies Me)
  const client = new FakeClient(world, loginCode)
  const cut = (connection: typeof world.connection): void => {
    if (world.connection.status !== 'closed') world.connection = connection
    world.refresh()
  }
  return {
    client,
    loginCode,
    get now() {
      return world.nowMs
    },
    get reports() {
      return [...world.reports]
    },
    addPeer: (peer) => addPeer(world, peer),
    addChat: ({ peers, name }) => {
      const id = addChat(world, peers.map((peer) => peer.id), name)
      world.refresh()
      return id
    },
    addInvitation: ({ peers, name, ...terms }) => {
      const chatId = addChatOf(world, peers.map((peer) => peer.id), name)
      const { token } = createInvite(world, mustFind(world, chatId), peers[0].id, terms)
      return { chatId, token }
    },
    advance: (ms) => world.advance(ms),
    disconnect: () => cut({ status: 'reconnecting', attempt: 1, retryAt: world.nowMs }),
    goOffline: () => cut({ status: 'offline' }),
    reconnect: () => comeOnline(world),
    endSession: (reason) => signOut(world, reason),
    setStorage: (state) => {
      world.storage = state
      world.refresh()
    },
    failNext: (call, failure) => world.fail(call, failure),
    seenByOthers: (chatId) => {
      const chat = mustFind(world, chatId)
      const own = chat.messages.filter(({ senderId }) => senderId === world.me?.id)
      const readSeq = project.ownMember(world, chat)?.readSeq ?? 0
      return { isTyping: chat.isOwnTyping, readSeq, texts: own.map(({ text }) => text) }
    },
  }
}

function addPeer(world: World, { name, avatarUrl, ...options }: Parameters<FakeRelay['addPeer']>[0]): FakePeer {
  const id = options.id ?? world.newId('user')
  const avatar = avatarUrl === undefined ? {} : { avatarUrl }
  world.users.set(id, { id, name, ...avatar })
  world.presences.set(id, { isOnline: options.isOnline ?? true })
  const changing = <T>(change: () => T): T => {
    const result = change()
    world.refresh()
    return result
  }
  return {
    id,
    get user() {
      return world.user(id)
    },
    send: (chatId, text, mentions) => changing(() => write(world, id, chatId, { text, ...meant(mentions) })),
    read: (chatId, seq) =>
      changing(() => {
        const chat = mustFind(world, chatId)
        const member = chat.members.find(({ userId }) => userId === id)
        if (member === undefined) return
        member.readSeq = Math.max(member.readSeq, seq ?? chat.messages.length)
        member.deliveredSeq = Math.max(member.deliveredSeq, member.readSeq)
      }),
    setTyping: (chatId, isTyping) => changing(() => type(world, id, mustFind(world, chatId), isTyping)),
    react: (chatId, messageId, emoji, isOn = true) =>
      changing(() => react(world, mustFind(world, chatId), { userId: id, messageId }, emoji, isOn)),
    pin: (chatId, messageId, isPinned = true) => changing(() => pin(world, mustFind(world, chatId), messageId, isPinned)),
    join: (token) => changing(() => void acceptInvite(world, token, id)),
    setOnline: (isOnline) =>
      changing(() => {
        world.presences.set(id, isOnline ? { isOnline } : { isOnline, lastSeenAt: world.nowMs })
        if (isOnline) catchUp(world, id)
      }),
    rename: (name) => changing(() => world.users.set(id, { id, name, ...avatar })),
  }
}

function write(world: World, senderId: string, chatId: string, { text = '', mentions }: Draft): Message {
  const chat = mustFind(world, chatId)
  const refused = refusal(world, chat, senderId)
  if (refused !== undefined) throw refused
  const stored = store(world, chat, { id: world.newId('message'), senderId, text, attachments: [], ...meant(mentions) })
  return project.message(world, chat, stored)
}

function type(world: World, userId: string, chat: StoredChat, isTyping: boolean): void {
  chat.typing.delete(userId)
  if (!isTyping || isApart(world, chat)) return
  const until = world.nowMs + TYPING_MS
  chat.typing.set(userId, until)
  world.after(TYPING_MS, () => {
    if (chat.typing.get(userId) !== until) return
    chat.typing.delete(userId)
    world.refresh()
  })
}

function mustFind(world: World, chatId: string): StoredChat {
  const chat = world.chats.get(chatId)
  if (chat === undefined) throw new Error(`The fake has no chat ${chatId}.`)
  return chat
}
