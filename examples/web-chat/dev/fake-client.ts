/**
 * A client without an engine: the same types, scripted people. For working on the pages and for
 * their component tests. What it does not do: reconnect, resume, or anything else the real one is for.
 */

import type {
  ChatListState,
  ChatSummary,
  Client,
  ClientOptions,
  ConnectionState,
  Me,
  Observable,
  Presence,
  SearchHit,
  SearchOptions,
  SearchPage,
  ServerLimits,
  Session,
  StorageState,
  TabRole,
  User,
} from '@relaychat/client'
import { Cell, FakeError, wait } from './cell'
import { FakeChat } from './fake-chat'
import { acceptOf, previewOf } from './fake-invites'
import { annLines, picture } from './fake-messages'
import { crowd, people, person, presenceOf, me as somebody } from './fake-people'

export { FakeError as RelayError }

type FakeList = Omit<ChatListState, 'items'> & {
  readonly items: readonly ChatSummary[]
  readonly unreadChatCount: number
}

type FakeClient = Omit<Client, 'chat' | 'chats' | 'limits' | 'search'> & {
  readonly limits: Observable<ServerLimits | undefined>
  readonly chats: Omit<Client['chats'], 'getSnapshot'> & { readonly getSnapshot: () => FakeList }
  readonly chat: (id: string) => FakeChat
  readonly search: (options: SearchOptions) => Promise<SearchPage>
}

const query = () => new URLSearchParams(location.search)
const signedInKey = 'fake.signed-in'

