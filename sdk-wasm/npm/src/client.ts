/** The client: one engine, one user, one connection. */

import { authFor } from './auth.js'
import { Cell } from './cell.js'
import { ChatHandle } from './chat.js'
import type { Core, CoreOptions, Host, LoadCore } from './core.js'
import { closed, RelayError } from './errors.js'
import { watchEnvironment } from './environment.js'
import { exchange } from './exchange.js'
import { type FrameSource, pageFrames } from './frames.js'
import { Link } from './link.js'
import { LocalFiles } from './local_files.js'
import type { OutgoingHandle } from './outgoing.js'
import { applyPatch, type ListPatch, parse } from './patch.js'
import { peopleFor } from './people.js'
import { openSessionStore, type SessionStore } from './session.js'
import { loadWithTabs } from './tabs.js'
import type { TabPlatform } from './tabs/tab.js'
import type {
  Auth,
  Chat,
  ChatList,
  ChatListState,
  ChatSummary,
  Client,
  ClientOptions,
  ConnectionState,
  InvitePreview,
  Me,
  ProfileChanges,
  Observable,
  People,
  SearchOptions,
  SearchPage,
  ServerLimits,
  StorageState,
  TabRole,
} from './types.js'
import { type View, Views } from './views.js'

/** What a test replaces. */
export interface Surroundings {
  readonly loadCore: LoadCore
  readonly frames?: FrameSource
  readonly tabs?: TabPlatform
}

interface ChatListPatch extends Omit<ChatListState, 'items'> {
  readonly items: ListPatch<ChatSummary>
}

export class ClientHandle implements Client {
  readonly auth: Auth
  readonly people: People
  readonly chats: ChatList
  readonly connection: Observable<ConnectionState>
  readonly me: Observable<Me | null>
  readonly limits: Observable<ServerLimits | undefined>
  readonly storage: Observable<StorageState>
  readonly role: Observable<TabRole | undefined>

  readonly #url: string
  readonly #link: Link
  readonly #views: Views
  readonly #files = new LocalFiles()
  readonly #outgoing = new Map<string, OutgoingHandle>()
  readonly #chats = new Map<string, ChatHandle>()
  readonly #session: SessionStore
  readonly #connection: View<ConnectionState>
  readonly #role = new Cell<TabRole | undefined>(undefined)
  readonly #stops: (() => void)[] = []

