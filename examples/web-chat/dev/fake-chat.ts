import type {
  ChatChanges,
  ChatSettings,
  ChatSummary,
  DeliveryState,
  Draft,
  Member,
  Mentions,
  Message,
  Outgoing,
  Role,
  Timeline,
  TimelineItem,
  TimelineState,
  User,
} from '@relaychat/client'
import { meansMe } from '../src/chat/conversation/mentioned'
import { Cell, FakeError, wait } from './cell'
import { FakeInvites } from './fake-invites'
import { type Line, messageOf, messagesOf, quoteOf, reacted } from './fake-messages'
import { crowd, me, person } from './fake-people'

type FakeTimeline = Omit<TimelineState, 'items'> & { readonly items: readonly TimelineItem[] }

const pageSize = 50

/** One scripted conversation. Its people answer what is written to them. */
export class FakeChat {
  readonly summary: Cell<ChatSummary | null | undefined>
  readonly members: Cell<readonly Member[]>
  readonly timeline: Omit<Timeline, 'getSnapshot'> & { getSnapshot: () => FakeTimeline }
  readonly draft = new Cell('')
  readonly pinned = new Cell<readonly Message[] | undefined>([])
  readonly #state: Cell<FakeTimeline>
  #messages: Message[]
  #loaded: number
  #dividerSeq: number
  #dividerCount: number
  #readSeq: number
  #outgoing = new Map<string, Outgoing & { set(state: DeliveryState): void }>()
  #settings: ChatSettings = {}
  #sendRole: Role
  #addRole: Role = 'admin'
  #pinRole: Role = 'admin'
  readonly #invites = new FakeInvites()
  isOffline = false

