/** The leader goes, in good order or not: what the others have open and on its way goes on. */

import assert from 'node:assert/strict'
import { mock, test } from 'node:test'

import { browserFor, until } from './browser.js'
import { item, message, summary, timeline } from './fakes.js'

const chats = (...items) => ({ items, isLoading: false, hasMore: false, unreadCount: 0 })
const loading = { items: [], isLoading: true, hasMore: false, unreadCount: 0 }

const ENDS = {
  'crashes': (tab) => tab.crash(),
  'is closed': (tab) => tab.client.close(),
  'is put away': (tab) => tab.putAway(),
}

for (const [what, end] of Object.entries(ENDS)) {
  test(`a leader that ${what} is followed by the next tab, and the others follow that`, async (t) => {
    const browser = browserFor(t)
    const [first, second, third] = await browser.openMany(3)
    third.client.chat('c1').timeline.subscribe(() => {})
    end(first)
    await until('a new leader', () => second.role === 'leader' && third.role === 'follower')
    assert.deepEqual(second.core.calls.slice(0, 1), ['connect'])
    second.core.tell('timeline/c1', timeline([item('a')]))
    await until('the third sees what the second has', () => {
      third.frames.next()
      return third.client.chat('c1').timeline.getSnapshot().items.length === 1
    })
  })
}

test('no snapshot goes back while a new core knows less than the old one', async (t) => {
  const browser = browserFor(t)
  const [first, second] = await browser.openMany(2)
  const { client, frames } = second
  const chat = client.chat('c1')
  const seen = []
  client.chats.subscribe(() => seen.push(client.chats.getSnapshot().items.length))
  chat.timeline.subscribe(() => seen.push(chat.timeline.getSnapshot().items.length))
  const statuses = []
  client.connection.subscribe(() => statuses.push(client.connection.getSnapshot().status))
  first.core.tell('connection', { status: 'connected' })
  first.core.tell('chats', chats(summary('c1')))
  first.core.tell('timeline/c1', timeline([item('a')]))
  await until('everything is there', () => {
    frames.next()
    return seen.length === 2 && statuses.length === 1
  })

  first.crash()
  await until('the second leads', () => second.role === 'leader')
  const { core } = second
  core.tell('connection', { status: 'connecting' })
  core.tell('chats', loading)
  core.tell('timeline/c1', { ...timeline([]), isLoading: true })
  frames.next()
  core.tell('connection', { status: 'connected' })
  core.tell('chats', chats(summary('c1'), summary('c2')))
  core.tell('timeline/c1', timeline([item('a'), item('b')]))
  frames.next()
  assert.deepEqual(seen, [1, 1, 2, 2])
  assert.deepEqual(statuses, ['connected', 'connected'])
  core.tell('timeline/c1', timeline([0, 1, item('c')]))
  frames.next()
  assert.deepEqual(chat.timeline.getSnapshot().items.map((entry) => entry.key), ['a', 'b', 'c'])
})

test('who looks at something that names nothing goes on with the next leader too', async (t) => {
  const browser = browserFor(t)
  const [first, second, third] = await browser.openMany(3)
  const chat = third.client.chat('impossible')
  for (const part of [chat.members, chat.draft, chat.summary, chat.timeline]) part.subscribe(() => {})
  const isMissing = () => {
    third.frames.next()
    return chat.summary.getSnapshot() === null
  }
  await until('it is missing', isMissing)
  const before = [chat.members.getSnapshot(), chat.draft.getSnapshot()]
  assert.deepEqual(before, [[], ''])
  first.crash()
  await until('the second leads', () => second.role === 'leader' && third.role === 'follower')
  await until('it is missing there too', isMissing)
  assert.deepEqual([chat.members.getSnapshot(), chat.draft.getSnapshot()], before)
  assert.notEqual(third.client.connection.getSnapshot().status, 'failed')
})

