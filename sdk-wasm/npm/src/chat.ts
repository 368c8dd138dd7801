/** One chat: its summary, members, timeline, and what one can do in it. */

import type { Cell } from './cell.js'
import { alreadySent, toRelayError } from './errors.js'
import type { ChatChange, Topic } from './core.js'
import { exchange, type Method, piece } from './exchange.js'
import type { Link } from './link.js'
import type { LocalFiles } from './local_files.js'
import { pixelsOf } from './pixels.js'
import { OutgoingHandle, outgoingView } from './outgoing.js'
import { applyPatch, type ListPatch, parse } from './patch.js'
import { uuidV7 } from './uuid.js'
import type { Attachment, AttachmentPage, Chat, ChatAttachment, ChatChanges, ChatSettings, ChatSummary, DeliveryState, Draft, Invite, InviteTerms, Member, Mentions, Message, Outgoing, ReactionPage, Report, Role, Timeline, TimelineItem, TimelineState, User } from './types.js'
import type { View, Views } from './views.js'

interface WireAttachment extends Omit<ChatAttachment, 'sender'> {
  readonly senderId: string
}

interface WireAttachmentPage extends Omit<AttachmentPage, 'items'> {
  readonly items: readonly WireAttachment[]
  readonly users: readonly User[]
}

const EMPTY_TIMELINE: TimelineState = {
  items: [],
  isLoading: true,
  isLoadingBefore: false,
  hasBefore: false,
  isLoadingAfter: false,
  hasAfter: false,
}

const HAS_LEFT: ReadonlySet<DeliveryState | undefined> = /* @__PURE__ */ new Set<DeliveryState>(['sending', 'sent'])

/** Twenty pages: who had read further back than that is not brought back all of the way. */
const LOADS_BACK_AT_MOST = 20

export interface ChatParts {
  readonly link: Link
  readonly views: Views
  readonly files: LocalFiles
  /** The handles that still wait, so that closing the client can end them. */
  readonly outgoing: Map<string, OutgoingHandle>
}

export class ChatHandle implements Chat {
  readonly id: string
  readonly summary: Cell<ChatSummary | null | undefined>
  readonly members: Cell<readonly Member[]>
  readonly timeline: TimelineHandle
  readonly pinned: Cell<readonly Message[] | undefined>
  readonly draft: Cell<string>
  readonly #parts: ChatParts

  constructor(id: string, parts: ChatParts) {
    const { views, files } = parts
    this.id = id
    this.#parts = parts
    this.summary = views.get<ChatSummary | null | undefined>({
      topic: `summary/${id}`,
      initial: undefined,
      missing: null,
      decode: (json) => {
        const summary = parse<ChatSummary | null | undefined>(json)
        return summary && files.inSummary(summary)
      },
      isBlank: (summary) => summary === undefined,
    }).cell
    this.members = views.get<readonly Member[]>({
      topic: `members/${id}`,
      initial: [],
      decode: (json, previous) => applyPatch(previous, parse<ListPatch<Member>>(json)),
      isBlank: (members) => members.length === 0,
    }).cell
    this.timeline = new TimelineHandle(id, parts)
    this.pinned = views.get<readonly Message[] | undefined>({
      topic: `pinned/${id}`,
      initial: undefined,
      decode: (json) => {
        const pinned = parse<readonly Message[] | undefined>(json)
        return pinned && files.inMessages(pinned)
      },
      isBlank: (pinned) => pinned === undefined,
    }).cell
    this.draft = views.get({
      topic: `draft/${id}`,
      initial: '',
      decode: parse<string>,
      isBlank: (text) => text === '',
    }).cell
  }

  send(draft: Draft): Outgoing {
    const { link, views, files, outgoing } = this.#parts
    const core = link.now()
    const attachments = [...(draft.attachments ?? [])]
    this.timeline.touch()
    const id = uuidV7()
    const { text = '', replyTo, mentions } = draft
    sendNow(() => core.send(this.id, id, text, attachments, pixelsOf(attachments), replyTo, namesOf(mentions)))
    files.add(id, attachments)
    const options = outgoingView(id, files, (report) => handle.update(report))
    const handle = new OutgoingHandle(id, {
      retry: () => this.retry(id),
      edit: (text, mentions) => {
        // In a follower the core is elsewhere and cannot throw in time.
        if (HAS_LEFT.has(handle.state)) throw alreadySent()
        this.edit(id, text, mentions)
      },
      cancel: () => this.cancel(id),
      settled: () => {
        outgoing.delete(id)
        views.drop(options.topic)
      },
    })
    outgoing.set(id, handle)
    views.get(options)
    this.#changed()
    return handle
  }

