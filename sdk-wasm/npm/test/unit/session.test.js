/** Where a session is kept, and what other tabs hear. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { openSessionStore } from '../../dist/session.js'
import { FakeStorage, makeConnected } from './fakes.js'

const URL = 'https://chat.example.com'

/** Puts globals in place for one test. */
function withGlobals(t, globals) {
  for (const [name, value] of Object.entries(globals)) {
    const before = Object.getOwnPropertyDescriptor(globalThis, name)
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true })
    t.after(() => {
      if (before === undefined) delete globalThis[name]
      else Object.defineProperty(globalThis, name, before)
    })
  }
}

test('local and session storage keep it apart for every engine', (t) => {
  const [localStorage, sessionStorage] = [new FakeStorage(), new FakeStorage()]
  withGlobals(t, { localStorage, sessionStorage })
  openSessionStore(URL, 'local').save('a')
  openSessionStore(`${URL}/chat`, 'local').save('b')
  openSessionStore(URL, 'session').save('c')
  assert.equal(openSessionStore(URL).load(), 'a')
  assert.equal(openSessionStore(`${URL}/chat`).load(), 'b')
  assert.equal(openSessionStore(URL, 'session').load(), 'c')
  openSessionStore(URL).save(undefined)
  assert.equal(openSessionStore(URL).load(), undefined)
  assert.equal(localStorage.size, 1)
})

test('memory leaves nothing behind', (t) => {
  const localStorage = new FakeStorage()
  withGlobals(t, { localStorage })
  const store = openSessionStore(URL, 'memory')
  store.save('a')
  assert.equal(store.load(), 'a')
  assert.equal(localStorage.size, 0)
  assert.equal(openSessionStore(URL, 'memory').load(), undefined)
})

test('a storage that throws degrades to memory', (t) => {
  const throws = () => {
    throw new Error('blocked')
  }
  withGlobals(t, { localStorage: { getItem: throws, setItem: throws, removeItem: throws } })
  const store = openSessionStore(URL, 'local')
  store.save('a')
  assert.equal(store.load(), 'a')
  store.save(undefined)
  assert.equal(store.load(), undefined)
})

test('signing out in one tab signs out the others, and only of this engine', async (t) => {
  const localStorage = new FakeStorage()
  const listeners = new Set()
  withGlobals(t, {
    localStorage,
    addEventListener: (type, listener) => type === 'storage' && listeners.add(listener),
    removeEventListener: (_type, listener) => listeners.delete(listener),
  })
  const { client, core } = await makeConnected({ url: URL, sessionStorage: 'local' })
  core.host.saveSession('s')
  const tell = (event) => {
    for (const listener of listeners) listener({ storageArea: localStorage, newValue: null, ...event })
  }
  const key = `relaychat:session:${URL}`
  const settled = () => new Promise((resolve) => setImmediate(resolve))
  tell({ key: 'relaychat:session:https://other.example.com' })
  tell({ key, newValue: 'refreshed' })
  await settled()
  assert.ok(!core.calls.includes('signOut'))
  tell({ key })
  await settled()
  assert.ok(core.calls.includes('signOut'))

  client.close()
  assert.equal(listeners.size, 0)
})

test('the network of the device and a page that is looked at again reach the core', async (t) => {
  const page = new EventTarget()
  const document = Object.assign(new EventTarget(), { visibilityState: 'visible' })
  withGlobals(t, {
    addEventListener: page.addEventListener.bind(page),
    removeEventListener: page.removeEventListener.bind(page),
    document,
    navigator: { onLine: true, userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0' },
  })
  const { client, core, options } = await makeConnected()
  assert.equal(options.deviceName, 'Firefox on Linux')
  // The façade listens on the global object itself, which in Node is no event target.
  assert.equal(core.calls.some((call) => call.startsWith('setOnline')), false)
  navigator.onLine = false
  page.dispatchEvent(new Event('offline'))
  navigator.onLine = true
  page.dispatchEvent(new Event('online'))
  document.dispatchEvent(new Event('visibilitychange'))
  document.visibilityState = 'hidden'
  document.dispatchEvent(new Event('visibilitychange'))
  const told = core.calls.filter((call) => /setOnline|reconnectNow/.test(call))
  assert.deepEqual(told, ['setOnline false', 'setOnline true', 'reconnectNow'])

  client.close()
  page.dispatchEvent(new Event('offline'))
  assert.equal(core.calls.filter((call) => call.startsWith('setOnline')).length, 2)
})

test('one engine and account has one database, and nobody finds what is not theirs', async (t) => {
  const nameFor = async (options) => (await makeConnected(options)).options.storeName
  const getToken = async () => 'token'
  assert.equal(await nameFor({ sessionStorage: 'local' }), undefined, 'there is no IndexedDB')
  withGlobals(t, { indexedDB: {} })
  for (const [options, expected] of [
    [{ sessionStorage: 'local' }, `relaychat:${URL}`],
    [{ sessionStorage: 'local', store: 'memory' }, undefined],
    [{ sessionStorage: 'session' }, undefined],
    [{ sessionStorage: 'session', store: 'indexeddb' }, `relaychat:${URL}`],
    [{ getToken }, undefined],
    [{ getToken, account: 'u1' }, `relaychat:${URL}#u1`],
    [{ getToken, store: 'indexeddb' }, `relaychat:${URL}`],
  ]) {
    assert.equal(await nameFor({ ...options, url: URL }), expected, JSON.stringify(options))
  }
})

test('how well the client keeps what it knows is told', async () => {
  const { client, core, frames } = await makeConnected()
  assert.equal(client.storage.getSnapshot(), 'memory_only')
  for (const state of ['durable', 'lost']) {
    core.set('storage', state)
    frames.next()
    assert.equal(client.storage.getSnapshot(), state)
  }
})
