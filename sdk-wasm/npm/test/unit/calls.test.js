/** Calls, their errors, and the end of a client. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { RelayError } from '../../dist/index.js'
import { makeClient, makeConnected } from './fakes.js'

const report = (more) => JSON.stringify({ code: 'rate_limited', message: 'slowly', retryable: true, ...more })

test('a rejected call is a RelayError with every field', async () => {
  const { client, core } = await makeConnected()
  core.answers.requestCode = () => Promise.reject(report({ retryAfterMs: 1_000, field: 'email' }))
  const error = await client.auth.requestCode('a@example.com').catch((error) => error)
  assert.ok(error instanceof RelayError && error instanceof Error)
  assert.equal(error.code, 'rate_limited')
  assert.equal(error.message, 'slowly')
  assert.equal(error.retryable, true)
  assert.equal(error.retryAfterMs, 1_000)
  assert.equal(error.field, 'email')
})

test('what is no report of the core is an internal error that names its cause', async () => {
  const { client, core } = await makeConnected()
  const cause = new TypeError('odd')
  core.answers.getUser = () => Promise.reject(cause)
  const error = await client.people.get('u1').catch((error) => error)
  assert.deepEqual([error.code, error.cause, error.retryable], ['internal', cause, false])
})

test('aborting rejects with cancelled at once', async () => {
  const { client, core } = await makeConnected()
  core.answers.listUsers = () => new Promise(() => {})
  const abort = new AbortController()
  const list = client.people.list({ query: 'a', signal: abort.signal })
  abort.abort()
  await assert.rejects(list, { name: 'RelayError', code: 'cancelled' })
  await assert.rejects(client.people.list({ signal: abort.signal }), { code: 'cancelled' })
})

test('the module is loaded by the first call and only once', async () => {
  const made = makeClient()
  assert.equal(made.loadCount, 0)
  made.client.chat('c1')
  made.client.people.presence('u1').getSnapshot()
  assert.equal(made.loadCount, 0)
  await Promise.all([made.client.connect(), made.client.auth.signOut(), made.client.connect()])
  assert.equal(made.loadCount, 1)
})

test('a load that failed is tried again by the next call', async () => {
  const failure = new RelayError('network', 'no module', { retryable: true })
  const made = makeClient({}, { loads: [failure] })
  await assert.rejects(made.client.connect(), { code: 'network', retryable: true })
  await made.client.connect()
  assert.equal(made.loadCount, 2)
})

test('the address of the engine has one spelling', async () => {
  for (const url of ['https://example.com/chat/', 'https://example.com/chat', 'https://example.com/chat?x#y']) {
    const made = await makeConnected({ url })
    assert.equal(made.options.url, 'https://example.com/chat')
  }
  assert.throws(() => makeClient({ url: 'not an address' }), TypeError)
})

test('an empty search asks for everybody', async () => {
  const { client, core } = await makeConnected()
  let asked
  core.answers.listUsers = (...args) => {
    asked = args
    return JSON.stringify({ items: [] })
  }
  assert.deepEqual(await client.people.list({ query: '' }), { items: [] })
  assert.deepEqual(asked, [undefined, undefined])
})

test('changes of a message reach the core as they were meant, and its answer names what it answers', async () => {
  const { client, core } = await makeConnected()
  const calls = []
  for (const name of ['edit', 'deleteMessage', 'react']) core.answers[name] = (...args) => void calls.push([name, ...args])
  const chat = client.chat('c1')
  chat.send({ text: 'yes', replyTo: 'm1', mentions: { userIds: ['u2'], isEveryone: false } })
  chat.edit('m1', 'dinner?')
  chat.edit('m1', 'dinner, @all?', { userIds: ['u2'], isEveryone: true })
  chat.react('m1', '👍', false)
  chat.delete('m1')
  assert.deepEqual([core.sent.chatId, core.sent.text, core.sent.replyTo], ['c1', 'yes', 'm1'])
  assert.deepEqual(core.sent.mentions, ['u2'])
  assert.deepEqual(calls, [
    ['edit', 'c1', 'm1', 'dinner?', undefined],
    ['edit', 'c1', 'm1', 'dinner, @all?', ['u2', '*']],
    ['react', 'c1', 'm1', '👍', false],
    ['deleteMessage', 'c1', 'm1'],
  ])
})

test('close ends what waits, frees the core and stays readable', async () => {
  const { client, core, frames } = await makeConnected()
  core.answers.openDirect = () => new Promise(() => {})
  const open = client.chats.openDirect('u2')
  const sent = client.chat('c1').send({ text: 'hi' })
  await Promise.resolve()
  client.close()
  await assert.rejects(open, { code: 'closed' })
  await assert.rejects(sent.delivered, { code: 'closed' })
  assert.ok(core.isClosed && core.isFreed)
  assert.deepEqual(client.connection.getSnapshot(), { status: 'closed' })
  frames.next()
  await assert.rejects(client.connect(), { code: 'closed' })
  assert.throws(() => client.chat('c1').send({ text: 'x' }), { code: 'closed' })
  client.chat('c1').setTyping(true)
  client.reconnectNow()
  client.close()
})

test('closing while the module loads frees it when it arrives', async () => {
  const made = makeClient()
  const connecting = made.client.connect()
  made.client.close()
  await assert.rejects(connecting, { code: 'closed' })
  await new Promise((resolve) => setImmediate(resolve))
  assert.ok(made.core.isFreed)
})

test('a panic closes the client with a report and never enters the module again', async () => {
  const { client, core, frames, panic } = await makeConnected()
  let notified = 0
  client.connection.subscribe(() => (notified += 1))
  core.answers.getUser = () => new Promise(() => {})
  const pending = client.people.get('u1')
  await Promise.resolve()
  core.isPanicked = true
  panic('panicked at src/x.rs:1: boom')
  const error = await pending.catch((error) => error)
  assert.equal(error.code, 'internal')
  assert.match(error.message, /boom/)
  frames.next()
  const state = client.connection.getSnapshot()
  assert.deepEqual([state.status, state.error], ['closed', error])
  assert.equal(notified, 1)
  assert.equal(core.isFreed, false)
  client.close()
  assert.equal(core.isClosed, false)
})

test('the token provider is asked with the reason', async () => {
  const reasons = []
  const { core } = await makeConnected({
    getToken: async ({ reason }) => {
      reasons.push(reason)
      return 'jwt'
    },
  })
  assert.equal(await core.host.getToken('expired'), 'jwt')
  assert.deepEqual(reasons, ['expired'])
  const own = await makeConnected()
  assert.equal('getToken' in own.core.host, false)
})

test('links and who reacted are asked with what they need, and what the core says is the answer', async () => {
  const { client, core, frames } = await makeConnected()
  const chat = client.chat('c1')
  const before = core.calls.length
  const page = { items: [{ user: { id: 'u1', name: 'Alice' }, at: 1 }], nextCursor: 'x' }
  const invite = { id: 'i1', token: 't', createdBy: 'u1', createdAt: 1, uses: 0 }
  const told = '{"id":"i1","token":"t","created_by":"u1","created_at_ms":1,"uses":0}'
  const group = { chatId: 'c2', name: 'G', memberCount: 2, isMember: false }
  const answers = {
    'GET /chats/c1/invites': `{"items":[${told}]}`,
    'POST /chats/c1/invites': told,
    'DELETE /chats/c1/invites/i%2F1': '',
    'POST /invites/preview': '{"chat_id":"c2","name":"G","avatar_url":"/v1/avatars/a","member_count":2,"is_member":false}',
  }
  core.answers.ask = (what) => (what === 'acceptInvite' ? 'c2' : JSON.stringify(page))
  core.answers.exchange = (method, path) => answers[`${method} ${path}`]
  assert.deepEqual(await chat.reactions('m1', '👍'), page)
  assert.deepEqual(await chat.reactions('m1', '👍', 'x'), page)
  assert.deepEqual(await chat.invites(), [invite])
  assert.deepEqual(await chat.createInvite(), invite)
  assert.deepEqual(await chat.createInvite({ expiresAt: 7, maxUses: 2 }), invite)
  assert.equal(await chat.revokeInvite('i/1'), undefined)
  assert.deepEqual(await client.previewInvite('t'), { ...group, avatarUrl: 'https://chat.example.com/v1/avatars/a' })
  core.put('chats', { items: [], isLoading: false, hasMore: true, unreadCount: 0, unreadChatCount: 0 })
  assert.equal(await client.acceptInvite('t'), 'c2')
  assert.equal(client.chats.getSnapshot().hasMore, true, 'the list is as the core has it')
  frames.next()
  assert.deepEqual(core.calls.slice(before).filter((call) => /^(ask|exchange)/.test(call)), [
    'ask reactions c1,m1,👍',
    'ask reactions c1,m1,👍,x',
    'exchange GET /chats/c1/invites ',
    'exchange POST /chats/c1/invites {}',
    'exchange POST /chats/c1/invites {"expires_at_ms":7,"max_uses":2}',
    'exchange DELETE /chats/c1/invites/i%2F1 ',
    'exchange POST /invites/preview {"token":"t"}',
    'ask acceptInvite t',
  ])
  core.answers.ask = () => Promise.reject(report({ code: 'not_found' }))
  await assert.rejects(client.acceptInvite('t'), { name: 'RelayError', code: 'not_found' })
})

test('what is pinned is shown while somebody looks, and a pin before the call returns', async () => {
  const { client, core } = await makeConnected()
  const chat = client.chat('c1')
  core.answers.pin = (_chat, id, isPinned) => void core.put('pinned/c1', isPinned ? [{ id, text: 'hi', attachments: [], pinnedAt: 7 }] : [])
  const before = core.calls.length
  assert.equal(chat.pinned.getSnapshot(), undefined)
  const off = chat.pinned.subscribe(() => {})
  chat.pin('m1')
  assert.deepEqual(chat.pinned.getSnapshot(), [{ id: 'm1', text: 'hi', attachments: [], pinnedAt: 7 }])
  chat.unpin('m1')
  assert.deepEqual(chat.pinned.getSnapshot(), [])
  assert.deepEqual(core.calls.slice(before), ['open pinned/c1', 'pin c1 m1 true', 'pin c1 m1 false'])
  off()
})

test('the files of a chat are asked for page by page, each with who sent it', async () => {
  const { client, core } = await makeConnected()
  const file = '{"id":"a1","kind":"image","content_type":"image/png","size_bytes":3,"width":2,"height":1,"thumb_hash":"3OcRJYB4d3h/iIeHeEh3eIhw+j2w"}'
  const item = `{"message_id":"m1","seq":4,"sender_id":"u2","sent_at_ms":9,"attachment":${file}}`
  core.answers.exchange = () => `{"items":[${item}],"users":[{"id":"u2","name":"Bob","avatar_url":"/v1/a"}],"next_cursor":"n x"}`
  const before = core.calls.length
  const chat = client.chat('c1')
  const page = await chat.attachments('image')
  const [found] = page.items
  const { placeholder, ...attachment } = found.attachment
  assert.match(placeholder, /^data:image/)
  assert.deepEqual(attachment, { id: 'a1', kind: 'image', contentType: 'image/png', sizeBytes: 3, width: 2, height: 1 })
  assert.deepEqual({ ...found, attachment: 0 }, { messageId: 'm1', seq: 4, sender: { id: 'u2', name: 'Bob' }, sentAt: 9, attachment: 0 })
  assert.equal(page.nextCursor, 'n x')
  await chat.attachments('file', page.nextCursor)
  assert.deepEqual(core.calls.slice(before), [
    'exchange GET /chats/c1/attachments?kind=image ',
    'exchange GET /chats/c1/attachments?kind=file&cursor=n%20x ',
  ])
})

test('a report names a message or a person, and says what the engine says', async () => {
  const { client, core } = await makeConnected()
  core.answers.exchange = () => '{"id":"r1"}'
  const before = core.calls.length
  assert.equal(await client.chat('c1').report('m1', { reason: 'self_harm', note: 'look' }), undefined)
  assert.equal(await client.people.report('u2', { reason: 'spam' }), undefined)
  assert.deepEqual(core.calls.slice(before), [
    'exchange POST /reports {"chat_id":"c1","message_id":"m1","reason":"self_harm","note":"look"}',
    'exchange POST /reports {"user_id":"u2","reason":"spam"}',
  ])
  core.answers.exchange = () => Promise.reject(report({ code: 'not_reportable' }))
  await assert.rejects(client.people.report('u1', { reason: 'spam' }), { name: 'RelayError', code: 'not_reportable' })
})

test('who is blocked is shown while somebody looks, and a change when it is answered', async () => {
  const { client, core } = await makeConnected()
  const { people } = client
  core.answers.ask = (what) => {
    core.put('blocked', what === 'block' ? [{ id: 'u2', name: 'Bob' }] : [])
    return ''
  }
  const before = core.calls.length
  assert.equal(people.blocked.getSnapshot(), undefined)
  const off = people.blocked.subscribe(() => {})
  assert.equal(await people.block('u2'), undefined)
  assert.deepEqual(people.blocked.getSnapshot(), [{ id: 'u2', name: 'Bob' }])
  assert.equal(await people.unblock('u2'), undefined)
  assert.deepEqual(people.blocked.getSnapshot(), [])
  assert.deepEqual(core.calls.slice(before), ['open blocked', 'ask block u2', 'ask unblock u2'])
  core.answers.ask = () => Promise.reject(report({ code: 'validation_failed', field: 'user_id' }))
  await assert.rejects(people.block('u1'), { name: 'RelayError', code: 'validation_failed', field: 'user_id' })
  off()
})

test('what others are told is asked for with the name or without', async () => {
  const { client, core } = await makeConnected()
  core.answers.updateProfile = () => JSON.stringify({ id: 'u1', name: 'Alice', isNew: false })
  const before = core.calls.length
  await client.updateProfile({ name: 'Alice' })
  await client.updateProfile({ showsReadReceipts: false, showsLastSeen: true })
  assert.deepEqual(core.calls.slice(before).filter((call) => call.startsWith('updateProfile')), [
    'updateProfile Alice  ',
    'updateProfile  false true',
  ])
})

test('a group is changed part by part, and only what is given', async () => {
  const { client, core } = await makeConnected()
  const chat = client.chat('c1')
  const before = core.calls.length
  await chat.update({ name: 'Sailors', description: '' })
  await chat.update({ avatar: null })
  await chat.addMembers(['u1', 'u2'])
  await chat.setRole('u1', 'admin')
  await chat.setSendRole('admin')
  await chat.setAddRole('member')
  await chat.setPinRole('owner')
  await chat.removeMember('u2')
  await chat.leave()
  assert.deepEqual(core.calls.slice(before).filter((call) => call.startsWith('changeChat')), [
    'changeChat c1 name Sailors ',
    'changeChat c1 description  ',
    'changeChat c1 avatar  ',
    'changeChat c1 add u1,u2 ',
    'changeChat c1 role u1,admin ',
    'changeChat c1 sendRole admin ',
    'changeChat c1 addRole member ',
    'changeChat c1 pinRole owner ',
    'changeChat c1 remove u2 ',
    'changeChat c1 leave  ',
  ])
  core.answers.changeChat = () => Promise.reject(report({ code: 'forbidden' }))
  await assert.rejects(chat.update({ name: 'Mine' }), { name: 'RelayError', code: 'forbidden' })
})
