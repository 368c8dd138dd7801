/** A chat of the fake client. */

import { alreadySent, cancelled, RelayError } from '../errors.js'
import { OutgoingHandle } from '../outgoing.js'
import { isImage } from '../pixels.js'
import type { Attachment, AttachmentPage, Chat, ChatChanges, ChatSettings, ChatSummary, Draft, Invite, InviteTerms, Member, Mentions, Message, Outgoing, ReactionPage, Report, Role, Timeline, TimelineState } from '../types.js'
import { isApart } from './blocks.js'
import { attachments, meant, pin, store } from './exchange.js'
import * as invites from './invites.js'
import * as project from './project.js'
import { refusal } from './refusal.js'
import { reportMessage } from './reports.js'
import type { Derived, StoredChat, StoredMessage, WaitingMessage, World } from './world.js'

/** As many as the engine gives at a time. */
const PAGE = 50

const EMPTY: TimelineState = {
  items: [],
  isLoading: true,
  isLoadingBefore: false,
  hasBefore: false,
  isLoadingAfter: false,
  hasAfter: false,
}

export class FakeChat implements Chat {
  readonly id: string
  readonly summary: Derived<ChatSummary | null | undefined>
  readonly members: Derived<readonly Member[]>
  readonly timeline: Timeline
  readonly pinned: Derived<readonly Message[] | undefined>
  readonly draft: Derived<string>
  readonly #world: World
  readonly #timeline: FakeTimeline

  constructor(id: string, world: World) {
    this.id = id
    this.#world = world
    const chat = (): StoredChat | undefined => {
      const stored = world.chats.get(id)
      return invites.isVisible(world, stored) ? stored : undefined
    }
    const seen = <T>(see: (chat: StoredChat) => T, otherwise: T): T => {
      const stored = chat()
      return stored === undefined ? otherwise : see(stored)
    }
    this.summary = world.derive<ChatSummary | null | undefined>(undefined, () =>
      seen<ChatSummary | null>((stored) => project.summary(world, stored), null),
    )
    this.members = world.derive<readonly Member[]>([], () => seen((stored) => project.members(world, stored), []))
    this.#timeline = new FakeTimeline(world, chat)
    this.timeline = this.#timeline
    this.pinned = world.derive<readonly Message[] | undefined>(undefined, () =>
      seen<readonly Message[] | undefined>((stored) => project.pinned(world, stored), undefined),
    )
    this.draft = world.derive('', () => world.drafts.get(id) ?? '')
  }

  send(draft: Draft): Outgoing {
    const world = this.#world
    const chat = this.#mustExist()
    const id = world.newId('message')
    const handle = new OutgoingHandle(id, {
      retry: () => this.retry(id),
      edit: (text, mentions) => {
        if (waiting.state === 'sending') throw alreadySent()
        this.edit(id, text, mentions)
      },
      cancel: () => this.cancel(id),
      settled: () => {},
    })
    const files = draft.attachments ?? []
    const waiting: WaitingMessage = {
      id,
      sentAt: world.nowMs,
      text: draft.text ?? '',
      ...(draft.replyTo === undefined ? {} : { replyTo: draft.replyTo }),
      ...meant(draft.mentions),
      attachments: files.map((file) => localFile(world, file)),
      sizeBytes: files.reduce((sum, file) => sum + file.size, 0),
      handle,
      state: 'queued',
    }
    chat.waiting.push(waiting)
    this.#timeline.open()
    deliver(world, chat)
    world.refresh()
    return handle
  }

