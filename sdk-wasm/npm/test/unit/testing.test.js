/** The fake client for applications' tests. */

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'

import { RelayError } from '../../dist/index.js'
import { createFakeRelay } from '../../dist/testing/index.js'
import { makeConnected } from './fakes.js'

/** A relay with Bob and a chat with him, connected. */
async function talk(options) {
  const relay = createFakeRelay(options)
  const bob = relay.addPeer({ name: 'Bob' })
  const id = relay.addChat({ peers: [bob] })
  await Promise.all([relay.client.connect(), relay.advance(options?.latencyMs ?? 0)])
  const chat = relay.client.chat(id)
  chat.timeline.subscribe(() => {})
  return { relay, bob, id, chat, client: relay.client, states: () => messages(chat).map(({ state }) => state) }
}

function messages(chat) {
  return chat.timeline.getSnapshot().items.flatMap((item) => (item.kind === 'message' ? [item.message] : []))
}

test('a message is on its way, sent, delivered and read', async () => {
  const { relay, bob, id, chat, states } = await talk()
  bob.setOnline(false)
  const sent = chat.send({ text: 'hi' })
  assert.deepEqual(states(), ['sending'])
  const key = chat.timeline.getSnapshot().items.at(-1).key
  assert.equal((await sent.delivered).seq, 1)
  assert.deepEqual(states(), ['sent'])
  bob.setOnline(true)
  assert.deepEqual(states(), ['delivered'])
  bob.read(id)
  assert.deepEqual(states(), ['read'])
  assert.equal(chat.timeline.getSnapshot().items.at(-1).key, key)
  assert.deepEqual(relay.seenByOthers(id).texts, ['hi'])
})

test('without a connection messages are queued and go out in their order, each once', async () => {
  const { relay, id, chat, client, states } = await talk()
  relay.disconnect()
  const sent = ['a', 'b'].map((text) => chat.send({ text }))
  assert.deepEqual(states(), ['queued', 'queued'])
  await assert.rejects(client.people.list(), { code: 'network', retryable: true })
  relay.goOffline()
  assert.equal(client.connection.getSnapshot().status, 'offline')
  relay.reconnect()
  await Promise.all(sent.map((one) => one.delivered))
  assert.deepEqual(relay.seenByOthers(id).texts, ['a', 'b'])
})

test('a connection that breaks before the answer sends again', async () => {
  const { relay, id, chat, states } = await talk({ latencyMs: 100 })
  chat.send({ text: 'a' })
  relay.disconnect()
  await relay.advance(100)
  assert.deepEqual(states(), ['queued'])
  relay.reconnect()
  await relay.advance(100)
  assert.deepEqual(relay.seenByOthers(id).texts, ['a'])
})

test('a call fails when the test wants it, and a failed message can be tried again or taken back', async () => {
  const { relay, chat, client, states } = await talk()
  for (const code of ['rate_limited', 'forbidden']) relay.failNext('send', { code, retryable: code === 'rate_limited' })
  const [sent, other] = [chat.send({ text: 'a' }), chat.send({ text: 'b' })]
  const error = await sent.delivered.catch((error) => error)
  assert.ok(error instanceof RelayError && error.retryable)
  assert.deepEqual(states(), ['failed', 'failed'])
  assert.equal(messages(chat)[0].error, error)
  sent.edit('an edited a')
  sent.retry()
  assert.equal((await sent.delivered).text, 'an edited a')
  assert.throws(() => sent.edit('too late'), { code: 'already_sent' })
  other.cancel()
  assert.deepEqual(states(), ['delivered'])
  relay.failNext('openDirect', { code: 'forbidden' })
  await assert.rejects(client.chats.openDirect('user-1'), { code: 'forbidden' })
  await client.chats.openDirect('user-1')
})

test('nothing happens before its time, and everything at it', async () => {
  const { relay, bob, id, chat, states } = await talk({ latencyMs: 50 })
  const began = relay.now
  chat.send({ text: 'a' })
  await relay.advance(49)
  assert.deepEqual(states(), ['sending'])
  await relay.advance(1)
  assert.deepEqual(states(), ['delivered'])
  assert.equal(messages(chat)[0].sentAt, began + 50)

  chat.summary.subscribe(() => {})
  const typists = () => chat.summary.getSnapshot().typing.map(({ name }) => name)
  bob.setTyping(id, true)
  await relay.advance(5_999)
  assert.deepEqual(typists(), ['Bob'])
  await relay.advance(1)
  assert.deepEqual(typists(), [])
  bob.setTyping(id, true)
  bob.send(id, 'there')
  assert.deepEqual(typists(), [])
})

