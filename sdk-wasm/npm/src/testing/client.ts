/** The fake client itself: every part of the public `Client`, answered by a world. */

import { cancelled, closed, RelayError } from '../errors.js'
import type {
  Auth,
  Chat,
  ChatList,
  ChatListState,
  Client,
  ConnectionState,
  InvitePreview,
  Me,
  Observable,
  People,
  Presence,
  ProfileChanges,
  SearchOptions,
  SearchPage,
  ServerLimits,
  Session,
  StorageState,
  TabRole,
} from '../types.js'
import { blocked, setBlock } from './blocks.js'
import { deliver, FakeChat } from './chat.js'
import { catchUp } from './exchange.js'
import { acceptInvite, previewInvite } from './invites.js'
import * as project from './project.js'
import { reportUser } from './reports.js'
import { search } from './search.js'
import type { Derived, StoredMember, World } from './world.js'

/** What a self-hosted engine allows when nobody changed it. */
const LIMITS: ServerLimits = {
  textBytes: 16_384,
  editWindowMs: 172_800_000,
  readReceipts: true,
  attachmentsPerMessage: 10,
  imageBytes: 10_485_760,
  fileBytes: 104_857_600,
  imagePixels: 40_000_000,
  imageContentTypes: ['image/png', 'image/jpeg', 'image/webp', 'image/gif'],
}

export class FakeClient implements Client {
  readonly auth: Auth
  readonly people: People
  readonly chats: ChatList
  readonly connection: Observable<ConnectionState>
  readonly me: Observable<Me | null>
  readonly limits: Observable<ServerLimits | undefined>
  readonly storage: Observable<StorageState>
  readonly role: Observable<TabRole | undefined>
  readonly #world: World
  readonly #chats = new Map<string, Chat>()

  constructor(world: World, loginCode: string) {
    this.#world = world
    const kept = <T>(initial: T, compute: () => T): Derived<T> => {
      const derived = world.derive(initial, compute)
      derived.open()
      return derived
    }
    this.connection = kept<ConnectionState>({ status: 'connecting' }, () => world.connection)
    this.me = kept<Me | null>(null, () => world.me)
    this.limits = kept<ServerLimits | undefined>(undefined, () => (world.me === null ? undefined : LIMITS))
    this.storage = kept<StorageState>('memory_only', () => world.storage)
    this.role = kept<TabRole | undefined>(undefined, () => (world.hasStarted ? 'single' : undefined))
    const empty: ChatListState = { items: [], isLoading: true, hasMore: false, unreadCount: 0, unreadChatCount: 0 }
    this.chats = chatList(world, kept(empty, () => project.chatList(world)))
    this.people = people(world)
    this.auth = auth(world, loginCode)
  }

  chat(id: string): Chat {
    let chat = this.#chats.get(id)
    if (chat === undefined) this.#chats.set(id, (chat = new FakeChat(id, this.#world)))
    return chat
  }

  connect(): Promise<void> {
    return this.#world.call('connect', () => {
      this.#world.hasStarted = true
      if (this.#world.connection.status === 'connecting') comeOnline(this.#world)
    }, true)
  }

  reconnectNow(): void {
    if (this.#world.connection.status === 'reconnecting') comeOnline(this.#world)
  }

  updateProfile({ name, showsReadReceipts, showsLastSeen }: ProfileChanges): Promise<Me> {
    return this.#world.call('updateProfile', () =>
      this.#changeMe({
        ...(name === undefined ? {} : { name, isNew: false }),
        ...(showsReadReceipts === undefined ? {} : { showsReadReceipts }),
        ...(showsLastSeen === undefined ? {} : { showsLastSeen }),
      }),
    )
  }

  setAvatar(image: Blob): Promise<Me> {
    return this.#world.call('setAvatar', () => this.#changeMe({ avatarUrl: URL.createObjectURL(image) }))
  }

  removeAvatar(): Promise<Me> {
    return this.#world.call('removeAvatar', () => {
      const { avatarUrl: _, ...rest } = signedIn(this.#world)
      return setMe(this.#world, rest)
    })
  }

  attachmentLinks(attachmentId: string): Promise<{ url: string; thumbnailUrl: string }> {
    return this.#world.call('attachmentLinks', () => {
      const url = `https://fake.example/attachments/${attachmentId}`
      return { url, thumbnailUrl: `${url}/thumbnail` }
    })
  }

  async search({ signal, ...options }: SearchOptions): Promise<SearchPage> {
    if (signal?.aborted) throw cancelled(signal.reason)
    return this.#world.call('search', () => search(this.#world, options), true)
  }

  previewInvite(token: string): Promise<InvitePreview> {
    return this.#world.call('previewInvite', () => previewInvite(this.#world, token, signedIn(this.#world).id))
  }

  acceptInvite(token: string): Promise<string> {
    return this.#world.call('acceptInvite', () => acceptInvite(this.#world, token, signedIn(this.#world).id))
  }

  close(): void {
    const world = this.#world
    if (world.connection.status === 'closed') return
    world.hasStarted = true
    world.connection = { status: 'closed' }
    for (const chat of world.chats.values()) for (const { handle } of chat.waiting) handle.fail(closed())
    world.refresh()
  }

  #changeMe(changes: Partial<Me>): Me {
    return setMe(this.#world, { ...signedIn(this.#world), ...changes })
  }
}

/** Connects, or finds that nobody is logged in; then sends what waits. */
export function comeOnline(world: World): void {
  if (world.connection.status === 'closed') return
  world.connection = world.me === null ? { status: 'signed_out' } : { status: 'connected' }
  if (world.me !== null) {
    catchUp(world, world.me.id)
    for (const chat of world.chats.values()) deliver(world, chat)
  }
  world.refresh()
}

