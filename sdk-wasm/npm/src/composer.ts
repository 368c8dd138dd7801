/** The draft of a chat: what is written and attached but not sent. */

import { Cell } from './cell.js'
import { measure } from './pixels.js'
import type { Client, Observable, Outgoing } from './types.js'

/** What is written and attached but not sent. */
export interface ComposerState {
  readonly text: string
  readonly attachments: readonly Blob[]
  /** There is something to send. */
  readonly canSend: boolean
}

/** The draft of a chat, and how it changes. */
export interface Composer extends Observable<ComposerState> {
  /** Also tells the others that somebody types. */
  readonly setText: (text: string) => void
  /** Puts pictures to what is written. */
  readonly addAttachments: (files: Iterable<Blob>) => void
  /** Takes one of them out. */
  readonly removeAttachment: (file: Blob) => void
  /** Sends and empties the draft. `undefined` when there is nothing to send. */
  readonly send: () => Outgoing | undefined
  /** The field lost the focus. */
  readonly stopTyping: () => void
}

const EMPTY: ComposerState = { text: '', attachments: [], canSend: false }

/** Drafts live as long as their client, and belong to the person who wrote them. */
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
  const cell = new Cell(EMPTY)
  const update = (changes: Partial<ComposerState>): void => {
    const draft = { ...cell.getSnapshot(), ...changes }
    cell.set({ ...draft, canSend: draft.text.trim() !== '' || draft.attachments.length > 0 })
    cell.notify()
  }
  return {
    getSnapshot: cell.getSnapshot,
    getServerSnapshot: cell.getServerSnapshot,
    subscribe: cell.subscribe,
    setText(text) {
      update({ text })
      client.chat(chatId).setTyping(text.trim() !== '')
    },
    addAttachments(files) {
      const added = [...files]
      for (const file of added) measure(file)
      update({ attachments: [...cell.getSnapshot().attachments, ...added] })
    },
    removeAttachment(file) {
      update({ attachments: cell.getSnapshot().attachments.filter((other) => other !== file) })
    },
    send() {
      const { text, attachments, canSend } = cell.getSnapshot()
      if (!canSend) return undefined
      const chat = client.chat(chatId)
      const outgoing = chat.send({ text: text.trim(), attachments })
      cell.set(EMPTY)
      cell.notify()
      chat.setTyping(false)
      return outgoing
    },
    stopTyping: () => client.chat(chatId).setTyping(false),
  }
}