  retry(messageId: string): void {
    this.#parts.link.now().retry(this.id, messageId)
    this.#changed()
  }

  edit(messageId: string, text: string, mentions?: Mentions): void {
    const core = this.#parts.link.now()
    sendNow(() => core.edit(this.id, messageId, text, namesOf(mentions)))
    this.#changed()
  }

  delete(messageId: string): void {
    this.#parts.link.now().deleteMessage(this.id, messageId)
    this.#changed()
  }

  react(messageId: string, emoji: string, isOn: boolean): void {
    this.#parts.link.now().react(this.id, messageId, emoji, isOn)
    this.#changed()
  }

  pin(messageId: string): void {
    this.#pin(messageId, true)
  }

  unpin(messageId: string): void {
    this.#pin(messageId, false)
  }

  #pin(messageId: string, isPinned: boolean): void {
    this.#parts.link.now().pin(this.id, messageId, isPinned)
    this.#changed()
  }

  reactions(messageId: string, emoji: string, cursor?: string): Promise<ReactionPage> {
    const more = cursor === undefined ? [] : [cursor]
    return this.#parts.link.call((core) => core.ask('reactions', [this.id, messageId, emoji, ...more]))
  }

  async attachments(kind: Attachment['kind'], cursor?: string): Promise<AttachmentPage> {
    const more = cursor === undefined ? '' : `&cursor=${piece(cursor)}`
    const path = `/chats/${piece(this.id)}/attachments?kind=${kind}${more}`
    const { items, users, ...page } = await this.#exchange<WireAttachmentPage>('GET', path)
    const names = new Map(users.map(({ id, name }) => [id, name]))
    const sent = ({ senderId: id, ...item }: WireAttachment): ChatAttachment => ({
      ...item,
      sender: { id, name: names.get(id) ?? '' },
    })
    return { ...page, items: items.map(sent) }
  }

  async report(messageId: string, report: Report): Promise<void> {
    await this.#exchange('POST', '/reports', { chat_id: this.id, message_id: messageId, ...report })
  }

  cancel(messageId: string): void {
    this.#parts.link.now().cancel(this.id, messageId)
    this.#changed()
  }

  /** What was done is shown before the call returns. */
  #changed(): void {
    this.#parts.views.pull(`timeline/${this.id}`)
    this.#parts.views.pull(`pinned/${this.id}`)
  }

  set({ isPinned, isArchived, isMarkedUnread, mutedUntil }: ChatSettings): void {
    const until = mutedUntil === null ? 0 : mutedUntil
    this.#parts.link.now().setChat(this.id, isPinned, isArchived, isMarkedUnread, until)
    this.#parts.views.pull('chats')
  }

  markRead(seq: number): void {
    this.#parts.link.core?.markRead(this.id, seq)
  }

  setDraft(text: string): void {
    this.#parts.link.core?.setDraft(this.id, text)
    this.#parts.views.pull(`draft/${this.id}`)
  }

  /** Tells a new core what is written here, which an old one may have had no time to keep. */
  keepDraft(): void {
    const text = this.draft.getSnapshot()
    if (text !== '') this.#parts.link.core?.setDraft(this.id, text)
  }

  setTyping(isTyping: boolean): void {
    this.#parts.link.core?.setTyping(this.id, isTyping)
  }

  async update({ name, description, avatar }: ChatChanges): Promise<void> {
    if (name !== undefined) await this.#change('name', [name])
    if (description !== undefined) await this.#change('description', [description])
    if (avatar !== undefined) await this.#change('avatar', [], avatar ?? undefined)
  }

  addMembers(userIds: readonly string[]): Promise<void> {
    return this.#change('add', [...userIds])
  }

  removeMember(userId: string): Promise<void> {
    return this.#change('remove', [userId])
  }

  setRole(userId: string, role: Role): Promise<void> {
    return this.#change('role', [userId, role])
  }

  setSendRole(role: Role): Promise<void> {
    return this.#change('sendRole', [role])
  }

  setAddRole(role: Role): Promise<void> {
    return this.#change('addRole', [role])
  }

  setPinRole(role: Role): Promise<void> {
    return this.#change('pinRole', [role])
  }

  createInvite({ expiresAt, maxUses }: InviteTerms = {}): Promise<Invite> {
    return this.#exchange('POST', this.#invites(), { expires_at_ms: expiresAt, max_uses: maxUses })
  }

  async invites(): Promise<readonly Invite[]> {
    return (await this.#exchange<{ items: Invite[] }>('GET', this.#invites())).items
  }

  async revokeInvite(inviteId: string): Promise<void> {
    await this.#exchange('DELETE', `${this.#invites()}/${piece(inviteId)}`)
  }

  leave(): Promise<void> {
    return this.#change('leave', [])
  }

  #invites(): string {
    return `/chats/${piece(this.id)}/invites`
  }

  #exchange<T>(method: Method, path: string, body?: object): Promise<T> {
    return exchange<T>(this.#parts.link, method, path, body)
  }

  async #change(what: ChatChange, texts: string[], image?: Blob): Promise<void> {
    await this.#parts.link.run((core) => core.changeChat(this.id, what, texts, image))
    this.#parts.views.flush()
  }
}