test('unread messages are counted and divided from where the timeline was opened', async () => {
  const relay = createFakeRelay()
  const bob = relay.addPeer({ name: 'Bob' })
  const id = relay.addChat({ peers: [bob] })
  for (const text of ['a', 'b']) bob.send(id, text)
  await relay.client.connect()
  const chat = relay.client.chat(id)
  assert.equal(relay.client.chats.getSnapshot().unreadCount, 2)
  chat.timeline.subscribe(() => {})
  const kinds = () => chat.timeline.getSnapshot().items.map(({ kind }) => kind)
  assert.deepEqual(kinds(), ['start', 'date_divider', 'unread_divider', 'message', 'message'])
  chat.markRead(2)
  assert.equal(relay.client.chats.getSnapshot().unreadCount, 0)
  assert.equal(relay.seenByOthers(id).readSeq, 2)
  assert.ok(kinds().includes('unread_divider'))
  await relay.advance(86_400_000)
  bob.send(id, 'next day')
  assert.deepEqual(kinds().slice(-2), ['date_divider', 'message'])
})

test('a long chat is shown in parts, and around any message', async () => {
  const relay = createFakeRelay()
  const bob = relay.addPeer({ name: 'Bob' })
  const id = relay.addChat({ peers: [bob] })
  for (let seq = 1; seq <= 200; seq++) bob.send(id, String(seq))
  await relay.client.connect()
  const chat = relay.client.chat(id)
  const { timeline } = chat
  timeline.subscribe(() => {})
  const shown = () => [messages(chat)[0].seq, messages(chat).at(-1).seq, timeline.getSnapshot().hasBefore, timeline.getSnapshot().hasAfter]
  assert.deepEqual(shown(), [151, 200, true, false])
  await timeline.loadBefore()
  assert.deepEqual(shown(), [101, 200, true, false])
  await timeline.jumpTo(60)
  assert.deepEqual(shown(), [35, 85, true, true])
  await timeline.loadAfter()
  assert.deepEqual(shown(), [35, 135, true, true])
  await timeline.jumpTo(10)
  assert.deepEqual(shown(), [1, 35, false, true])
  await timeline.jumpToLatest()
  assert.deepEqual(shown(), [151, 200, true, false])
})

test('what did not change keeps its identity and is not told', async () => {
  const { bob, id, chat, client } = await talk()
  bob.send(id, 'a')
  const [before, list] = [chat.timeline.getSnapshot(), client.chats.getSnapshot()]
  let told = 0
  chat.timeline.subscribe(() => (told += 1))
  bob.setOnline(true)
  assert.equal(chat.timeline.getSnapshot(), before)
  assert.equal(client.chats.getSnapshot(), list)
  assert.equal(told, 0)
  bob.send(id, 'b')
  assert.equal(told, 1)
  assert.ok(before.items.every((item) => chat.timeline.getSnapshot().items.includes(item)))
})

test('the chat of the newest message is the first, although no time has passed', async () => {
  const { relay, bob, id, client } = await talk()
  const other = relay.addChat({ peers: [bob], name: 'Friends' })
  const order = () => client.chats.getSnapshot().items.map((chat) => chat.id)
  assert.deepEqual(order(), [other, id])
  bob.send(id, 'a')
  assert.deepEqual(order(), [id, other])
})