export function createClient(_options: ClientOptions): Client {
  const scenario = query().get('fake') ?? ''
  const isSignedIn = sessionStorage.getItem(signedInKey) !== 'no' && scenario !== 'login'
  const me = new Cell<Me | null>(isSignedIn ? somebody : null)
  const connection = new Cell<ConnectionState>({ status: 'connecting' })
  const limits = new Cell<ServerLimits | undefined>(undefined)
  const list = new Cell<FakeList>({
    items: [],
    isLoading: true,
    hasMore: false,
    unreadCount: 0,
    unreadChatCount: 0,
  })
  const chats = new Map<string, FakeChat>()

  const publish = () => {
    if (list.getSnapshot().isLoading) return
    const items = [...chats.values()]
      .map(chat => chat.summary.getSnapshot())
      .filter(summary => summary !== null && summary !== undefined)
      .sort(
        (a, b) => Number(b.isPinned) - Number(a.isPinned) || b.lastActivityAt - a.lastActivityAt,
      )
    const counted = items.filter(
      item => !item.isArchived && (item.mutedUntil ?? 0) <= Date.now() && item.unreadCount > 0,
    )
    const unreadCount = counted.reduce((sum, item) => sum + item.unreadCount, 0)
    const unreadChatCount = counted.length
    list.set({ items, isLoading: false, hasMore: false, unreadCount, unreadChatCount })
  }
  const add = (id: string, options: ConstructorParameters<typeof FakeChat>[1]) =>
    chats.set(id, new FakeChat(id, options, publish))

  if (scenario !== 'empty') {
    add('c-ann', { peers: ['ann'], lines: annLines(), unread: 12 })
    add('c-team', {
      peers: ['bob', 'cem', 'hana'],
      title: 'Harbour walk',
      lines: [
        { from: 'bob', text: 'Who brings the thermos?', daysAgo: 0, at: '07:40' },
        { from: 'cem', text: 'Me', daysAgo: 0, at: '07:41' },
        { from: 'cem', text: 'And the cups', daysAgo: 0, at: '07:42' },
        {
          from: 'hana',
          text: 'I have cake 🍰',
          daysAgo: 0,
          at: '07:50',
          reactions: {
            '🎂': crowd.map(({ id }) => id),
            '❤️': ['bob', 'me'],
            '👍': ['cem'],
          },
        },
        { from: 'me', text: '@Cem Yıldız you are the best', at: '07:51', mentions: ['cem'] },
        {
          from: 'bob',
          text: 'Good. @Cem Yıldız takes the cups, then, and @Mira Sandberg the blanket?',
          at: '07:58',
          mentions: ['cem', 'me'],
        },
        { from: 'cem', text: 'At eight, @everyone!', at: '07:59', mentions: ['everyone'] },
      ],
      unread: 2,
    })
    add('c-news', {
      peers: ['hana', 'bob', 'ivo'],
      title: 'Harbour news',
      role: 'member',
      sendRole: 'admin',
      lines: [{ from: 'hana', text: 'The bridge is closed on Saturday.', daysAgo: 2 }],
    })
    add('c-bob', {
      peers: ['bob'],
      lines: [{ from: 'me', text: 'Thank you for yesterday', daysAgo: 1, at: '21:10' }],
    })
    add('c-eli', {
      peers: ['eli'],
      lines: [
        {
          from: 'eli',
          text: 'Long names deserve short messages, do they not, my dear correspondent?',
          daysAgo: 3,
        },
      ],
    })
    add('c-dana', {
      peers: ['dana'],
      lines: [{ from: 'dana', text: 'مرحبا! هل أنت مستعدة لرحلة الغد إلى الميناء؟', daysAgo: 4 }],
      unread: 1,
    })
    add('c-fumi', {
      peers: ['fumi'],
      lines: [{ from: 'fumi', text: '', daysAgo: 9, photos: ['800x600:night'] }],
    })
    add('c-ivo', { peers: ['ivo'], lines: [] })
  }

  const signOut = () => {
    sessionStorage.setItem(signedInKey, 'no')
    me.set(null)
    connection.set({ status: 'signed_out' })
  }
  const signIn = async (next: Me) => {
    sessionStorage.setItem(signedInKey, 'yes')
    me.set(next)
    await connect()
    return next
  }
  const connect = async () => {
    await wait(scenario === 'slow' ? 6000 : 200)
    if (me.getSnapshot() === null) return connection.set({ status: 'signed_out' })
    connection.set({ status: 'connected' })
    limits.set({
      textBytes: 16_384,
      attachmentsPerMessage: 10,
      imageBytes: 10_485_760,
      imagePixels: 40_000_000,
      imageContentTypes: ['image/png', 'image/jpeg', 'image/webp', 'image/gif'],
      fileBytes: 104_857_600,
      editWindowMs: 172_800_000,
      readReceipts: true,
    })
    list.set({ ...list.getSnapshot(), isLoading: false })
    publish()
  }

  const sessions: Session[] = [
    {
      id: 's1',
      deviceName: 'Firefox on Linux',
      createdAt: 0,
      lastUsedAt: Date.now(),
      expiresAt: 0,
      isCurrent: true,
    },
    {
      id: 's2',
      deviceName: 'Safari on iPhone',
      createdAt: 0,
      lastUsedAt: Date.now() - 9e6,
      expiresAt: 0,
      isCurrent: false,
    },
    { id: 's3', createdAt: 0, lastUsedAt: Date.now() - 3e8, expiresAt: 0, isCurrent: false },
  ]
  const presences = new Map<string, Cell<Presence | undefined>>()
  const blocked = new Cell<readonly User[]>([])
  const missing = new Map<string, FakeChat>()

  const client: FakeClient = {
    connection,
    me,
    limits,
    storage: new Cell<StorageState>('memory_only'),
    role: new Cell<TabRole | undefined>('single'),
    chats: {
      getSnapshot: list.getSnapshot,
      subscribe: list.subscribe,
      loadMore: async () => {},
      unreadTotal: async () => list.getSnapshot(),
      openDirect: async userId => {
        await wait(200)
        const id = `c-${userId}`
        if (!chats.has(id)) add(id, { peers: [userId], lines: [] })
        publish()
        return id
      },
      createGroup: async () => 'c-team',
    },
    people: {
      list: async options => {
        await wait(200)
        const wanted = (options?.query ?? '').toLocaleLowerCase()
        const items = scenario === 'empty' ? [] : people
        return { items: items.filter(user => user.name.toLocaleLowerCase().includes(wanted)) }
      },
      get: async id => person(id),
      block: async id => blocked.set([...blocked.getSnapshot(), person(id)]),
      unblock: async id => blocked.set(blocked.getSnapshot().filter(user => user.id !== id)),
      blocked,
      report: () => wait(400),
      presence: id => {
        const known = presences.get(id) ?? new Cell<Presence | undefined>(presenceOf(id))
        presences.set(id, known)
        return known
      },
    },
    auth: {
      requestCode: async () => {
        await wait(400)
        return { requestId: crypto.randomUUID(), expiresInMs: 600_000, resendAfterMs: 60_000 }
      },
      verifyCode: async (_requestId, code) => {
        await wait(600)
        if (code !== '482913') throw new FakeError('code_invalid')
        return signIn({ ...somebody, isNew: query().has('new') })
      },
      verifyLink: async () => {
        await wait(600)
        return signIn(somebody)
      },
      listSessions: async () => [...sessions],
      revokeSession: async id => {
        await wait(300)
        sessions.splice(
          sessions.findIndex(session => session.id === id),
          1,
        )
      },
      signOut: async () => signOut(),
    },
    chat: id => {
      const known = chats.get(id) ?? missing.get(id)
      if (known !== undefined) return known
      const chat = new FakeChat(id, { peers: [], lines: [] }, () => {})
      chat.summary.set(null)
      missing.set(id, chat)
      return chat
    },
    connect,
    reconnectNow: () => connection.set({ status: 'connected' }),
    updateProfile: async changes => {
      await wait(300)
      const next = { ...somebody, ...me.getSnapshot(), ...changes, isNew: false }
      me.set(next)
      return next
    },
    setAvatar: async image => {
      await wait(500)
      const next = { ...somebody, ...me.getSnapshot(), avatarUrl: URL.createObjectURL(image) }
      me.set(next)
      return next
    },
    removeAvatar: async () => {
      const { avatarUrl: _, ...rest } = me.getSnapshot() ?? somebody
      me.set(rest)
      return rest
    },
    attachmentLinks: async id => {
      await wait(500)
      const spec = id.split('|')[1]
      return spec === undefined
        ? { url: picture('800x600:teal'), thumbnailUrl: picture('800x600:teal') }
        : { url: picture(spec), thumbnailUrl: picture(spec) }
    },
    search: async ({ query: words, chatId, has }) => {
      await wait(250)
      return { items: found(chats, words, chatId, has), isLocal: false }
    },
    previewInvite: previewOf,
    acceptInvite: async token => {
      const id = await acceptOf(token)
      if (!chats.has(id)) {
        const lines = [{ from: 'hana', text: 'Welcome aboard' }]
        add(id, { peers: ['hana', 'gus'], title: 'Sailing on Sundays', role: 'member', lines })
        publish()
      }
      return id
    },
    close: () => {},
  }
  if (typeof window !== 'undefined') {
    Object.assign(window, { fake: { client, chats, connection, me } })
  }
  // What the client's own types do not say yet is more than they say.
  return client as unknown as Client
}

/** Messages that hold the words as they stand, newest first. */
function found(
  chats: ReadonlyMap<string, FakeChat>,
  words: string,
  chatId: string | undefined,
  has: SearchOptions['has'],
): SearchHit[] {
  const hits: SearchHit[] = []
  for (const [id, chat] of chats) {
    if (chatId !== undefined && chatId !== id) continue
    const summary = chat.summary.getSnapshot()
    for (const message of chat.all) {
      const at = message.text.toLowerCase().indexOf(words.toLowerCase())
      const hasIt =
        has === undefined ||
        (has === 'link'
          ? message.text.includes('https://')
          : message.attachments.some(({ kind }) => kind === has))
      if (at < 0 || !hasIt || message.isDeleted) continue
      const highlights = words === '' ? [] : [[at, at + words.length] as const]
      hits.push({ message, highlights, ...(summary ? { chat: summary } : {}) })
    }
  }
  return hits.sort((a, b) => b.message.sentAt - a.message.sentAt).slice(0, 20)
}