/** As the core takes them. */
function namesOf(mentions: Mentions | undefined): string[] | undefined {
  return mentions && [...mentions.userIds, ...(mentions.isEveryone ? ['*'] : [])]
}

/** What the core throws is JSON; what an application catches is not. */
function sendNow(send: () => void): void {
  try {
    send()
  } catch (error) {
    throw toRelayError(error)
  }
}

interface TimelinePatch extends Omit<TimelineState, 'items'> {
  readonly items: ListPatch<TimelineItem>
}

export class TimelineHandle implements Timeline {
  readonly getSnapshot: () => TimelineState
  readonly getServerSnapshot: () => TimelineState
  readonly subscribe: (onChange: () => void) => () => void
  readonly #topic: Topic
  readonly #parts: ChatParts
  readonly #view: View<TimelineState>
  /** Loads since the restart. */
  #loadsBack = 0

  constructor(chatId: string, parts: ChatParts) {
    this.#topic = `timeline/${chatId}`
    this.#parts = parts
    this.#view = parts.views.get<TimelineState>({
      topic: this.#topic,
      initial: EMPTY_TIMELINE,
      missing: { ...EMPTY_TIMELINE, isLoading: false },
      decode: (json, previous) => {
        const patch = parse<TimelinePatch>(json)
        const items = parts.files.inItems(patch.items)
        return { ...patch, items: applyPatch(previous.items, items) }
      },
      isBlank: (timeline) => timeline.isLoading || !this.#isBackAt(timeline),
    })
    this.getSnapshot = this.#view.cell.getSnapshot
    this.getServerSnapshot = this.#view.cell.getServerSnapshot
    this.subscribe = this.#view.cell.subscribe
  }

  /** Opens the timeline although nobody watches it. */
  touch(): void {
    this.#parts.views.touch(this.#view)
  }

  loadBefore = (): Promise<void> => this.#load((core) => core.loadBefore(this.#topic))
  loadAfter = (): Promise<void> => this.#load((core) => core.loadAfter(this.#topic))
  jumpTo = (seq: number): Promise<void> => this.#load((core) => core.jumpTo(this.#topic, seq))
  jumpToLatest = (): Promise<void> => this.#load((core) => core.jumpToLatest(this.#topic))

  /**
   * After a restart: whether a timeline reaches back as far as the one that is shown still. A new
   * core begins at the newest messages, where the reader may be far from.
   */
  #isBackAt(timeline: TimelineState): boolean {
    const [wanted, found] = [this.getSnapshot(), timeline].map(({ items }) => firstSeq(items))
    const isThere = wanted === undefined || found === undefined || found <= wanted || !timeline.hasBefore
    if (isThere || this.#loadsBack === LOADS_BACK_AT_MOST) {
      this.#loadsBack = 0
      return true
    }
    if (!timeline.isLoadingBefore) {
      this.#loadsBack += 1
      // A failure is in the next snapshot, and counts as a load.
      this.#parts.link.run((core) => core.loadBefore(this.#topic)).catch(() => {})
    }
    return false
  }

  async #load(start: Parameters<Link['run']>[0]): Promise<void> {
    await this.#parts.link.run((core) => {
      this.touch()
      return start(core)
    })
    this.#parts.views.pull(this.#topic)
  }
}

function firstSeq(items: readonly TimelineItem[]): number | undefined {
  for (const item of items) if ((item.kind === 'message' || item.kind === 'event') && item.message.seq !== undefined) return item.message.seq
  return undefined
}