test('people come, go, take other names and are found', async () => {
  const { relay, bob, id, chat, client } = await talk()
  const presence = client.people.presence(bob.id)
  assert.equal(presence.getSnapshot(), undefined)
  presence.subscribe(() => {})
  assert.deepEqual(presence.getSnapshot(), { isOnline: true })
  bob.setOnline(false)
  assert.deepEqual(presence.getSnapshot(), { isOnline: false, lastSeenAt: relay.now })
  bob.rename('Robert')
  assert.equal(client.chats.getSnapshot().items[0].title, 'Robert')
  assert.deepEqual((await client.people.list({ query: 'rob' })).items, [bob.user])
  await assert.rejects(client.people.get('nobody'), { code: 'not_found' })
  assert.equal(await client.chats.openDirect(bob.id), id)
  const group = client.chat(await client.chats.createGroup('Friends', [bob.id]))
  group.members.subscribe(() => {})
  assert.deepEqual(group.members.getSnapshot().map(({ role }) => role), ['owner', 'member'])
  await group.update({ name: 'Sailors', description: 'On Sunday' })
  await group.setRole(bob.id, 'owner')
  assert.deepEqual(group.members.getSnapshot().map(({ role }) => role), ['admin', 'owner'])
  const shown = client.chats.getSnapshot().items.find((chat) => chat.id === group.id)
  assert.deepEqual([shown.title, shown.description], ['Sailors', 'On Sunday'])
  await group.removeMember(bob.id)
  await group.addMembers([bob.id])
  assert.deepEqual(group.members.getSnapshot().map(({ role }) => role), ['admin', 'member'])
  await group.leave()
  assert.ok(client.chats.getSnapshot().items.every((chat) => chat.id !== group.id))
  chat.setTyping(true)
  assert.equal(relay.seenByOthers(id).isTyping, true)
})

test('who may write in a group holds for what is sent', async () => {
  const { relay, bob, client } = await talk()
  const group = client.chat(await client.chats.createGroup('News', [bob.id]))
  const roles = () => {
    const { sendRole, addRole, pinRole } = group.summary.getSnapshot()
    return [sendRole, addRole, pinRole]
  }
  group.summary.subscribe(() => {})
  assert.deepEqual(roles(), ['member', 'admin', 'admin'])
  await group.setSendRole('admin')
  await group.setAddRole('member')
  await group.setPinRole('owner')
  assert.deepEqual(roles(), ['admin', 'member', 'owner'])
  assert.throws(() => bob.send(group.id, 'hi'), { name: 'RelayError', code: 'forbidden' })
  await group.send({ text: 'news' }).delivered
  await group.setRole(bob.id, 'owner')
  await group.setSendRole('owner')
  const refused = group.send({ text: 'more' })
  await assert.rejects(refused.delivered, { name: 'RelayError', code: 'forbidden' })
  assert.equal(refused.state, 'failed')
  assert.deepEqual(relay.seenByOthers(group.id).texts, ['news'])
  assert.equal(bob.send(group.id, 'mine').text, 'mine')
})

test('a code logs in, a wrong one does not, and a session ends', async () => {
  const relay = createFakeRelay({ me: null })
  const { client } = relay
  await client.connect()
  assert.equal(client.connection.getSnapshot().status, 'signed_out')
  const { requestId } = await client.auth.requestCode('ann@example.com')
  await assert.rejects(client.auth.verifyCode(requestId, '000000'), { code: 'code_invalid' })
  const me = await client.auth.verifyCode(requestId, relay.loginCode)
  assert.deepEqual([me.name, me.isNew, client.me.getSnapshot()], ['ann', true, me])
  assert.equal(client.connection.getSnapshot().status, 'connected')
  relay.endSession('session_revoked')
  assert.deepEqual(client.connection.getSnapshot(), { status: 'signed_out', reason: 'session_revoked' })
  assert.equal(client.me.getSnapshot(), null)
})

test('what others are told is switched part by part', async () => {
  const { client } = createFakeRelay({ me: { name: 'Ann' } })
  await client.connect()
  const shown = () => {
    const { showsReadReceipts, showsLastSeen } = client.me.getSnapshot()
    return [showsReadReceipts, showsLastSeen]
  }
  assert.deepEqual(shown(), [true, true])
  await client.updateProfile({ showsReadReceipts: false })
  assert.deepEqual(shown(), [false, true])
  await client.updateProfile({ showsReadReceipts: true, showsLastSeen: false })
  assert.deepEqual(shown(), [true, false])
  assert.equal(client.me.getSnapshot().name, 'Ann')
})

test('a picture tells its progress and is shown from the device', async () => {
  const { chat } = await talk()
  const sent = chat.send({ attachments: [new Blob(['picture'], { type: 'image/png' })] })
  const told = []
  sent.addEventListener('progress', ({ loaded, total }) => told.push(loaded / total))
  assert.equal(messages(chat)[0].state, 'uploading')
  const { attachments } = await sent.delivered
  assert.deepEqual([attachments[0].contentType, told.at(-1)], ['image/png', 1])
})

