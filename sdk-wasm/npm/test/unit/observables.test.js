/** Snapshots and notifications: what React and everybody else relies on. */

import assert from 'node:assert/strict'
import { mock, test } from 'node:test'

import { item, makeClient, makeConnected, summary, timeline } from './fakes.js'

test('an unchanged item is the same object in the next snapshot', async () => {
  const { client, core, frames } = await makeConnected()
  const { timeline: messages } = client.chat('c1')
  messages.subscribe(() => {})
  core.set('timeline/c1', timeline([item('a'), item('b')]))
  frames.next()
  const [a, b] = messages.getSnapshot().items

  core.set('timeline/c1', timeline([0, item('b', { state: 'sent' }), item('c')]))
  frames.next()
  const after = messages.getSnapshot().items
  assert.equal(after[0], a)
  assert.notEqual(after[1], b)
  assert.equal(after[1].message.state, 'sent')
  assert.equal(after.length, 3)
})

test('items that moved keep their identity', async () => {
  const { client, core, frames } = await makeConnected()
  core.set('chats', { items: [summary('a'), summary('b')], isLoading: false, hasMore: false, unreadCount: 0 })
  frames.next()
  const [a, b] = client.chats.getSnapshot().items
  core.set('chats', { items: [1, 0], isLoading: false, hasMore: false, unreadCount: 0 })
  frames.next()
  assert.deepEqual([...client.chats.getSnapshot().items], [b, a])
  assert.equal(client.chats.getSnapshot().items[0], b)
})

test('however often something changes there is one notification a frame', async () => {
  const { client, core, frames } = await makeConnected()
  let count = 0
  client.chat('c1').timeline.subscribe(() => (count += 1))
  frames.next()
  count = 0
  for (const text of ['a', 'b', 'c']) core.set('timeline/c1', timeline([item(text)]))
  assert.equal(count, 0)
  frames.next()
  assert.equal(count, 1)
  assert.equal(client.chat('c1').timeline.getSnapshot().items[0].key, 'c')
  assert.equal(frames.areWanted, false)
})

test('a wake without a change notifies nobody', async () => {
  const { client, core, frames } = await makeConnected()
  core.set('chats', { items: [], isLoading: false, hasMore: false, unreadCount: 0 })
  frames.next()
  const before = client.chats.getSnapshot()
  let count = 0
  client.chats.subscribe(() => (count += 1))
  core.host.wake('chats')
  frames.next()
  assert.equal(count, 0)
  assert.equal(client.chats.getSnapshot(), before)
})

test('both functions of an observable work unbound', async () => {
  const { client, core, frames } = await makeConnected()
  for (const observable of [
    client.connection, client.me, client.limits, client.chats,
    client.chat('c1').summary, client.chat('c1').members, client.chat('c1').timeline,
    client.people.presence('u1'),
  ]) {
    const { getSnapshot, subscribe } = observable
    subscribe(() => {})()
    getSnapshot()
  }
  const { getSnapshot } = client.connection
  core.set('connection', { status: 'connected' })
  frames.next()
  assert.equal(getSnapshot().status, 'connected')
})

test('a listener that throws keeps no other from being called', async (t) => {
  const { client, core, frames } = await makeConnected()
  const reported = []
  t.mock.method(globalThis, 'queueMicrotask', (report) => reported.push(report))
  let isCalled = false
  client.connection.subscribe(() => {
    throw new Error('mine')
  })
  client.connection.subscribe(() => (isCalled = true))
  core.set('connection', { status: 'connected' })
  frames.next()
  assert.equal(isCalled, true)
  assert.equal(reported.length, 1)
  assert.throws(reported[0], { message: 'mine' })
})

test('what is watched before connect is opened when the module is there', async () => {
  const made = makeClient()
  made.client.chat('c1').summary.subscribe(() => {})
  assert.equal(made.client.chat('c1').summary.getSnapshot(), undefined)
  await made.client.connect()
  assert.ok(made.core.opened.has('summary/c1'))
  assert.ok(made.core.opened.has('connection'))
  assert.ok(!made.core.opened.has('timeline/c1'))
})

test('a topic is opened once for many watchers and shut some time after the last', async (t) => {
  mock.timers.enable({ apis: ['setTimeout'] })
  t.after(() => mock.timers.reset())
  const { client, core } = await makeConnected()
  const stops = [1, 2].map(() => client.people.presence('u1').subscribe(() => {}))
  assert.equal(core.calls.filter((call) => call === 'open presence/u1').length, 1)

  for (const stop of stops) stop()
  stops[0]()
  // StrictMode and a change of page come back at once.
  client.people.presence('u1').subscribe(() => {})()
  mock.timers.tick(9_000)
  assert.ok(core.opened.has('presence/u1'))
  mock.timers.tick(1_500)
  assert.ok(!core.opened.has('presence/u1'))
  assert.equal(core.calls.filter((call) => call === 'open presence/u1').length, 1)
})

test('the same id gives the same chat and the same presence', async () => {
  const { client } = await makeConnected()
  assert.equal(client.chat('c1'), client.chat('c1'))
  assert.equal(client.people.presence('u1'), client.people.presence('u1'))
  assert.notEqual(client.chat('c1'), client.chat('c2'))
})

test('an id that is none is a chat that does not exist', async () => {
  const { client, frames } = await makeConnected()
  const { summary: chat, timeline: messages } = client.chat('impossible')
  chat.subscribe(() => {})
  messages.subscribe(() => {})
  frames.next()
  assert.equal(chat.getSnapshot(), null)
  assert.equal(messages.getSnapshot().isLoading, false)
})

test('what is not known any more is undefined again', async () => {
  const { client, core, frames } = await makeConnected()
  const chat = client.chat('c1').summary
  chat.subscribe(() => {})
  core.set('summary/c1', summary('c1'))
  frames.next()
  assert.equal(chat.getSnapshot().id, 'c1')
  // After signing out.
  core.set('summary/c1', undefined)
  frames.next()
  assert.equal(chat.getSnapshot(), undefined)
})

test('an error in a snapshot is a RelayError, a thumb hash a picture', async () => {
  const { RelayError } = await import('../../dist/index.js')
  const { client, core, frames } = await makeConnected()
  const messages = client.chat('c1').timeline
  messages.subscribe(() => {})
  const error = { code: 'network', message: 'gone', retryable: true, retryAfterMs: 5 }
  const attachments = [
    { id: 'f', kind: 'image', contentType: 'image/png', sizeBytes: 1, width: 2, height: 2, thumbHash: '1QcSHQRnh493V4dIh4eXh1h4kJUI' },
  ]
  core.set('timeline/c1', timeline([item('a', { state: 'failed', error, attachments })]))
  frames.next()
  const [{ message }] = messages.getSnapshot().items
  assert.ok(message.error instanceof RelayError)
  assert.deepEqual([message.error.code, message.error.retryable, message.error.retryAfterMs], ['network', true, 5])
  assert.match(message.attachments[0].placeholder, /^data:image\/bmp;base64,/)
  assert.equal('thumbHash' in message.attachments[0], false)
})

test('a module that speaks another language closes the client instead of guessing', async () => {
  const { client, core, frames } = await makeConnected()
  core.set('chats', { items: [7], isLoading: false, hasMore: false, unreadCount: 0 })
  frames.next()
  frames.next()
  const state = client.connection.getSnapshot()
  assert.equal(state.status, 'closed')
  assert.equal(state.error.code, 'internal')
})
