/** One chat: its summary, members, timeline, and what one can do in it. */

import type { Cell } from './cell.js'
import { toRelayError } from './errors.js'
import type { Link } from './link.js'
import type { LocalFiles } from './local_files.js'
import { pixelsOf } from './pixels.js'
import { OutgoingHandle, outgoingView } from './outgoing.js'
import { applyPatch, type ListPatch, parse } from './patch.js'
import type { Chat, ChatSummary, Draft, Member, Outgoing, Timeline, TimelineItem, TimelineState } from './types.js'
import type { View, Views } from './views.js'

const EMPTY_TIMELINE: TimelineState = {
  items: [],
  isLoading: true,
  isLoadingBefore: false,
  hasBefore: false,
  isLoadingAfter: false,
  hasAfter: false,
}

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
    }).cell
    this.members = views.get<readonly Member[]>({
      topic: `members/${id}`,
      initial: [],
      decode: (json, previous) => applyPatch(previous, parse<ListPatch<Member>>(json)),
    }).cell
    this.timeline = new TimelineHandle(id, parts)
  }

  send(draft: Draft): Outgoing {
    const { link, views, files, outgoing } = this.#parts
    const core = link.now()
    const attachments = [...(draft.attachments ?? [])]
    this.timeline.touch()
    const id = sendNow(() => core.send(this.id, draft.text ?? '', attachments, pixelsOf(attachments)))
    files.add(id, attachments)
    const options = outgoingView(id, (report) => handle.update(report))
    const handle = new OutgoingHandle(id, {
      retry: () => this.retry(id),
      edit: (text) => this.edit(id, text),
      cancel: () => this.cancel(id),
      settled: () => {
        outgoing.delete(id)
        views.drop(options.topic)
      },
    })
    outgoing.set(id, handle)
    views.get(options)
    views.pull(`timeline/${this.id}`)
    return handle
  }

  retry(messageId: string): void {
    this.#parts.link.now().retry(this.id, messageId)
  }

  edit(messageId: string, text: string): void {
    const { link, views } = this.#parts
    const core = link.now()
    sendNow(() => core.edit(this.id, messageId, text))
    views.pull(`timeline/${this.id}`)
  }

  cancel(messageId: string): void {
    this.#parts.link.now().cancel(this.id, messageId)
    this.#parts.views.pull(`timeline/${this.id}`)
  }

  markRead(seq: number): void {
    this.#parts.link.core?.markRead(this.id, seq)
  }

  setTyping(isTyping: boolean): void {
    this.#parts.link.core?.setTyping(this.id, isTyping)
  }
}

/** What the core throws is JSON; what an application catches is not. */
function sendNow<T>(send: () => T): T {
  try {
    return send()
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
  readonly #chatId: string
  readonly #parts: ChatParts
  readonly #view: View<TimelineState>

  constructor(chatId: string, parts: ChatParts) {
    this.#chatId = chatId
    this.#parts = parts
    this.#view = parts.views.get<TimelineState>({
      topic: `timeline/${chatId}`,
      initial: EMPTY_TIMELINE,
      missing: { ...EMPTY_TIMELINE, isLoading: false },
      decode: (json, previous) => {
        const patch = parse<TimelinePatch>(json)
        const items = parts.files.inItems(patch.items)
        return { ...patch, items: applyPatch(previous.items, items) }
      },
    })
    this.getSnapshot = this.#view.cell.getSnapshot
    this.getServerSnapshot = this.#view.cell.getServerSnapshot
    this.subscribe = this.#view.cell.subscribe
  }

  /** Opens the timeline although nobody watches it. */
  touch(): void {
    this.#parts.views.touch(this.#view)
  }

  loadBefore = (): Promise<void> => this.#load((core) => core.loadBefore(this.#chatId))
  loadAfter = (): Promise<void> => this.#load((core) => core.loadAfter(this.#chatId))
  jumpTo = (seq: number): Promise<void> => this.#load((core) => core.jumpTo(this.#chatId, seq))
  jumpToLatest = (): Promise<void> => this.#load((core) => core.jumpToLatest(this.#chatId))

  async #load(start: Parameters<Link['run']>[0]): Promise<void> {
    await this.#parts.link.run((core) => {
      this.touch()
      return start(core)
    })
    this.#parts.views.pull(`timeline/${this.#chatId}`)
  }
}