test('a sent message is edited, reacted to, answered and deleted, and what answers it follows', async () => {
  const { chat } = await talk()
  const asked = await chat.send({ text: 'lunch?' }).delivered
  await chat.send({ text: 'yes', replyTo: asked.id }).delivered
  chat.edit(asked.id, 'dinner?')
  for (const emoji of ['👍', '🎉', '👍']) chat.react(asked.id, emoji, true)
  chat.react(asked.id, '🎉', false)
  const [first, answer] = messages(chat)
  assert.deepEqual([first.text, typeof first.editedAt, first.seq], ['dinner?', 'number', 1])
  assert.deepEqual(first.reactions.map(({ emoji, count, isOwn }) => [emoji, count, isOwn]), [['👍', 1, true]])
  assert.deepEqual([answer.replyTo.messageId, answer.replyTo.seq, answer.replyTo.text], [asked.id, 1, 'dinner?'])
  chat.delete(asked.id)
  chat.edit(asked.id, 'back again')
  chat.react(asked.id, '👍', true)
  const [gone, still] = messages(chat)
  assert.deepEqual([gone.isDeleted, gone.text, gone.reactions, gone.seq], [true, '', [], 1])
  assert.deepEqual([still.text, still.replyTo.isDeleted, still.replyTo.text], ['yes', true, ''])
})

test('whom a message mentions is counted apart, and an edit may mention others', async () => {
  const { relay, id, chat, bob } = await talk()
  chat.summary.subscribe(() => {})
  const of = (...userIds) => ({ userIds, isEveryone: false })
  const counts = () => {
    const { unreadCount, mentionCount } = chat.summary.getSnapshot()
    return [unreadCount, mentionCount]
  }
  bob.send(id, 'to nobody', of())
  const toMe = bob.send(id, 'to @me', of('me'))
  bob.send(id, 'to @all', { userIds: [], isEveryone: true })
  bob.send(id, 'to another', of('u9'))
  assert.deepEqual([counts(), toMe.mentions], [[4, 2], of('me')])
  chat.markRead(2)
  assert.deepEqual(counts(), [2, 1])
  const sent = chat.send({ text: '@Bob?', mentions: of(bob.id) })
  assert.deepEqual(messages(chat).at(-1).mentions, of(bob.id))
  await sent.delivered
  const mine = () => messages(chat).at(-1)
  chat.edit(sent.id, 'Bob!')
  assert.deepEqual([mine().text, mine().mentions], ['Bob!', of(bob.id)])
  chat.edit(sent.id, 'nobody', of())
  assert.deepEqual([mine().text, mine().mentions], ['nobody', undefined])
})

test('a deletion of what was not sent takes it back', async () => {
  const { relay, id, chat } = await talk()
  relay.disconnect()
  const sent = chat.send({ text: 'a' })
  const rejected = assert.rejects(sent.delivered, { code: 'cancelled' })
  chat.delete(sent.id)
  await rejected
  relay.reconnect()
  assert.deepEqual([messages(chat), relay.seenByOthers(id).texts], [[], []])
})

test('closing ends everything that waits', async () => {
  const { relay, chat, client } = await talk()
  relay.disconnect()
  const sent = chat.send({ text: 'a' })
  client.close()
  await assert.rejects(sent.delivered, { code: 'closed' })
  assert.throws(() => chat.send({ text: 'b' }), { code: 'closed' })
  await assert.rejects(client.connect(), { code: 'closed' })
})

test('drafts are kept until somebody signs out, and the storage is as the test wants it', async () => {
  const { relay, chat, client } = await talk()
  chat.draft.subscribe(() => {})
  chat.setDraft('half a sen')
  assert.equal(chat.draft.getSnapshot(), 'half a sen')
  assert.equal(client.storage.getSnapshot(), 'memory_only')
  relay.setStorage('lost')
  assert.equal(client.storage.getSnapshot(), 'lost')
  await client.auth.signOut()
  assert.equal(chat.draft.getSnapshot(), '')
})