  retry(messageId: string): void {
    const chat = this.#mustExist()
    const failed = chat.waiting.find(({ id, state }) => id === messageId && state === 'failed')
    if (failed === undefined) return
    failed.state = 'queued'
    delete failed.error
    failed.handle.update({ state: 'queued' })
    deliver(this.#world, chat)
    this.#world.refresh()
  }

  edit(messageId: string, text: string, mentions?: Mentions): void {
    const edit = (message: StoredMessage | WaitingMessage): void => {
      message.text = text
      if (mentions === undefined) return
      delete message.mentions
      Object.assign(message, meant(mentions))
    }
    const waiting = this.#mustExist().waiting.find(({ id }) => id === messageId)
    if (waiting !== undefined) {
      edit(waiting)
      return this.#world.refresh()
    }
    this.#amend(messageId, (message) => {
      edit(message)
      message.editedAt = this.#world.nowMs
    })
  }

  delete(messageId: string): void {
    if (this.#mustExist().waiting.some(({ id }) => id === messageId)) return this.cancel(messageId)
    const gone = { text: '', attachments: [], reactions: [], isDeleted: true, replyTo: undefined, mentions: undefined, pinnedAt: undefined }
    this.#amend(messageId, (message) => Object.assign(message, gone))
  }

  react(messageId: string, emoji: string, isOn: boolean): void {
    const by = { userId: this.#world.me?.id ?? '', messageId }
    invites.react(this.#world, this.#mustExist(), by, emoji, isOn)
    this.#world.refresh()
  }

  pin(messageId: string): void {
    pin(this.#world, this.#mustExist(), messageId, true)
    this.#world.refresh()
  }

  unpin(messageId: string): void {
    pin(this.#world, this.#mustExist(), messageId, false)
    this.#world.refresh()
  }

  reactions(messageId: string, emoji: string, cursor?: string): Promise<ReactionPage> {
    return this.#change('reactions', (chat) => invites.reactions(this.#world, chat, messageId, emoji, cursor))
  }

  attachments(kind: Attachment['kind'], cursor?: string): Promise<AttachmentPage> {
    return this.#change('attachments', (chat) => attachments(this.#world, chat, kind, cursor))
  }

  /** The fake engine has no rights and is never behind: what is wanted of a message is done. */
  #amend(messageId: string, amend: (message: StoredMessage) => void): void {
    const message = this.#mustExist().messages.find(({ id }) => id === messageId)
    if (message !== undefined && !message.isDeleted) amend(message)
    this.#world.refresh()
  }

  report(messageId: string, report: Report): Promise<void> {
    return this.#change('report', (chat) => reportMessage(this.#world, chat, messageId, report))
  }

  cancel(messageId: string): void {
    const chat = this.#mustExist()
    const waiting = chat.waiting.find(({ id }) => id === messageId)
    if (waiting === undefined) return
    chat.waiting = chat.waiting.filter((other) => other !== waiting)
    waiting.handle.fail(cancelled())
    this.#world.refresh()
  }

  set({ isPinned, isArchived, isMarkedUnread, mutedUntil }: ChatSettings): void {
    const { settings } = this.#mustExist()
    if (isPinned === false) delete settings.pinnedAt
    if (isPinned) settings.pinnedAt ??= this.#world.nextActivity()
    if (isArchived !== undefined) settings.isArchived = isArchived
    if (isMarkedUnread !== undefined) settings.isMarkedUnread = isMarkedUnread
    if (mutedUntil === null) delete settings.mutedUntil
    else if (mutedUntil !== undefined) settings.mutedUntil = mutedUntil
    this.#world.refresh()
  }

  markRead(seq: number): void {
    const chat = this.#world.chats.get(this.id)
    if (chat?.settings.isMarkedUnread) this.set({ isMarkedUnread: false })
    const me = chat && project.ownMember(this.#world, chat)
    if (chat === undefined || me === undefined || seq <= me.readSeq) return
    me.readSeq = Math.min(seq, chat.messages.length)
    me.deliveredSeq = Math.max(me.deliveredSeq, me.readSeq)
    this.#world.refresh()
  }

  setDraft(text: string): void {
    this.#world.drafts.set(this.id, text)
    this.#world.refresh()
  }

  setTyping(isTyping: boolean): void {
    const chat = this.#world.chats.get(this.id)
    if (chat !== undefined && this.#world.isConnected && !isApart(this.#world, chat)) chat.isOwnTyping = isTyping
  }

  update({ name, description, avatar }: ChatChanges): Promise<void> {
    return this.#change('update', (chat) => {
      if (name !== undefined) chat.name = name
      if (description !== undefined) chat.description = description
      if (avatar !== undefined) chat.avatarUrl = avatar === null ? '' : URL.createObjectURL(avatar)
    })
  }

  addMembers(userIds: readonly string[]): Promise<void> {
    return this.#change('addMembers', (chat) => {
      const known = new Set(chat.members.map(({ userId }) => userId))
      const readSeq = chat.messages.length
      for (const userId of userIds.filter((id) => !known.has(id))) {
        chat.members.push({ userId, role: 'member', joinedAt: this.#world.nowMs, deliveredSeq: readSeq, readSeq })
      }
    })
  }

  removeMember(userId: string): Promise<void> {
    return this.#change('removeMember', (chat) => drop(chat, userId))
  }

  setRole(userId: string, role: Role): Promise<void> {
    return this.#change('setRole', (chat) => {
      for (const member of chat.members) {
        if (member.userId === userId) member.role = role
        else if (role === 'owner' && member.role === 'owner') member.role = 'admin'
      }
    })
  }

  setSendRole(role: Role): Promise<void> {
    return this.#change('setSendRole', ({ rules }) => void (rules.send = role))
  }

  setAddRole(role: Role): Promise<void> {
    return this.#change('setAddRole', ({ rules }) => void (rules.add = role))
  }

  setPinRole(role: Role): Promise<void> {
    return this.#change('setPinRole', ({ rules }) => void (rules.pin = role))
  }

  createInvite(terms: InviteTerms = {}): Promise<Invite> {
    return this.#change('createInvite', (chat) => invites.createInvite(this.#world, chat, this.#world.me?.id ?? '', terms))
  }

  invites(): Promise<readonly Invite[]> {
    return this.#change('invites', (chat) => invites.usable(this.#world, chat))
  }

  revokeInvite(inviteId: string): Promise<void> {
    return this.#change('revokeInvite', (chat) => invites.revokeInvite(chat, inviteId))
  }

  leave(): Promise<void> {
    return this.#change('leave', (chat) => {
      drop(chat, this.#world.me?.id)
      this.#world.chats.delete(this.id)
    })
  }

  #change<T>(call: string, change: (chat: StoredChat) => T): Promise<T> {
    return this.#world.call(call, () => change(this.#mustExist()))
  }

  #mustExist(): StoredChat {
    this.#world.mustBeOpen()
    if (!this.#world.hasStarted) throw new RelayError('closed', 'Call connect() first.')
    const chat = this.#world.chats.get(this.id)
    if (!invites.isVisible(this.#world, chat)) throw new RelayError('not_found', `There is no chat ${this.id}.`)
    return chat
  }
}

function drop(chat: StoredChat, userId: string | undefined): void {
  const place = chat.members.findIndex((member) => member.userId === userId)
  if (place >= 0) chat.members.splice(place, 1)
}

class FakeTimeline implements Timeline {
  readonly getSnapshot: () => TimelineState
  readonly getServerSnapshot: () => TimelineState
  readonly subscribe: (onChange: () => void) => () => void
  readonly #world: World
  readonly #chat: () => StoredChat | undefined
  readonly #state: Derived<TimelineState>
  #window: project.Window | undefined
  #divider: project.Divider = { afterSeq: 0, count: 0 }

  constructor(world: World, chat: () => StoredChat | undefined) {
    this.#world = world
    this.#chat = chat
    this.#state = world.derive<TimelineState>(EMPTY, () => this.#compute(), () => this.#fixDivider())
    this.getSnapshot = this.#state.getSnapshot
    this.getServerSnapshot = this.#state.getServerSnapshot
    this.subscribe = this.#state.subscribe
  }

  open(): void {
    this.#state.open()
  }

  loadBefore = (): Promise<void> => this.#move('loadBefore', ({ first, last }) => ({ first: first - PAGE, last }))

  loadAfter = (): Promise<void> =>
    this.#move('loadAfter', ({ first, last }) => ({ first, last: last === undefined ? last : last + PAGE }))

  jumpTo = (seq: number): Promise<void> =>
    this.#move('jumpTo', () => ({ first: seq - PAGE / 2, last: seq + PAGE / 2 }))

  jumpToLatest = (): Promise<void> => this.#move('jumpToLatest', () => undefined)

  #move(call: string, to: (window: project.Window) => project.Window | undefined): Promise<void> {
    return this.#world.call(call, () => {
      this.open()
      const chat = this.#chat()
      const moved = chat && this.#window && to(this.#window)
      const end = moved?.last
      const last = end === undefined || end >= (chat?.messages.length ?? 0) ? undefined : end
      this.#window = moved && { first: Math.max(moved.first, 1), last }
    })
  }

  #compute(): TimelineState {
    const chat = this.#chat()
    if (chat === undefined) return { ...EMPTY, isLoading: false }
    this.#window ??= { first: Math.max(chat.messages.length - PAGE + 1, 1), last: undefined }
    return project.timeline(this.#world, chat, this.#window, this.#divider)
  }

  #fixDivider(): void {
    const chat = this.#chat()
    if (chat === undefined) return
    const afterSeq = project.ownMember(this.#world, chat)?.readSeq ?? 0
    this.#divider = { afterSeq, count: project.unreadCount(this.#world, chat) }
  }
}

