/** The draft of a chat: what is written and attached but not sent. */

import { Cell } from './cell.js'
import { measure } from './pixels.js'
import type { Client, Draft, Observable, Outgoing } from './types.js'

/** What is written and attached but not sent. */
export interface ComposerState {
  readonly text: string
  readonly attachments: readonly Blob[]
  /** There is something to send. */
  readonly canSend: boolean
}

/** The draft of a chat, and how it changes. */
export interface Composer extends Observable<ComposerState> {
  /** Keeps it, and tells the others that somebody types. */
  readonly setText: (text: string) => void
  /** Puts pictures to what is written. */
  readonly addAttachments: (files: Iterable<Blob>) => void
  /** Takes one of them out. */
  readonly removeAttachment: (file: Blob) => void
  /**
   * Sends and empties the draft, with what else there is to say of it. `undefined` when there is
   * nothing to send.
   */
  readonly send: (more?: Omit<Draft, 'text' | 'attachments'>) => Outgoing | undefined
  /** The field lost the focus. */
  readonly stopTyping: () => void
}

const EMPTY: ComposerState = { text: '', attachments: [], canSend: false }

/** What is typed elsewhere waits this long for who types here: nobody types in two places at once. */
const SETTLE_MS = 1_000

/** Files live as long as their client, and belong to the person who chose them. */
const composers = /* @__PURE__ */ new WeakMap<Client, Map<string, Composer>>()

export function composerFor(client: Client, userId: string | undefined, chatId: string): Composer {
  let ofClient = composers.get(client)
  if (ofClient === undefined) composers.set(client, (ofClient = new Map()))
  const key = `${userId}/${chatId}`
  let composer = ofClient.get(key)
  if (composer === undefined) ofClient.set(key, (composer = makeComposer(client, chatId)))
  return composer
}

function makeComposer(client: Client, chatId: string): Composer {
  const chat = client.chat(chatId)
  let unwatch = (): void => {}
  let waiting: ReturnType<typeof setTimeout> | undefined
  let typedAtMs = 0
  /** What the client said last of the draft, or was told here. */
  let told = ''

  const cell = new Cell(EMPTY, {
    onWatched: () => {
      unwatch = chat.draft.subscribe(look)
      look()
    },
    onUnwatched: () => {
      clearTimeout(waiting)
      unwatch()
    },
  })
  const update = (changes: Partial<ComposerState>): void => {
    const draft = { ...cell.getSnapshot(), ...changes }
    cell.set({ ...draft, canSend: draft.text.trim() !== '' || draft.attachments.length > 0 })
    cell.notify()
  }
  /** Takes what an earlier visit or another tab has left. */
  function look(): void {
    clearTimeout(waiting)
    const text = chat.draft.getSnapshot()
    if (text === told) return
    const leftMs = typedAtMs + SETTLE_MS - Date.now()
    if (leftMs > 0) {
      waiting = setTimeout(look, leftMs)
      return
    }
    told = text
    if (text !== cell.getSnapshot().text) update({ text })
  }
  const keep = (text: string): void => {
    typedAtMs = Date.now()
    told = text
    chat.setDraft(text)
    chat.setTyping(text.trim() !== '')
  }
  return {
    getSnapshot: cell.getSnapshot,
    getServerSnapshot: cell.getServerSnapshot,
    subscribe: cell.subscribe,
    setText(text) {
      update({ text })
      keep(text)
    },
    addAttachments(files) {
      const added = [...files]
      for (const file of added) measure(file)
      update({ attachments: [...cell.getSnapshot().attachments, ...added] })
    },
    removeAttachment(file) {
      update({ attachments: cell.getSnapshot().attachments.filter((other) => other !== file) })
    },
    send(more = {}) {
      const { text, attachments, canSend } = cell.getSnapshot()
      if (!canSend) return undefined
      const outgoing = chat.send({ ...more, text: text.trim(), attachments })
      cell.set(EMPTY)
      cell.notify()
      keep('')
      return outgoing
    },
    stopTyping: () => chat.setTyping(false),
  }
}