  constructor(options: ClientOptions, { loadCore, frames = pageFrames, tabs }: Surroundings) {
    const url = rootUrl(options.url)
    this.#url = url
    this.#session = openSessionStore(url, options.sessionStorage)
    this.role = this.#role
    this.#views = new Views(frames, (error) => this.#panicked(String(error)))
    const load = loadWithTabs(loadCore, options, this.#session, tabs)
    this.#link = new Link(load, coreOptions(url, options), this.#host(options), {
      loaded: (core) => this.#attach(core),
      panic: (report) => this.#panicked(report),
    })
    this.#connection = this.#views.get<ConnectionState>({
      topic: 'connection',
      initial: { status: 'connecting' },
      decode: parse,
      isKept: true,
      isBlank: ({ status }) => status === 'connecting',
      onChange: ({ status }) => {
        if (status === 'signed_out') this.#forgetPerson()
      },
    })
    this.connection = this.#connection.cell
    this.me = this.#views.get<Me | null>({
      topic: 'me',
      initial: null,
      decode: parse,
      isKept: true,
      isBlank: (me) => me === null,
    }).cell
    this.limits = this.#views.get<ServerLimits | undefined>({
      topic: 'limits',
      initial: undefined,
      decode: parse,
      isKept: true,
      isBlank: (limits) => limits === undefined,
    }).cell
    this.storage = this.#views.get<StorageState>({
      topic: 'storage',
      initial: 'memory_only',
      decode: parse,
      isKept: true,
    }).cell
    this.chats = chatList(this.#link, this.#views, this.#files)
    this.people = peopleFor(this.#link, this.#views)
    this.auth = authFor(this.#link, this.#views)
  }

  chat(id: string): Chat {
    let chat = this.#chats.get(id)
    if (chat === undefined) {
      chat = new ChatHandle(id, {
        link: this.#link,
        views: this.#views,
        files: this.#files,
        outgoing: this.#outgoing,
      })
      this.#chats.set(id, chat)
    }
    return chat
  }

  async connect(): Promise<void> {
    await this.#link.run((core) => core.connect())
    this.#views.flush()
  }

  reconnectNow(): void {
    this.#link.core?.reconnectNow()
  }

  async updateProfile({ name, showsReadReceipts, showsLastSeen }: ProfileChanges): Promise<Me> {
    return this.#changed(
      await this.#link.call<Me>((core) => core.updateProfile(name, showsReadReceipts, showsLastSeen)),
    )
  }

  async setAvatar(image: Blob): Promise<Me> {
    return this.#changed(await this.#link.call<Me>((core) => core.setAvatar(image)))
  }

  async removeAvatar(): Promise<Me> {
    return this.#changed(await this.#link.call<Me>((core) => core.removeAvatar()))
  }

  attachmentLinks(attachmentId: string): Promise<{ url: string; thumbnailUrl: string }> {
    return this.#link.call((core) => core.attachmentLinks(attachmentId))
  }

  async search({ query, signal, ...filters }: SearchOptions): Promise<SearchPage> {
    const pairs = Object.entries(filters).flatMap(([name, value]) => (value === undefined ? [] : [name, String(value)]))
    const page = await this.#link.call<SearchPage>((core) => core.search(query, pairs), signal)
    return { ...page, items: page.items.map((hit) => this.#files.inHit(hit)) }
  }

  async previewInvite(token: string): Promise<InvitePreview> {
    const { avatarUrl, ...found } = await exchange<InvitePreview>(this.#link, 'POST', '/invites/preview', { token })
    if (avatarUrl === undefined) return found
    return { ...found, avatarUrl: avatarUrl.startsWith('/') ? this.#url + avatarUrl : avatarUrl }
  }

  async acceptInvite(token: string): Promise<string> {
    const id = await this.#link.run((core) => core.ask('acceptInvite', [token]))
    this.#views.pull('chats')
    return id
  }

  close(): void {
    this.#end({ status: 'closed' }, closed(), true)
  }

  /** The answer of a change is what `me` shows. */
  #changed(me: Me): Me {
    this.#views.flush()
    return me
  }

  #host(options: ClientOptions): Host {
    const { getToken } = options
    return {
      wake: this.#views.wake,
      loadSession: () => this.#session.load(),
      saveSession: (session) => this.#session.save(session),
      foundFile: (...found) => this.#files.found(...found),
      seated: (role) => this.#seated(role),
      ...(getToken === undefined ? {} : { getToken: (reason) => getToken({ reason }) }),
    }
  }

  #attach(core: Core): void {
    this.#views.attach(core)
    this.#stops.push(
      watchEnvironment(core),
      this.#session.watch(() => this.#signedOutElsewhere()),
    )
  }

  #seated(role: TabRole | undefined): void {
    if (role !== undefined) {
      this.#views.restart()
      for (const chat of this.#chats.values()) chat.keepDraft()
    }
    this.#role.set(role)
    this.#role.notify()
  }

  /** Nothing of the person stays, and nothing that was theirs is sent for whoever comes next. */
  #forgetPerson(): void {
    const reason = new RelayError('unauthenticated', 'The session has ended.')
    for (const handle of [...this.#outgoing.values()]) handle.fail(reason)
    this.#views.release()
  }

  /** The session is over: what is left is to forget it here too. */
  #signedOutElsewhere(): void {
    // A follower hears it from its leader, and must not sign out who logs in next.
    if (this.#role.getSnapshot() === 'follower') return
    this.#link.run((core) => core.signOut()).catch(() => {})
  }

  #panicked(report: string): void {
    const error = new RelayError('internal', `The client failed and was closed: ${report}`)
    this.#end({ status: 'closed', error }, error, false)
  }

  #end(state: ConnectionState, reason: RelayError, isUsable: boolean): void {
    if (this.connection.getSnapshot().status === 'closed') return
    for (const stop of this.#stops.splice(0)) stop()
    for (const handle of [...this.#outgoing.values()]) handle.fail(reason)
    this.#views.detach()
    this.#link.end(reason, isUsable)
    this.#files.clear()
    this.#chats.clear()
    this.#views.put(this.#connection, state)
  }
}

function chatList(link: Link, views: Views, files: LocalFiles): ChatList {
  const { cell } = views.get<ChatListState>({
    topic: 'chats',
    initial: { items: [], isLoading: true, hasMore: false, unreadCount: 0, unreadChatCount: 0 },
    decode: (json, previous) => {
      const patch = parse<ChatListPatch>(json)
      const items = patch.items.map((item) => (typeof item === 'number' ? item : files.inSummary(item)))
      return { ...patch, items: applyPatch(previous.items, items) }
    },
    isKept: true,
    isBlank: ({ isLoading }) => isLoading,
  })
  return {
    getSnapshot: cell.getSnapshot,
    getServerSnapshot: cell.getServerSnapshot,
    subscribe: cell.subscribe,
    loadMore: async () => {
      await link.run((core) => core.loadMoreChats())
      views.pull('chats')
    },
    unreadTotal: () => exchange(link, 'GET', '/me/unread'),
    openDirect: (userId) => link.run((core) => core.openDirect(userId)),
    createGroup: (name, userIds) => link.run((core) => core.createGroup(name, [...userIds])),
  }
}

/** Without query, fragment and closing slash, so that one engine has one spelling. */
function rootUrl(url: string): string {
  const base = typeof location === 'object' ? location.href : undefined
  const root = new URL(url, base)
  return (root.origin + root.pathname).replace(/\/+$/, '')
}

function coreOptions(url: string, options: ClientOptions): CoreOptions {
  const [deviceName, storeName] = [describeDevice(), nameStore(url, options)]
  return {
    url,
    ...(deviceName === undefined ? {} : { deviceName }),
    ...(storeName === undefined ? {} : { storeName }),
  }
}

/** One database for each engine and account; none where somebody else could find what is in it. */
function nameStore(url: string, { store, account, getToken, sessionStorage = 'local' }: ClientOptions): string | undefined {
  const isLasting = getToken === undefined ? sessionStorage === 'local' : account !== undefined
  const isWanted = (store ?? (isLasting ? 'indexeddb' : 'memory')) === 'indexeddb'
  if (!isWanted || globalThis.indexedDB === undefined) return undefined
  return `relaychat:${url}${account === undefined ? '' : `#${account}`}`
}

/** Such as "Firefox on Linux": what the list of sessions shows. */
function describeDevice(): string | undefined {
  if (typeof navigator !== 'object') return undefined
  const agent = navigator.userAgent ?? ''
  const browser = /(Firefox|Edg|OPR|Chrome|Safari|Node\.js)/.exec(agent)?.[1]
  const system = /(Android|iPhone|iPad|Windows|Mac OS X|CrOS|Linux)/.exec(agent)?.[1]
  if (browser === undefined) return undefined
  const name = { Edg: 'Edge', OPR: 'Opera' }[browser] ?? browser
  return system === undefined ? name : `${name} on ${system.replace('Mac OS X', 'macOS').replace('CrOS', 'ChromeOS')}`
}