/** Nobody is logged in any more, and nothing is left on the device. */
export function signOut(world: World, reason?: string): void {
  world.me = null
  world.drafts.clear()
  world.connection = { status: 'signed_out', ...(reason === undefined ? {} : { reason }) }
  for (const chat of world.chats.values()) {
    for (const { handle } of chat.waiting.splice(0)) handle.fail(cancelled())
  }
  world.refresh()
}

export function setMe(world: World, me: Me): Me {
  const { email: _, isNew: __, showsReadReceipts: ___, showsLastSeen: ____, ...user } = me
  world.me = me
  world.users.set(me.id, user)
  return me
}

export function addChat(world: World, userIds: readonly string[], name?: string): string {
  return addChatOf(world, [signedIn(world).id, ...userIds], name)
}

/** A chat of these people; a group, which belongs to the first of them, if it has a name. */
export function addChatOf(world: World, userIds: readonly string[], name?: string): string {
  const id = world.newId('chat')
  const member = (userId: string, place: number): StoredMember => ({
    userId,
    role: name !== undefined && place === 0 ? 'owner' : 'member',
    joinedAt: world.nowMs,
    deliveredSeq: 0,
    readSeq: 0,
  })
  world.chats.set(id, {
    id,
    kind: name === undefined ? 'direct' : 'group',
    ...(name === undefined ? {} : { name }),
    rules: { send: 'member', add: 'admin', pin: 'admin' },
    members: userIds.map(member),
    messages: [],
    waiting: [],
    invites: [],
    typing: new Map(),
    lastActivityAt: world.nowMs,
    activity: world.nextActivity(),
    isOwnTyping: false,
    settings: {},
  })
  return id
}

function signedIn(world: World): Me {
  if (world.me === null) throw new RelayError('unauthenticated', 'Nobody is logged in.')
  return world.me
}

function chatList(world: World, state: Derived<ChatListState>): ChatList {
  const direct = (userId: string): string | undefined =>
    [...world.chats.values()].find(({ kind, members }) => kind === 'direct' && members.some((member) => member.userId === userId))?.id
  return {
    getSnapshot: state.getSnapshot,
    getServerSnapshot: state.getServerSnapshot,
    subscribe: state.subscribe,
    loadMore: () => world.call('loadMore', () => {}),
    unreadTotal: () =>
      world.call('unreadTotal', () => {
        const { unreadCount, unreadChatCount } = state.getSnapshot()
        return { unreadCount, unreadChatCount }
      }),
    openDirect: (userId) => world.call('openDirect', () => direct(mustKnow(world, userId)) ?? addChat(world, [userId])),
    createGroup: (name, userIds) =>
      world.call('createGroup', () => addChat(world, userIds.map((id) => mustKnow(world, id)), name)),
  }
}

function people(world: World): People {
  const presences = new Map<string, Observable<Presence | undefined>>()
  return {
    list: async ({ query = '', signal } = {}) => {
      if (signal?.aborted) throw cancelled(signal.reason)
      return world.call('list', () => {
        const others = [...world.users.values()].filter(({ id }) => id !== world.me?.id)
        return { items: others.filter(({ name }) => name.toLowerCase().includes(query.toLowerCase())) }
      })
    },
    get: (userId) => world.call('get', () => world.user(mustKnow(world, userId))),
    block: (userId) => world.call('block', () => setBlock(world, userId, true)),
    unblock: (userId) => world.call('unblock', () => setBlock(world, userId, false)),
    blocked: blocked(world),
    report: (userId, report) => world.call('report', () => reportUser(world, userId, report)),
    presence: (userId) => {
      const seen = (): Presence | undefined => (world.blocked.has(userId) ? { isOnline: false } : world.presences.get(userId))
      const known = presences.get(userId) ?? world.derive<Presence | undefined>(undefined, seen)
      presences.set(userId, known)
      return known
    },
  }
}

function mustKnow(world: World, userId: string): string {
  if (!world.users.has(userId)) throw new RelayError('not_found', `There is no user ${userId}.`)
  return userId
}

function auth(world: World, loginCode: string): Auth {
  const emails = new Map<string, string>()
  const logIn = (email: string | undefined): Me => {
    const [name = 'You'] = email?.split('@') ?? []
    const me = setMe(world, { id: 'me', name, ...(email === undefined ? {} : { email }), isNew: true, showsReadReceipts: true, showsLastSeen: true })
    world.hasStarted = true
    comeOnline(world)
    return me
  }
  const session = (): Session => ({
    id: 'session-1',
    createdAt: world.nowMs,
    lastUsedAt: world.nowMs,
    expiresAt: world.nowMs + 86_400_000,
    isCurrent: true,
  })
  return {
    requestCode: (email) =>
      world.call('requestCode', () => {
        const requestId = world.newId('request')
        emails.set(requestId, email)
        return { requestId, expiresInMs: 600_000, resendAfterMs: 60_000 }
      }),
    verifyCode: (requestId, code) =>
      world.call('verifyCode', () => {
        if (code !== loginCode) throw new RelayError('code_invalid', 'The code is wrong.')
        return logIn(emails.get(requestId))
      }),
    verifyLink: () => world.call('verifyLink', () => logIn(undefined)),
    listSessions: () => world.call('listSessions', () => [session()]),
    revokeSession: () => world.call('revokeSession', () => signOut(world)),
    signOut: () => world.call('signOut', () => signOut(world), true),
  }
}
