/** Several tabs of one account: who runs the core, and what the others see of it. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { browserFor, until } from './browser.js'
import { item, message, summary, timeline } from './fakes.js'

const chats = (...items) => ({ items, isLoading: false, hasMore: false, unreadCount: 0 })
const me = { id: 'u1', name: 'Ann', isNew: false }
const texts = (chat) => chat.timeline.getSnapshot().items.map((entry) => entry.key)

test('of three tabs one runs the core, and all see what it tells', async (t) => {
  const browser = browserFor(t)
  const tabs = await browser.openMany(3)
  assert.deepEqual(tabs.map((tab) => tab.role), ['leader', 'follower', 'follower'])
  assert.deepEqual(tabs.map((tab) => tab.cores.length), [1, 0, 0])

  const { core } = tabs[0]
  core.tell('me', me)
  core.tell('chats', chats(summary('c1')))
  for (const { client, frames } of tabs) {
    await until('the chats are there', () => {
      frames.next()
      return client.chats.getSnapshot().items.length === 1
    })
    await until('the person is known', () => {
      frames.next()
      return client.me.getSnapshot()?.name === 'Ann'
    })
  }
})

test('a topic that is opened late begins with the whole, and the place of each tab is its own', async (t) => {
  const browser = browserFor(t)
  const [first, second] = await browser.openMany(2)
  const [hers, his] = [first, second].map(({ client }) => client.chat('c1'))
  first.core.tell('timeline/c1', timeline([item('a')]))
  hers.timeline.subscribe(() => {})
  first.frames.next()
  assert.deepEqual(texts(hers), ['a'])
  first.core.tell('timeline/c1', timeline([item('a'), item('b')]))

  his.timeline.subscribe(() => {})
  await until('the whole', () => {
    second.frames.next()
    return texts(his).length === 2
  })
  first.frames.next()
  assert.deepEqual(texts(hers), ['a', 'b'])

  await his.timeline.loadBefore()
  const [call] = first.core.calls.filter((name) => name.startsWith('loadBefore'))
  assert.match(call, /^loadBefore .+@timeline\/c1$/)
  await hers.timeline.loadBefore()
  assert.ok(first.core.calls.includes('loadBefore timeline/c1'))
})

test('a tab that draws slowly is sent the newest state, not a queue of old ones', async (t) => {
  const browser = browserFor(t)
  const [first, second] = await browser.openMany(2)
  let reads = 0
  const read = first.core.read
  first.core.read = function (topic) {
    if (topic.endsWith('@chats')) reads += 1
    return read.call(this, topic)
  }
  for (let count = 1; count <= 100; count++) {
    first.core.tell('chats', { ...chats(), unreadCount: count })
    await new Promise((resolve) => setImmediate(resolve))
  }
  await until('the newest', () => {
    second.frames.next()
    return second.client.chats.getSnapshot().unreadCount === 100
  })
  assert.ok(reads <= 4, `${reads} reads`)
})

test('what names nothing is missing in every tab', async (t) => {
  const browser = browserFor(t)
  const [, second] = await browser.openMany(2)
  const chat = second.client.chat('impossible')
  chat.summary.subscribe(() => {})
  await until('it is missing', () => {
    second.frames.next()
    return chat.summary.getSnapshot() === null
  })
})

test('calls of a follower are answered and refused as if it had the core', async (t) => {
  const browser = browserFor(t)
  const [first, second] = await browser.openMany(2)
  first.core.answers.openDirect = async (userId) => `chat-with-${userId}`
  assert.equal(await second.client.chats.openDirect('u2'), 'chat-with-u2')
  const report = { code: 'rate_limited', message: 'slowly', retryable: true, retryAfterMs: 5 }
  first.core.answers.requestCode = () => Promise.reject(JSON.stringify(report))
  const error = await second.client.auth.requestCode('a@example.com').catch((error) => error)
  assert.deepEqual([error.code, error.retryable, error.retryAfterMs], ['rate_limited', true, 5])
})

test('what a call changed is in the snapshot of a follower when it is answered', async (t) => {
  const browser = browserFor(t)
  const [first, second] = await browser.openMany(2)
  const { timeline: messages } = second.client.chat('c1')
  messages.subscribe(() => {})
  first.core.answers.jumpTo = async () => first.core.tell('timeline/c1', timeline([item('old')]))
  await messages.jumpTo(1)
  assert.deepEqual(messages.getSnapshot().items.map((entry) => entry.key), ['old'])
})

test('a follower sends with its files, sees the progress, and hears of the end', async (t) => {
  const browser = browserFor(t)
  const [first, second] = await browser.openMany(2)
  const sent = second.client.chat('c1').send({ text: 'look', attachments: [new Blob(['abc'], { type: 'image/png' })] })
  const events = []
  sent.addEventListener('progress', (event) => events.push(event.loaded))
  await until('the leader has it', () => first.core.queue.includes(sent.id))
  assert.equal(await first.core.sent.attachments[0].text(), 'abc')
  const told = async (report) => {
    first.core.tell(`outgoing/${sent.id}`, report)
    await until(report.state, () => {
      second.frames.next()
      return sent.state === report.state
    })
  }
  await told({ state: 'uploading', loadedBytes: 1, totalBytes: 3 })
  await told({ state: 'sent', loadedBytes: 3, totalBytes: 3, message: message(sent.id, { seq: 7 }) })
  assert.deepEqual(events, [1, 3])
  assert.equal((await sent.delivered).seq, 7)
})

test('signing out in one tab signs out all, once, and nothing that was on its way is sent for the next person', async (t) => {
  const browser = browserFor(t)
  const [first, second, third] = await browser.openMany(3)
  first.core.tell('me', me)
  first.core.answers.signOut = async () => {
    first.core.tell('me', null)
    first.core.tell('connection', { status: 'signed_out' })
  }
  const sent = third.client.chat('c1').send({ text: 'too late' })
  await second.client.auth.signOut()
  for (const tab of [first, second, third]) {
    await until('signed out', () => {
      tab.frames.next()
      return tab.client.connection.getSnapshot().status === 'signed_out' && tab.client.me.getSnapshot() === null
    })
  }
  await assert.rejects(sent.delivered, { code: 'unauthenticated' })
  assert.equal(first.core.calls.filter((call) => call === 'signOut').length, 1)
})
