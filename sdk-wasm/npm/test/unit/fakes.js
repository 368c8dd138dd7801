/** Fakes of what the façade stands on: the core, the frames and a storage. */

import { ClientHandle } from '../../dist/client.js'

/** Frames that come when the test says so. */
export class ManualFrames {
  #waiting = []

  request(run) {
    this.#waiting.push(run)
    return () => {
      this.#waiting = this.#waiting.filter((other) => other !== run)
    }
  }

  get areWanted() {
    return this.#waiting.length > 0
  }

  next() {
    for (const run of this.#waiting.splice(0)) run()
  }
}

/** A core whose values and answers a test sets. Every call is recorded. */
export class FakeCore {
  calls = []
  opened = new Set()
  isClosed = false
  isFreed = false
  answers = {}
  #unread = new Map()
  #host

  constructor(host) {
    this.#host = host
  }

  get host() {
    return this.#host
  }

  /** Gives a topic a value (as the JSON the core would write) and wakes the façade. */
  set(topic, value) {
    this.put(topic, value)
    this.#host.wake(topic)
  }

  put(topic, value) {
    this.#unread.set(topic, value === undefined ? '' : JSON.stringify(value))
  }

  open(topic) {
    this.calls.push(`open ${topic}`)
    if (topic.includes('impossible')) return false
    this.opened.add(topic)
    return true
  }

  shut(topic) {
    this.calls.push(`shut ${topic}`)
    this.opened.delete(topic)
  }

  read(topic) {
    this.#mustBeUsable()
    if (!this.opened.has(topic)) return undefined
    const json = this.#unread.get(topic)
    this.#unread.delete(topic)
    return json
  }

  send(chatId, messageId, text, attachments, pixels, replyTo, mentions) {
    this.#mustBeUsable()
    this.calls.push(`send ${chatId} ${text}`)
    this.sent = { chatId, messageId, text, attachments, pixels, replyTo, mentions }
    this.answers.send?.(this)
  }

  close() {
    this.isClosed = true
  }

  free() {
    if (!this.isClosed) throw new Error('freed before it was closed')
    this.isFreed = true
  }

  #mustBeUsable() {
    if (this.isFreed || this.isPanicked) throw new WebAssembly.RuntimeError('unreachable')
  }
}

const ASYNC = [
  'connect', 'requestCode', 'verifyCode', 'verifyLink', 'signOut',
  'updateProfile', 'setAvatar', 'removeAvatar', 'attachmentLinks', 'listUsers', 'getUser', 'search',
  'loadMoreChats', 'openDirect', 'createGroup', 'changeChat', 'ask', 'exchange', 'loadBefore', 'loadAfter', 'jumpTo', 'jumpToLatest',
]
for (const name of ASYNC) {
  FakeCore.prototype[name] = async function (...args) {
    this.calls.push([name, ...args].join(' '))
    return this.answers[name]?.(...args)
  }
}
for (const name of ['reconnectNow', 'setOnline', 'retry', 'edit', 'deleteMessage', 'react', 'pin', 'cancel', 'markRead', 'setTyping', 'setDraft', 'checkStorage']) {
  FakeCore.prototype[name] = function (...args) {
    this.calls.push([name, ...args.filter((arg) => arg !== undefined)].join(' '))
    return this.answers[name]?.(...args)
  }
}

/** A client on a fake core, which `connect()` loads. */
export function makeClient(options = {}, { loads = [] } = {}) {
  const frames = new ManualFrames()
  const made = { frames, core: undefined, panic: undefined, loadCount: 0 }
  const loadCore = async (_options, host, onPanic) => {
    made.loadCount += 1
    const failure = loads.shift()
    if (failure !== undefined) throw failure
    made.core = new FakeCore(host)
    made.options = _options
    made.panic = onPanic
    return made.core
  }
  made.client = new ClientHandle(
    { url: 'https://chat.example.com/', sessionStorage: 'memory', ...options },
    { loadCore, frames },
  )
  return made
}

export async function makeConnected(options) {
  const made = makeClient(options)
  await made.client.connect()
  return made
}

export function message(id, more = {}) {
  return {
    id,
    chatId: 'c1',
    sender: { id: 'u1', name: 'Alice' },
    isOwn: true,
    sentAt: 1,
    text: id,
    attachments: [],
    ...more,
  }
}

export function timeline(items, more = {}) {
  return {
    items,
    isLoading: false,
    isLoadingBefore: false,
    hasBefore: false,
    isLoadingAfter: false,
    hasAfter: false,
    ...more,
  }
}

export function item(id, more) {
  return { kind: 'message', key: id, message: message(id, more) }
}

export function summary(id, more = {}) {
  return {
    id,
    kind: 'direct',
    title: id,
    lastActivityAt: 1,
    unreadCount: 0,
    lastSeq: 0,
    readSeq: 0,
    memberCount: 2,
    typing: [],
    ...more,
  }
}

export class FakeStorage {
  #kept = new Map()
  getItem(key) {
    return this.#kept.get(key) ?? null
  }
  setItem(key, value) {
    this.#kept.set(key, value)
  }
  removeItem(key) {
    this.#kept.delete(key)
  }
  get size() {
    return this.#kept.size
  }
}
