/**
 * A browser with several tabs of one account, in one process: the channels are Node's own, the locks
 * are fakes of the browser's, and every tab has a client on a core that says what it is told.
 */

import { ClientHandle } from '../../dist/client.js'
import { FakeCore, FakeStorage, ManualFrames } from './fakes.js'

const URL = 'https://chat.example.com'
/** Of the lock and the channel, in all versions. */
const NAME = `relaychat:tabs:${URL}#`

/** Web Locks, exclusive ones only, as far as they are used. */
class FakeLocks {
  #queues = new Map()

  of(tab) {
    return { request: (name, options, run) => this.#request(tab, name, ...(run ? [options, run] : [{}, options])) }
  }

  /** What the browser does when a tab ends. */
  releaseAll(tab) {
    for (const [name, queue] of this.#queues) {
      const [holder] = queue
      this.#queues.set(name, queue.filter((entry) => entry.tab !== tab))
      if (holder?.tab === tab) this.#grant(name)
    }
  }

  #request(tab, name, { signal, steal = false }, run) {
    return new Promise((resolve, reject) => {
      const entry = { tab, run, resolve, reject, isHeld: false }
      const queue = this.#queues.get(name) ?? []
      this.#queues.set(name, queue)
      if (steal && queue[0]?.isHeld) queue.shift().reject(new DOMException('stolen', 'AbortError'))
      if (steal) queue.unshift(entry)
      else queue.push(entry)
      signal?.addEventListener('abort', () => {
        if (!entry.isHeld) this.#leave(name, entry, () => reject(signal.reason))
      })
      setImmediate(() => this.#grant(name))
    })
  }

  #grant(name) {
    const [entry] = this.#queues.get(name) ?? []
    if (entry === undefined || entry.isHeld) return
    entry.isHeld = true
    Promise.resolve(entry.run()).then((value) => this.#leave(name, entry, () => entry.resolve(value)))
  }

  #leave(name, entry, finish) {
    const queue = this.#queues.get(name) ?? []
    if (!queue.includes(entry)) return
    this.#queues.set(name, queue.filter((other) => other !== entry))
    finish()
    setImmediate(() => this.#grant(name))
  }
}

/** A core that keeps a place for every reader of a topic, as the real one does. */
export class SharedCore extends FakeCore {
  values = new Map()
  /** The ids of the messages it was given, each once. */
  queue = []

  open(topic) {
    const isSomething = super.open(topic)
    const value = this.values.get(ownTopic(topic))
    if (isSomething && value !== undefined) this.put(topic, value)
    return isSomething
  }

  /** Gives a topic a value for everybody who has it open. */
  tell(topic, value) {
    this.values.set(topic, value)
    for (const open of this.opened) if (ownTopic(open) === topic) this.set(open, value)
  }

  send(...args) {
    super.send(...args)
    if (this.queue.includes(args[1])) return
    this.queue.push(args[1])
    this.values.set(`outgoing/${args[1]}`, { state: 'queued' })
  }
}

const ownTopic = (topic) => topic.split('@').at(-1)

/** A browser for one test, with the storage that its tabs share. */
export function browserFor(t) {
  const browser = new Browser()
  const before = Object.getOwnPropertyDescriptor(globalThis, 'localStorage')
  Object.defineProperty(globalThis, 'localStorage', { value: new FakeStorage(), configurable: true })
  t.after(() => {
    for (const tab of browser.tabs) tab.client.close()
    for (const other of browser.others) other.close()
    if (before === undefined) delete globalThis.localStorage
    else Object.defineProperty(globalThis, 'localStorage', before)
  })
  return browser
}

class Browser {
  tabs = []
  others = []
  #locks = new FakeLocks()

  /** The tab that leads, if there is one. */
  get leader() {
    return this.tabs.find((tab) => tab.role === 'leader' && !tab.isGone)
  }

  async open(options = {}) {
    const tab = new Tab(this.#locks, options)
    this.tabs.push(tab)
    let isConnected = false
    tab.client.connect().then(() => {
      isConnected = true
    })
    await until('the tab is there', () => isConnected)
    return tab
  }

  /** A tab of another version of the package, which leads as long as it is let. */
  openOther(protocol) {
    const channel = new BroadcastChannel(NAME)
    channel.unref()
    const other = { isLeading: false, close: () => channel.close() }
    this.others.push(other)
    const tell = () => channel.postMessage({ type: 'leader', protocol, term: 'other' })
    channel.onmessage = ({ data }) => other.isLeading && data.type === 'who' && tell()
    const lead = () => {
      other.isLeading = true
      tell()
      return new Promise(() => {})
    }
    this.#locks
      .of(other)
      .request(NAME, { steal: true }, lead)
      .catch(() => {
        other.isLeading = false
        channel.close()
      })
    return other
  }

  async openMany(count, options) {
    const tabs = []
    for (let index = 0; index < count; index++) tabs.push(await this.open(options))
    return tabs
  }
}

class Tab {
  frames = new ManualFrames()
  /** All cores it ever ran; the present one is the last. */
  cores = []
  isVisible = true
  /** It does nothing any more. */
  isGone = false
  /** It has the module. */
  isWarm = false
  #locks
  #life = []

  constructor(locks, { beforeLoad, ...options }) {
    this.#locks = locks
    this.beforeLoad = beforeLoad
    const loadCore = async (coreOptions, host, onPanic) => {
      await this.beforeLoad?.()
      const core = new SharedCore(host)
      core.options = coreOptions
      core.panic = onPanic
      this.cores.push(core)
      return core
    }
    const warmUp = async () => (this.isWarm = true)
    const tabs = {
      locks: locks.of(this),
      openChannel: (name) => this.#openChannel(name),
      isVisible: () => this.isVisible,
      watchLife: (on) => {
        this.#life.push(on)
        return () => (this.#life = [])
      },
    }
    this.client = new ClientHandle({ url: URL, ...options }, { loadCore: Object.assign(loadCore, { warmUp }), frames: this.frames, tabs })
  }

  get role() {
    return this.client.role.getSnapshot()
  }

  get core() {
    return this.cores.at(-1)
  }

  /** The process of the tab is gone: nothing is said to anybody. */
  crash() {
    this.freeze()
    this.#locks.releaseAll(this)
  }

  /** It keeps what it holds, hears nothing and says nothing. */
  freeze() {
    this.isGone = true
    this.isVisible = false
  }

  thaw() {
    this.isGone = false
  }

  putAway() {
    for (const on of this.#life) on.away()
  }

  takeOut() {
    for (const on of this.#life) on.back()
  }

  #openChannel(name) {
    const channel = new BroadcastChannel(name)
    channel.unref()
    const tab = this
    return {
      set onmessage(listen) {
        channel.onmessage = (event) => tab.isGone || listen(event)
      },
      postMessage: (message) => tab.isGone || channel.postMessage(message),
      close: () => channel.close(),
    }
  }
}

/** Waits for what channels and locks bring about; never longer than a deadline. */
export async function until(what, isSo, deadlineMs = 60_000) {
  const end = Date.now() + deadlineMs
  while (!isSo()) {
    if (Date.now() > end) throw new Error(`waited in vain: ${what}`)
    await new Promise((resolve) => setImmediate(resolve))
  }
}