test('people join by a link until it is used up or revoked', async () => {
  const { relay, client } = await talk()
  const [ann, cem] = [relay.addPeer({ name: 'Ann' }), relay.addPeer({ name: 'Cem' })]
  const { chatId, token } = relay.addInvitation({ peers: [ann], name: 'Sailors', maxUses: 1 })
  ann.send(chatId, 'come in')
  const chat = client.chat(chatId)
  chat.summary.subscribe(() => {})
  assert.equal(chat.summary.getSnapshot(), null, 'nobody sees it from outside')
  assert.deepEqual(await client.previewInvite(token), { chatId, name: 'Sailors', memberCount: 1, isMember: false })
  assert.equal(await client.acceptInvite(token), chatId)
  assert.equal(client.chats.getSnapshot().items[0].id, chatId)
  assert.throws(() => cem.join(token), { code: 'not_found' })
  assert.equal(await client.acceptInvite(token), chatId, 'who is in stays')
  const own = client.chat(await client.chats.createGroup('Friends', []))
  const made = await own.createInvite({ expiresAt: relay.now + 1_000 })
  cem.join(made.token)
  assert.deepEqual((await own.invites()).map(({ id, uses }) => [id, uses]), [[made.id, 1]])
  const other = await own.createInvite()
  await own.revokeInvite(other.id)
  await assert.rejects(own.revokeInvite(other.id), { code: 'not_found' })
  assert.throws(() => ann.join(other.token), { code: 'not_found' })
  await relay.advance(1_000)
  assert.deepEqual(await own.invites(), [], 'one that has ended is no link')
  await assert.rejects(own.createInvite({ maxUses: 0 }), { code: 'validation_failed' })
})

test('who reacted is read page by page', async () => {
  const { relay, id, bob, chat } = await talk()
  const { id: messageId } = bob.send(id, 'who comes?')
  const people = Array.from({ length: 54 }, (_, place) => relay.addPeer({ name: `P${place}` }))
  for (const peer of people) peer.react(id, messageId, '👍')
  people[0].react(id, messageId, '👍', false)
  const first = await chat.reactions(messageId, '👍')
  const last = await chat.reactions(messageId, '👍', first.nextCursor)
  assert.deepEqual([first.items.length, last.items.length, last.nextCursor], [50, 3, undefined])
  assert.deepEqual(first.items[0], { user: people[1].user, at: relay.now })
  await assert.rejects(chat.reactions('nothing', '👍'), { code: 'not_found' })
})

test('messages are pinned for both, the last one in front', async () => {
  const { relay, id, bob, chat } = await talk()
  const [one, two, three] = ['one', 'two', 'three'].map((text) => bob.send(id, text).id)
  const shown = () => chat.pinned.getSnapshot()?.map(({ text }) => text)
  assert.equal(shown(), undefined)
  chat.pinned.subscribe(() => {})
  assert.deepEqual(shown(), [])
  chat.pin(one)
  assert.deepEqual(shown(), ['one'], 'shown at once')
  await relay.advance(1_000)
  bob.pin(id, three)
  bob.pin(id, two)
  chat.pin(one)
  assert.deepEqual(shown(), ['three', 'two', 'one'], 'what is pinned keeps its time')
  assert.equal(chat.pinned.getSnapshot()[2].pinnedAt, relay.now - 1_000)
  bob.pin(id, two, false)
  chat.unpin(one)
  chat.delete(three)
  assert.deepEqual(shown(), [])
  chat.pin(three)
  assert.deepEqual(shown(), [], 'a deleted one cannot be')
})

test('what is reported is told to nobody but the test', async () => {
  const { relay, id, bob, chat, client } = await talk()
  const his = bob.send(id, 'buy now')
  const gone = bob.send(id, 'never mind')
  await chat.report(his.id, { reason: 'spam', note: 'again' })
  await chat.report(his.id, { reason: 'other' })
  await client.people.report(bob.id, { reason: 'harassment' })
  const expected = [{ chatId: id, messageId: his.id, reason: 'spam', note: 'again' }, { userId: bob.id, reason: 'harassment' }]
  assert.deepEqual(relay.reports, expected, 'the same is reported once')
  const mine = await chat.send({ text: 'hi' }).delivered
  chat.delete(gone.id)
  const report = { reason: 'spam' }
  await assert.rejects(chat.report(mine.id, report), { code: 'not_reportable' })
  await assert.rejects(chat.report(gone.id, report), { code: 'message_deleted' })
  await assert.rejects(chat.report('nothing', report), { code: 'not_found' })
  await assert.rejects(client.people.report(client.me.getSnapshot().id, report), { code: 'not_reportable' })
  await assert.rejects(client.people.report('nobody', report), { code: 'not_found' })
  relay.disconnect()
  await assert.rejects(chat.report(his.id, report), { code: 'network', retryable: true })
  assert.equal(relay.reports.length, 2)
})