/** Hands what waits to the engine, in its order. A failed message stays and holds up nobody. */
export function deliver(world: World, chat: StoredChat): void {
  if (!world.isConnected) return
  for (const waiting of chat.waiting.filter(({ state }) => state === 'queued')) {
    waiting.state = waiting.attachments.length > 0 ? 'uploading' : 'sending'
    waiting.handle.update({ state: waiting.state, ...progress(waiting, 0) })
    world.after(world.latencyMs, () => arrive(world, chat, waiting))
  }
}

/** The engine answers. */
function arrive(world: World, chat: StoredChat, waiting: WaitingMessage): void {
  if (!chat.waiting.includes(waiting) || !['uploading', 'sending'].includes(waiting.state)) return
  if (!world.isConnected) {
    waiting.state = 'queued'
    waiting.handle.update({ state: 'queued' })
    return world.refresh()
  }
  const error = world.nextFailure('send') ?? refusal(world, chat, world.me?.id)
  if (error !== undefined) {
    Object.assign(waiting, { state: 'failed', error })
    world.refresh()
    return waiting.handle.update({ state: 'failed', error })
  }
  waiting.handle.update({ state: waiting.state, ...progress(waiting, waiting.sizeBytes) })
  chat.waiting = chat.waiting.filter((other) => other !== waiting)
  const attachments = waiting.attachments.map((attachment) => ({ ...attachment, id: world.newId('attachment') }))
  const replyTo = waiting.replyTo === undefined ? {} : { replyTo: waiting.replyTo }
  const stored = store(world, chat, { id: waiting.id, senderId: world.me?.id ?? '', text: waiting.text, attachments, ...replyTo, ...meant(waiting.mentions) })
  world.refresh()
  const message = project.message(world, chat, stored)
  waiting.handle.update({ state: 'sent', message })
}

function progress({ attachments, sizeBytes }: WaitingMessage, loadedBytes: number): { loadedBytes?: number; totalBytes?: number } {
  return attachments.length > 0 ? { loadedBytes, totalBytes: sizeBytes } : {}
}

function localFile(world: World, file: Blob): Attachment {
  const id = world.newId('attachment')
  const localUrl = URL.createObjectURL(file)
  const kind = isImage(file) ? 'image' : 'file'
  const named = file instanceof File ? { fileName: file.name } : {}
  return { id, kind, contentType: file.type, sizeBytes: file.size, width: 0, height: 0, ...named, localUrl }
}