test('who had read far back is shown what a new core has when it reaches as far', async (t) => {
  const browser = browserFor(t)
  const [first, second] = await browser.openMany(2)
  const { timeline: messages } = second.client.chat('c1')
  const from = (seq, more) => timeline([1, 2, 3].slice(seq - 1).map((seq) => item(`m${seq}`, { seq })), more)
  messages.subscribe(() => {})
  first.core.tell('timeline/c1', from(1))
  await until('all three', () => {
    second.frames.next()
    return messages.getSnapshot().items.length === 3
  })

  first.crash()
  await until('the second leads', () => second.role === 'leader')
  const { core } = second
  core.tell('timeline/c1', from(3, { hasBefore: true }))
  second.frames.next()
  core.tell('timeline/c1', from(3, { hasBefore: true, isLoadingBefore: true }))
  second.frames.next()
  assert.equal(messages.getSnapshot().items.length, 3)
  const loads = () => core.calls.filter((call) => call === 'loadBefore timeline/c1').length
  await until('it loads', () => loads() === 1)
  core.tell('timeline/c1', from(2, { hasBefore: true }))
  second.frames.next()
  await until('it loads on', () => loads() === 2)
  core.tell('timeline/c1', from(1))
  second.frames.next()
  assert.deepEqual(messages.getSnapshot().items.map((entry) => entry.key), ['m1', 'm2', 'm3'])
})

test('what is written and not sent is told to a new core, and not emptied by it', async (t) => {
  const browser = browserFor(t)
  const [first, second] = await browser.openMany(2)
  const chat = second.client.chat('c1')
  chat.draft.subscribe(() => {})
  first.core.tell('draft/c1', 'half a sen')
  await until('the draft', () => {
    second.frames.next()
    return chat.draft.getSnapshot() !== ''
  })
  first.crash()
  await until('the second leads', () => second.role === 'leader')
  assert.ok(second.core.calls.includes('setDraft c1 half a sen'))
  second.core.tell('draft/c1', '')
  second.frames.next()
  assert.equal(chat.draft.getSnapshot(), 'half a sen')
  second.core.tell('draft/c1', 'half a sentence')
  second.frames.next()
  second.core.tell('draft/c1', '')
  second.frames.next()
  assert.equal(chat.draft.getSnapshot(), '', 'emptied by somebody')
})

test('a follower has the module ready, for there may be no network when it is needed', async (t) => {
  const browser = browserFor(t)
  mock.timers.enable({ apis: ['setTimeout'] })
  t.after(() => mock.timers.reset())
  const [first, second] = await browser.openMany(2)
  mock.timers.tick(3_000)
  assert.deepEqual([first.isWarm, second.isWarm], [false, true])
})

test('who was logged out meanwhile sees that, and not what was there before', async (t) => {
  const browser = browserFor(t)
  const [first, second] = await browser.openMany(2)
  first.core.tell('me', { id: 'u1', name: 'Ann', isNew: false })
  await until('ann', () => {
    second.frames.next()
    return second.client.me.getSnapshot()?.name === 'Ann'
  })
  first.crash()
  await until('the second leads', () => second.role === 'leader')
  second.core.tell('me', null)
  second.core.tell('connection', { status: 'signed_out' })
  second.frames.next()
  second.frames.next()
  assert.equal(second.client.me.getSnapshot(), null)
})

test('a message handed to a leader that dies at once is given to the next one under the same id', async (t) => {
  const browser = browserFor(t)
  const [first, second, third] = await browser.openMany(3)
  const sent = [
    third.client.chat('c1').send({ text: 'one', attachments: [new Blob(['abc'])] }),
    third.client.chat('c1').send({ text: 'two' }),
  ]
  first.crash()
  await until('the second has both', () => second.core?.queue.length === 2)
  assert.deepEqual(second.core.queue, sent.map(({ id }) => id))
  second.core.tell(`outgoing/${sent[0].id}`, { state: 'sent', message: message(sent[0].id, { seq: 1 }) })
  await until('delivered', () => {
    third.frames.next()
    return sent[0].state === 'sent'
  })

  // What is delivered is nobody's business any more.
  second.crash()
  await until('the third leads', () => third.role === 'leader')
  assert.deepEqual(third.core.queue, [sent[1].id])
})

test('a message that was taken back is not given to the next leader', async (t) => {
  const browser = browserFor(t)
  const [first, second] = await browser.openMany(2)
  const sent = second.client.chat('c1').send({ text: 'no' })
  sent.cancel()
  first.crash()
  await until('the second leads', () => second.role === 'leader')
  assert.deepEqual(second.core.queue, [])
  assert.ok(second.core.calls.includes(`cancel c1 ${sent.id}`))
})