  constructor(
    readonly id: string,
    private readonly options: {
      peers: readonly string[]
      title?: string
      lines: readonly Line[]
      unread?: number
      delayMs?: number
      isPinned?: boolean
      /** Of the reader; in a group of more than two the owner. */
      role?: Role
      sendRole?: Role
    },
    private readonly onChange: () => void,
  ) {
    this.#messages = messagesOf(id, options.lines)
    const unread = options.unread ?? 0
    this.#readSeq = this.#messages.length - unread
    this.#dividerSeq = unread > 0 ? this.#readSeq + 1 : -1
    this.#dividerCount = unread
    this.#loaded = Math.max(pageSize, unread + 20)
    this.#state = new Cell<FakeTimeline>({
      items: [],
      isLoading: true,
      isLoadingBefore: false,
      hasBefore: true,
      isLoadingAfter: false,
      hasAfter: false,
    })
    this.#sendRole = options.sendRole ?? 'member'
    this.summary = new Cell<ChatSummary | null | undefined>(this.#summarise([]))
    this.members = new Cell<readonly Member[]>(
      [...options.peers.map(person), me].map(user => ({
        user,
        role: user === me && options.peers.length > 1 ? (options.role ?? 'owner') : 'member',
        joinedAt: 0,
        deliveredSeq: 0,
        readSeq: 0,
      })),
    )
    let hasStarted = false
    this.timeline = {
      getSnapshot: this.#state.getSnapshot,
      subscribe: onStoreChange => {
        if (!hasStarted) {
          hasStarted = true
          setTimeout(() => this.#render(), options.delayMs ?? 150)
        }
        return this.#state.subscribe(onStoreChange)
      },
      loadBefore: async () => {
        const now = this.#state.getSnapshot()
        if (now.isLoadingBefore || !now.hasBefore) return
        this.#state.set({ ...now, isLoadingBefore: true })
        await wait(350)
        this.#loaded += pageSize
        this.#render()
      },
      loadAfter: async () => {},
      jumpTo: async seq => {
        await wait(350)
        this.#loaded = Math.max(this.#loaded, this.#messages.length - seq + pageSize)
        this.#render()
      },
      jumpToLatest: async () => {},
    }
  }

  send(draft: Draft): Outgoing {
    const id = crypto.randomUUID()
    const files = draft.attachments ?? []
    const message: Message = {
      id,
      chatId: this.id,
      sender: me,
      isOwn: true,
      sentAt: Date.now(),
      text: draft.text ?? '',
      attachments: files.map((file, index) => ({
        id: `${id}-${index}`,
        kind: file.type.startsWith('image/') ? ('image' as const) : ('file' as const),
        contentType: file.type,
        sizeBytes: file.size,
        width: file.type.startsWith('image/') ? 1200 : 0,
        height: file.type.startsWith('image/') ? 800 : 0,
        ...(file instanceof File ? { fileName: file.name } : {}),
        localUrl: URL.createObjectURL(file),
      })),
      state: 'queued',
      isDeleted: false,
      reactions: [],
      ...this.#quote(draft.replyTo),
      ...(draft.mentions === undefined ? {} : { mentions: draft.mentions }),
    }
    this.#loaded += 1
    this.#messages = [...this.#messages, message]
    this.#dividerSeq = -1
    this.#render()
    const target = new EventTarget() as Outgoing & { set(state: DeliveryState): void }
    const outgoing = Object.assign(target, {
      id,
      set: () => {},
      delivered: new Promise<Message>(() => {}),
      retry: () => this.retry(id),
      edit: (text: string) => this.edit(id, text),
      cancel: () => this.cancel(id),
    })
    this.#outgoing.set(id, outgoing as never)
    void this.#deliver(id, draft.text ?? '', files.length)
    return outgoing as never
  }

  retry(messageId: string): void {
    this.#change(messageId, { state: 'queued' })
    void this.#deliver(messageId, '', 0)
  }

  edit(messageId: string, text: string, mentions?: Mentions): void {
    const isSent = this.#find(messageId)?.seq !== undefined
    void this.#amend(messageId, 'edit', {
      text,
      ...(mentions === undefined ? {} : { mentions }),
      ...(isSent ? { editedAt: Date.now() } : {}),
    })
  }

  delete(messageId: string): void {
    const gone = { text: '', attachments: [], reactions: [], isDeleted: true }
    if (this.#find(messageId)?.seq === undefined) this.cancel(messageId)
    else void this.#amend(messageId, 'delete', gone)
  }

  react(messageId: string, emoji: string, isOn: boolean): void {
    const message = this.#find(messageId)
    if (message === undefined) return
    void this.#amend(messageId, 'reaction', {
      reactions: reacted(message.reactions ?? [], emoji, isOn),
    })
  }

  pin(messageId: string): void {
    void this.#amend(messageId, 'pin', { pinnedAt: Date.now() })
  }

  unpin(messageId: string): void {
    const { pinnedAt: _, ...rest } = this.#find(messageId) ?? {}
    this.#messages = this.#messages.map(message =>
      message.id === messageId ? (rest as Message) : message,
    )
    this.#render()
  }

  report(): Promise<void> {
    return wait(400)
  }

  /** Those beyond the first fifty are made up. */
  async reactions(messageId: string, emoji: string, cursor?: string) {
    await wait(250)
    const reaction = this.#find(messageId)?.reactions.find(now => now.emoji === emoji)
    const users = reaction?.users ?? []
    const rest = crowd.slice(0, (reaction?.count ?? 0) - users.length)
    const items = (cursor === undefined ? users : rest).map(user => ({ user, at: Date.now() }))
    return { items, ...(cursor === undefined && rest.length > 0 ? { nextCursor: '2' } : {}) }
  }

  readonly createInvite: FakeInvites['create'] = options => this.#invites.create(options)
  readonly invites: FakeInvites['list'] = () => this.#invites.list()
  readonly revokeInvite: FakeInvites['revoke'] = id => this.#invites.revoke(id)

  async setSendRole(role: Role): Promise<void> {
    await wait(300)
    this.#sendRole = role
    this.#publish()
  }

  async setAddRole(role: Role): Promise<void> {
    await wait(300)
    this.#addRole = role
    this.#publish()
  }

  async setPinRole(role: Role): Promise<void> {
    await wait(300)
    this.#pinRole = role
    this.#publish()
  }

  set(settings: ChatSettings): void {
    this.#settings = { ...this.#settings, ...settings }
    this.#publish()
  }

  cancel(messageId: string): void {
    const before = this.#refused.get(messageId)
    if (before !== undefined) {
      this.#refused.delete(messageId)
      this.#messages = this.#messages.map(message => (message.id === messageId ? before : message))
    } else {
      this.#messages = this.#messages.filter(message => message.id !== messageId)
    }
    this.#render()
  }

  markRead(seq: number): void {
    if (seq <= this.#readSeq) return
    this.#readSeq = seq
    this.#publish()
  }

  setDraft(text: string): void {
    this.draft.set(text)
  }

  setTyping(): void {}

  async update({ name, description }: ChatChanges): Promise<void> {
    await wait(300)
    const now = this.summary.getSnapshot()
    if (!now) return
    this.summary.set({
      ...now,
      ...(name === undefined ? {} : { title: name }),
      ...(description === undefined ? {} : { description }),
    })
    this.onChange()
  }

  async addMembers(userIds: readonly string[]): Promise<void> {
    const start = { role: 'member' as const, joinedAt: 0, deliveredSeq: 0, readSeq: 0 }
    const added = userIds.map(id => ({ user: person(id), ...start }))
    this.members.set([...this.members.getSnapshot(), ...added])
  }

  async removeMember(userId: string): Promise<void> {
    this.members.set(this.members.getSnapshot().filter(({ user }) => user.id !== userId))
  }

  async setRole(userId: string, role: Role): Promise<void> {
    const changed = (member: Member) => (member.user.id === userId ? { ...member, role } : member)
    this.members.set(this.members.getSnapshot().map(changed))
  }

  async leave(): Promise<void> {
    this.summary.set(null)
    this.onChange()
  }

  setTypingPeers(users: readonly User[]): void {
    this.summary.set(this.#summarise(users))
    this.onChange()
  }

  receive(from: string, text: string): void {
    const seq = this.#nextSeq()
    this.#loaded += 1
    this.#messages = [
      ...this.#messages,
      { ...messageOf(this.id, seq, { from, text }), id: crypto.randomUUID(), sentAt: Date.now() },
    ]
    this.#render()
  }

  #refused = new Map<string, Message>()

  get all(): readonly Message[] {
    return this.#messages
  }

  #find(messageId: string): Message | undefined {
    return this.#messages.find(({ id }) => id === messageId)
  }

  /** Shown at once, known to the server a little later. What says "refuse" is refused. */
  async #amend(
    id: string,
    kind: 'edit' | 'delete' | 'reaction' | 'pin',
    changes: Partial<Message>,
  ) {
    const before = this.#find(id)
    if (before === undefined) return
    this.#change(id, { ...changes, pending: { kind } })
    await wait(500)
    while (this.isOffline) await wait(200)
    if (changes.text?.includes('refuse')) {
      this.#refused.set(id, before)
      return this.#change(id, {
        ...before,
        pending: { kind, error: new FakeError('edit_too_late') as never },
      })
    }
    this.#change(id, {})
  }

  #quote(messageId: string | undefined): Pick<Message, 'replyTo'> {
    const quoted = messageId === undefined ? undefined : this.#find(messageId)
    return quoted === undefined ? {} : { replyTo: quoteOf(quoted) }
  }

  async #deliver(id: string, text: string, files: number): Promise<void> {
    while (this.isOffline) await wait(200)
    for (let step = 1; files > 0 && step <= 10; step += 1) {
      this.#change(id, { state: 'uploading', uploadProgress: step / 10 })
      await wait(220)
    }
    this.#change(id, { state: 'sending' })
    await wait(500)
    if (text.includes('fail')) {
      return this.#change(id, { state: 'failed', error: new FakeError('forbidden') as never })
    }
    this.#change(id, { state: 'sent', seq: this.#nextSeq() })
    await wait(700)
    this.#change(id, { state: 'delivered' })
    await wait(900)
    this.#change(id, { state: 'read' })
    const peer = this.options.peers[0]
    if (peer === undefined || !this.options.lines.length) return
    this.setTypingPeers(this.options.peers.slice(0, 3).map(person))
    await wait(2200)
    this.setTypingPeers([])
    this.receive(
      peer,
      text.length > 60 ? 'That is a lot to think about. Give me a minute.' : 'Sounds good! 👍',
    )
  }

  #nextSeq(): number {
    return this.#messages.reduce((max, message) => Math.max(max, message.seq ?? 0), 0) + 1
  }

  #change(id: string, changes: Partial<Message>): void {
    this.#messages = this.#messages.map(message => {
      if (message.id !== id) return message
      const { uploadProgress: _, error: __, pending: ___, ...rest } = message
      return { ...rest, ...changes }
    })
    this.#render()
  }

  #items = new Map<Message, TimelineItem>()

  #render(): void {
    const shown = this.#messages.slice(-this.#loaded)
    const hasBefore = shown.length < this.#messages.length
    const items: TimelineItem[] = []
    if (!hasBefore) items.push({ kind: 'start', key: 'start' })
    let day = ''
    for (const message of shown) {
      const date = new Date(message.sentAt)
      if (date.toDateString() !== day) {
        day = date.toDateString()
        items.push({ kind: 'date_divider', key: day, day: new Date(day).getTime() })
      }
      if (message.seq === this.#dividerSeq) {
        items.push({ kind: 'unread_divider', key: 'unread', count: this.#dividerCount })
      }
      let item = this.#items.get(message)
      if (item === undefined) {
        item = { kind: 'message', key: message.id, message }
        this.#items.set(message, item)
      }
      items.push(item)
    }
    this.#state.set({
      items,
      isLoading: false,
      isLoadingBefore: false,
      hasBefore,
      isLoadingAfter: false,
      hasAfter: false,
    })
    this.#publish()
  }

  #publish(): void {
    const pinned = this.#messages.filter(message => message.pinnedAt !== undefined)
    if (pinned.length > 0 || this.pinned.getSnapshot()?.length !== 0) {
      pinned.sort((a, b) => (b.pinnedAt ?? 0) - (a.pinnedAt ?? 0) || (b.seq ?? 0) - (a.seq ?? 0))
      this.pinned.set(pinned)
    }
    this.summary.set(this.#summarise(this.summary.getSnapshot()?.typing ?? []))
    this.onChange()
  }

  #isUnread({ isOwn, seq = 0 }: Message): boolean {
    return !isOwn && seq > this.#readSeq
  }

  #summarise(typing: readonly User[]): ChatSummary {
    const isGroup = this.options.title !== undefined
    const peer = person(this.options.peers[0] ?? 'me')
    const last = this.#messages.at(-1)
    const lastSeq = this.#nextSeq() - 1
    const { mutedUntil } = this.#settings
    return {
      id: this.id,
      kind: isGroup ? 'group' : 'direct',
      title: this.options.title ?? peer.name,
      ...(isGroup || peer.avatarUrl === undefined ? {} : { avatarUrl: peer.avatarUrl }),
      ...(isGroup ? {} : { peer }),
      ...(last === undefined ? {} : { lastMessage: last }),
      lastActivityAt: last?.sentAt ?? Date.now() - 1e9,
      unreadCount: this.#messages.filter(m => this.#isUnread(m)).length,
      mentionCount: this.#messages.filter(m => this.#isUnread(m) && meansMe(m, me.id)).length,
      sendRole: this.#sendRole,
      addRole: this.#addRole,
      pinRole: this.#pinRole,
      lastSeq,
      readSeq: this.#readSeq,
      memberCount: this.options.peers.length + 1,
      typing,
      isPinned: this.#settings.isPinned ?? this.options.isPinned ?? false,
      isArchived: this.#settings.isArchived ?? false,
      isMarkedUnread: this.#settings.isMarkedUnread ?? false,
      ...(typeof mutedUntil === 'number' ? { mutedUntil } : {}),
    }
  }
}
