/** Messages on their way. */

import assert from 'node:assert/strict'
import { mock, test } from 'node:test'

import { item, makeClient, makeConnected, message, timeline } from './fakes.js'

test('the echo is in the timeline when send returns, and told with the next frame', async () => {
  const { client, core, frames } = await makeConnected()
  const { timeline: messages } = client.chat('c1')
  let count = 0
  messages.subscribe(() => (count += 1))
  frames.next()
  count = 0
  core.answers.send = (core) => {
    core.put('timeline/c1', timeline([item(core.sent.messageId, { state: 'queued' })]))
  }
  const sent = client.chat('c1').send({ text: 'hi' })
  assert.match(sent.id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  assert.equal(sent.state, 'queued')
  assert.equal(messages.getSnapshot().items[0].key, sent.id)
  assert.equal(count, 0)
  frames.next()
  assert.equal(count, 1)
})

test('progress and states are events, and delivered resolves with the message', async () => {
  const { client, core, frames } = await makeConnected()
  const sent = client.chat('c1').send({ text: 'hi' })
  const events = []
  sent.addEventListener('progress', (event) => events.push([event.loaded, event.total, event.lengthComputable]))
  sent.addEventListener('statechange', () => events.push(sent.state))
  core.set(`outgoing/${sent.id}`, { state: 'uploading', loadedBytes: 5, totalBytes: 10 })
  frames.next()
  core.set(`outgoing/${sent.id}`, { state: 'sent', loadedBytes: 10, totalBytes: 10, message: message(sent.id, { seq: 4 }) })
  frames.next()
  assert.deepEqual(events, [[5, 10, true], 'uploading', [10, 10, true], 'sent'])
  assert.equal((await sent.delivered).seq, 4)
  assert.equal(sent.state, 'sent')
  // Nothing more is said of it, so nothing is kept.
  assert.ok(!core.opened.has(`outgoing/${sent.id}`))
})

test('a failed message rejects, is tried again with a new promise, and is delivered', async () => {
  const { client, core, frames } = await makeConnected()
  const sent = client.chat('c1').send({ text: 'hi' })
  const first = sent.delivered
  const error = { code: 'network', message: 'gone', retryable: true }
  core.set(`outgoing/${sent.id}`, { state: 'failed', error })
  frames.next()
  await assert.rejects(first, { code: 'network', retryable: true })
  assert.equal(sent.state, 'failed')

  sent.retry()
  assert.ok(core.calls.includes(`retry c1 ${sent.id}`))
  assert.notEqual(sent.delivered, first)
  core.set(`outgoing/${sent.id}`, { state: 'sending' })
  frames.next()
  core.set(`outgoing/${sent.id}`, { state: 'sent', message: message(sent.id, { seq: 1 }) })
  frames.next()
  assert.equal((await sent.delivered).id, sent.id)
})

test('a message taken back rejects with cancelled', async () => {
  const { client, core, frames } = await makeConnected()
  const sent = client.chat('c1').send({ text: 'hi' })
  sent.cancel()
  assert.ok(core.calls.includes(`cancel c1 ${sent.id}`))
  core.set(`outgoing/${sent.id}`, { state: 'failed', error: { code: 'cancelled', message: 'x', retryable: false } })
  frames.next()
  await assert.rejects(sent.delivered, { code: 'cancelled' })
})

test('an edit goes to the core at once and throws what the core throws', async () => {
  const { client, core } = await makeConnected()
  const sent = client.chat('c1').send({ text: 'hi' })
  sent.edit('hello')
  assert.ok(core.calls.includes(`edit c1 ${sent.id} hello`))
  core.answers.edit = () => {
    throw JSON.stringify({ code: 'already_sent', message: 'x', retryable: false })
  }
  assert.throws(() => sent.edit('too late'), { name: 'RelayError', code: 'already_sent' })
})

test('a failure that nobody looks at is not an unhandled rejection', async () => {
  const { client, core, frames } = await makeConnected()
  let unhandled = 0
  const onUnhandled = () => (unhandled += 1)
  process.on('unhandledRejection', onUnhandled)
  const sent = client.chat('c1').send({ text: 'hi' })
  core.set(`outgoing/${sent.id}`, { state: 'failed', error: { code: 'network', message: 'x', retryable: true } })
  frames.next()
  await new Promise((resolve) => setImmediate(resolve))
  process.off('unhandledRejection', onUnhandled)
  assert.equal(unhandled, 0)
})

test('sending before connect says what to do', () => {
  const { client } = makeClient()
  assert.throws(() => client.chat('c1').send({ text: 'hi' }), /connect\(\) first/)
})

test('what the core refuses to send is thrown as a RelayError', async () => {
  const { client, core } = await makeConnected()
  core.answers.send = () => {
    throw JSON.stringify({ code: 'not_found', message: 'no', retryable: false })
  }
  assert.throws(() => client.chat('c1').send({ text: 'hi' }), { name: 'RelayError', code: 'not_found' })
})

test('a picture on its way has its local address until the core has the real one', async (t) => {
  mock.timers.enable({ apis: ['setTimeout'] })
  t.after(() => mock.timers.reset())
  const revoked = []
  t.mock.method(URL, 'createObjectURL', () => 'blob:1')
  t.mock.method(URL, 'revokeObjectURL', (url) => revoked.push(url))
  const { client, core, frames } = await makeConnected()
  const { timeline: messages } = client.chat('c1')
  messages.subscribe(() => {})
  const file = { id: 'f', kind: 'image', contentType: 'image/png', sizeBytes: 1, width: 0, height: 0 }
  core.answers.send = (core) => {
    core.put('timeline/c1', timeline([item(core.sent.messageId, { attachments: [{ ...file, isLocal: true }] })]))
  }
  const sent = client.chat('c1').send({ attachments: [new Blob(['x'])] })
  assert.deepEqual([...core.sent.pixels], [0, 0])
  frames.next()
  assert.deepEqual(messages.getSnapshot().items[0].message.attachments, [{ ...file, localUrl: 'blob:1' }])
  const chat = { id: 'c1', lastMessage: { id: sent.id, attachments: [{ ...file, isLocal: true }] } }
  core.set('chats', { items: [chat], isLoading: false, hasMore: false, unreadCount: 0 })
  frames.next()
  assert.deepEqual(client.chats.getSnapshot().items[0].lastMessage.attachments, [{ ...file, localUrl: 'blob:1' }])

  core.set('timeline/c1', timeline([item(sent.id, { seq: 1, attachments: [file] })]))
  frames.next()
  assert.equal(messages.getSnapshot().items[0].message.attachments[0].localUrl, undefined)
  assert.deepEqual(revoked, [])
  mock.timers.tick(30_000)
  assert.deepEqual(revoked, ['blob:1'])
})

test('a picture that an earlier visit has queued has the address of what was kept', async (t) => {
  t.mock.method(URL, 'createObjectURL', (file) => `blob:${file.size}`)
  const { client, core, frames } = await makeConnected()
  const { timeline: messages } = client.chat('c1')
  messages.subscribe(() => {})
  const file = { id: 'f', kind: 'image', contentType: 'image/png', sizeBytes: 1, width: 0, height: 0 }
  const local = { ...file, isLocal: true }
  core.host.foundFile('m1', 1, new Blob(['xx']))
  core.host.foundFile('m1', 0, new Blob(['x']))
  core.host.foundFile('m1', 0, new Blob(['found again']))
  core.set('timeline/c1', timeline([item('m1', { attachments: [local, local] })]))
  frames.next()
  const urls = messages.getSnapshot().items[0].message.attachments.map(({ localUrl }) => localUrl)
  assert.deepEqual(urls, ['blob:1', 'blob:2'])
})

test('what is delivered says nothing that only the core means', async (t) => {
  t.mock.method(URL, 'createObjectURL', () => 'blob:1')
  const { client, core, frames } = await makeConnected()
  const file = { id: 'f', kind: 'image', contentType: 'image/png', sizeBytes: 1, width: 0, height: 0 }
  const sent = client.chat('c1').send({ attachments: [new Blob(['x'])] })
  const { message } = item(sent.id, { seq: 1, attachments: [{ ...file, isLocal: true }] })
  core.set(`outgoing/${sent.id}`, { state: 'sent', message })
  frames.next()
  assert.deepEqual((await sent.delivered).attachments, [{ ...file, localUrl: 'blob:1' }])
})

test('a message that is tried again says what it waits for', async () => {
  const { client, core, frames } = await makeConnected()
  const sent = client.chat('c1').send({ text: 'hi' })
  assert.equal(sent.heldUpBy, undefined)
  core.set(`outgoing/${sent.id}`, { state: 'queued', heldUpBy: { code: 'rate_limited', message: 'slowly', retryable: true } })
  frames.next()
  assert.deepEqual([sent.heldUpBy instanceof Error, sent.heldUpBy.code], [true, 'rate_limited'])
})