test('a message that was edited is given to the next leader as it is meant now', async (t) => {
  const browser = browserFor(t)
  const [first, second] = await browser.openMany(2)
  const sent = second.client.chat('c1').send({ text: 'helo', replyTo: 'm1' })
  sent.edit('hello', { userIds: ['u2'], isEveryone: false })
  first.crash()
  await until('the second leads', () => second.role === 'leader')
  const { messageId, text, replyTo, mentions } = second.core.sent
  assert.deepEqual([messageId, text, replyTo, mentions], [sent.id, 'hello', 'm1', ['u2']])
  second.core.tell(`outgoing/${sent.id}`, { state: 'sending' })
  second.frames.next()
  assert.throws(() => sent.edit('too late'), { code: 'already_sent' })
})

test('a leader that goes in good order leaves its queue to the others', async (t) => {
  const browser = browserFor(t)
  const [first, second, third] = await browser.openMany(3)
  const sent = first.client.chat('c1').send({ text: 'later' })
  first.putAway()
  await until('the second has it', () => second.core?.queue.includes(sent.id))
  first.takeOut()
  await until('the first follows', () => first.role === 'follower')
  second.core.tell(`outgoing/${sent.id}`, { state: 'sent', message: message(sent.id, { seq: 1 }) })
  await until('the handle of the first hears of it', () => {
    first.frames.next()
    return sent.state === 'sent'
  })
  assert.equal(third.role, 'follower')
})

test('calls under way are made again where that is harmless, and else rejected as retryable', async (t) => {
  const browser = browserFor(t)
  const [first, second] = await browser.openMany(2)
  const hangs = () => new Promise(() => {})
  first.core.answers = { listUsers: hangs, createGroup: hangs, openDirect: hangs }
  const list = second.client.people.list()
  const group = second.client.chats.createGroup('g', [])
  await until('the leader has them', () => first.core.calls.includes('createGroup g '))
  first.crash()
  await assert.rejects(group, { code: 'network', retryable: true })
  await until('the second leads', () => second.role === 'leader')
  assert.ok(second.core.calls.some((call) => call.startsWith('listUsers')))
  assert.ok(!second.core.calls.some((call) => call.startsWith('createGroup')))
  list.catch(() => {})
})

test('a leader that let two questions pass is frozen: a visible tab takes over, and it follows when it thaws', async (t) => {
  const browser = browserFor(t)
  mock.timers.enable({ apis: ['setInterval'] })
  t.after(() => mock.timers.reset())
  const [first, second] = await browser.openMany(2)
  const settled = () => new Promise((resolve) => setTimeout(resolve, 20))
  for (let count = 0; count < 5; count++) {
    mock.timers.tick(4_000)
    await settled()
  }
  assert.equal(second.role, 'follower', 'one that answers keeps the office')

  first.freeze()
  second.isVisible = false
  for (let count = 0; count < 5; count++) mock.timers.tick(4_000)
  await settled()
  assert.equal(second.role, 'follower', 'nobody looks at the second')

  second.isVisible = true
  for (let count = 0; count < 3; count++) mock.timers.tick(4_000)
  await until('the second leads', () => second.role === 'leader')
  first.thaw()
  mock.timers.tick(4_000)
  first.isVisible = true
  mock.timers.tick(4_000)
  await until('the first follows', () => first.role === 'follower')
  assert.ok(first.core.isClosed && first.core.isFreed)
})

test('a core that cannot be loaded leaves the office to a tab that can', async (t) => {
  const browser = browserFor(t)
  const [first, second, third] = await browser.openMany(3)
  second.beforeLoad = () => Promise.reject(new Error('no module'))
  first.crash()
  await until('the third leads', () => third.role === 'leader' && second.role === 'follower')
})

test('a panic ends the leader for its page only', async (t) => {
  const browser = browserFor(t)
  const [first, second] = await browser.openMany(2)
  first.core.isPanicked = true
  first.core.panic('boom')
  await until('the second leads', () => second.role === 'leader')
  assert.equal(first.client.connection.getSnapshot().status, 'closed')
  assert.equal(first.core.isClosed, false)
})