test('a person is blocked until that is taken back', async () => {
  const { relay, id, bob, chat, client } = await talk()
  const group = relay.addChat({ peers: [bob], name: 'Team' })
  const { people } = client
  const [presence, seen] = [people.presence(bob.id), []]
  presence.subscribe(() => {})
  people.blocked.subscribe(() => seen.push(people.blocked.getSnapshot()))
  assert.deepEqual(people.blocked.getSnapshot(), [])
  bob.setTyping(id, true)
  await people.block(bob.id)
  await people.block(bob.id)
  assert.deepEqual(seen, [[], [bob.user]], 'twice is once')
  assert.deepEqual(presence.getSnapshot(), { isOnline: false })
  const sent = chat.send({ text: 'hi' })
  await assert.rejects(sent.delivered, { code: 'blocked_by_you', retryable: false })
  assert.throws(() => bob.send(id, 'are you there?'), { code: 'unreachable' })
  bob.setTyping(id, true)
  chat.setTyping(true)
  assert.deepEqual([client.chats.getSnapshot().items.find((one) => one.id === id).typing, relay.seenByOthers(id).isTyping], [[], false])
  bob.send(group, 'here I am')
  await people.unblock(bob.id)
  assert.deepEqual([people.blocked.getSnapshot(), presence.getSnapshot()], [[], { isOnline: true }])
  sent.retry()
  await sent.delivered
  bob.send(id, 'hello')
  await assert.rejects(people.block(client.me.getSnapshot().id), { code: 'validation_failed' })
  await assert.rejects(people.block('nobody'), { code: 'not_found' })
  relay.failNext('block', { code: 'rate_limited' })
  await assert.rejects(people.block(bob.id), { code: 'rate_limited' })
  relay.endSession()
  assert.equal(people.blocked.getSnapshot(), undefined)
})

test('nothing can be sent before connect', () => {
  const relay = createFakeRelay()
  const id = relay.addChat({ peers: [relay.addPeer({ name: 'Bob' })] })
  assert.throws(() => relay.client.chat(id).send({ text: 'a' }), { code: 'closed', message: /connect/ })
})

test('the fake and the real client have everything that the types name, and nothing of it is missing', async () => {
  const types = await readFile(new URL('../../dist/types.d.ts', import.meta.url), 'utf8')
  const { relay, id } = await talk()
  const { client: real } = await makeConnected()
  const parts = (client, chat) => ({
    Client: client,
    Auth: client.auth,
    People: client.people,
    ChatList: client.chats,
    Chat: chat,
    Timeline: chat.timeline,
    Outgoing: chat.send({ text: 'a' }),
    Observable: client.connection,
  })
  const [ofFake, ofReal] = [parts(relay.client, relay.client.chat(id)), parts(real, real.chat('c1'))]
  let count = 0
  for (const name of Object.keys(ofFake)) {
    const [, body] = new RegExp(`^export interface ${name}\\b[^{]*\\{\\n([\\s\\S]*?)^\\}`, 'm').exec(types)
    for (const [, member] of body.matchAll(/^ {4}(?:readonly )?(\w+)[(:<]/gm)) {
      assert.equal(typeof ofFake[name][member], typeof ofReal[name][member], `${name}.${member}`)
      assert.ok(member in ofFake[name], `${name}.${member}`)
      count += 1
    }
  }
  assert.ok(count > 35, `${count} members were found`)
})

test('the fake is small and loads no module', async () => {
  const seen = new Set()
  const collect = async (url) => {
    if (seen.has(url.href)) return ''
    seen.add(url.href)
    const code = await readFile(url, 'utf8')
    const imports = [...code.matchAll(/from '(\.[^']+)'/g)].map(([, path]) => collect(new URL(path, url)))
    return code + (await Promise.all(imports)).join('')
  }
  const bytes = gzipSync(await collect(new URL('../../dist/testing/index.js', import.meta.url)), { level: 9 }).length
  console.log(`testing entry with what it imports: ${bytes} bytes in gzip`)
  // It grows with what the client can do: 16 kB since reports and privacy.
  assert.ok(bytes <= 16_000, `${bytes} bytes`)
  assert.deepEqual([...seen].filter((href) => /relaychat|load\.js|core\.js/.test(href.split('/dist/')[1])), [])
})
