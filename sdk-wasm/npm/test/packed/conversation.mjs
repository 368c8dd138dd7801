/**
 * One conversation, played once with the real client against an engine and once with the fake of
 * `@relaychat/client/testing`. After each step everything the application can see is written down,
 * with names in place of ids and without times. Prints both transcripts.
 */

import { createClient } from '@relaychat/client'
import { createFakeRelay } from '@relaychat/client/testing'
import { logIn, until } from './story.mjs'

/** What the two clients are asked; `peer` is Bob, who is not there at first. */
async function converse({ client, peer, logIn }) {
  const transcript = []
  const initial = client.chat('018f3c9e-0000-7000-8000-000000000000')
  const write = (step, snapshots) => transcript.push({ step, ...plain(snapshots, names) })
  const names = new Map([[peer.id, 'bob']])

  const parts = { connection: client.connection, me: client.me, limits: client.limits, list: client.chats }
  write('before anything', { ...read(parts), timeline: initial.timeline.getSnapshot(), summary: initial.summary.getSnapshot() })
  await client.connect()
  write('nobody is logged in', { connection: client.connection.getSnapshot(), me: client.me.getSnapshot() })
  names.set(await logIn(), 'alice')
  await until(client.connection, (state) => state.status === 'connected', 'connected')
  await until(client.chats, (list) => !list.isLoading, 'the list is loaded')
  write('logged in', read(parts))
  write('people', { person: await client.people.get(peer.id), missing: await client.people.get('018f3c9e-0000-7000-8000-000000000000').catch((error) => error.code) })

  const id = await client.chats.openDirect(peer.id)
  names.set(id, 'chat')
  const chat = client.chat(id)
  const seen = { list: client.chats, summary: chat.summary, members: chat.members, timeline: chat.timeline, presence: client.people.presence(peer.id) }
  for (const part of [seen.summary, seen.members, seen.presence]) part.subscribe(() => {})
  const stops = [chat.timeline.subscribe(() => {})]
  const when = async (step, part, isMet) => {
    await until(part, isMet, step)
    await until(client.chats, (list) => list.items.some((item) => item.id === id), step)
    for (const item of chat.timeline.getSnapshot().items) if (item.message?.seq) names.set(item.message.id, `message ${item.message.seq}`)
    write(step, read(seen))
  }
  const last = () => chat.timeline.getSnapshot().items.at(-1).message
  const own = (seq) => chat.timeline.getSnapshot().items.find((item) => item.message?.seq === seq)?.message
  await until(seen.presence, (presence) => presence?.isOnline === false, 'presence')
  await until(seen.members, (members) => members.length === 2, 'members')
  await when('an empty chat', chat.timeline, (state) => !state.isLoading)

  const sent = chat.send({ text: 'hello' })
  names.set(sent.id, 'message 1')
  const { state, seq, text, isOwn } = last()
  write('an echo', { isEcho: ['queued', 'sending'].includes(state), seq, text, isOwn, handle: sent.id === last().id })
  write('the engine has it', { message: await sent.delivered })
  await until(chat.summary, (summary) => summary?.lastSeq === 1, 'summary')
  await when('sent', chat.timeline, () => own(1)?.state === 'sent')
  await peer.come()
  await until(seen.presence, (presence) => presence?.isOnline, 'bob is there')
  await until(seen.members, (members) => members[1].deliveredSeq === 1, 'delivered')
  await when('delivered', chat.timeline, () => own(1)?.state === 'delivered')
  await peer.read(id, 1)
  await until(seen.members, (members) => members[1].readSeq === 1, 'read')
  await when('read', chat.timeline, () => own(1)?.state === 'read')

  await peer.setTyping(id, true)
  await when('typing', chat.summary, (summary) => summary.typing.length === 1)
  await peer.send(id, 'hi')
  await until(chat.summary, (summary) => summary.unreadCount === 1 && summary.typing.length === 0, 'one unread')
  await until(seen.members, (members) => members[0].deliveredSeq === 2 && members[1].readSeq === 2, 'bob has read his own')
  await when('an answer', chat.timeline, () => own(2) !== undefined)
  chat.markRead(2)
  await until(seen.members, (members) => members[0].readSeq === 2, 'alice has read it')
  await when('read by oneself', client.chats, (list) => list.unreadCount === 0)

  const [lost, kept] = [chat.send({ text: 'no' }), chat.send({ text: 'yes' })]
  await Promise.all([lost.delivered, kept.delivered])
  for (const [index, { id }] of [lost, kept].entries()) names.set(id, `message ${3 + index}`)
  await until(seen.members, (members) => members[0].readSeq === 4 && members[1].deliveredSeq === 4, 'both are there')
  await until(chat.summary, (summary) => summary.lastSeq === 4, 'both are counted')
  await when('two in their order', chat.timeline, () => own(4)?.state === 'delivered')
  const before = chat.timeline.getSnapshot().items
  await peer.read(id, 3)
  await until(seen.members, (members) => members[1].readSeq === 3, 'one of them is read')
  await when('one of them is read', chat.timeline, () => own(3)?.state === 'read')
  const after = chat.timeline.getSnapshot().items
  write('identity', { kept: before.map((item) => after.includes(item)) })

  const groupId = await client.chats.createGroup('Friends', [peer.id])
  names.set(groupId, 'group')
  const group = client.chat(groupId)
  const inGroup = { list: client.chats, summary: group.summary, timeline: group.timeline }
  group.summary.subscribe(() => {})
  await until(group.summary, (summary) => summary?.memberCount === 2, 'the group is there')
  for (const text of ['one', 'two']) await peer.send(groupId, text)
  await until(group.summary, (summary) => summary.unreadCount === 2, 'two are unread')
  await until(client.chats, (list) => list.unreadCount === 2 && list.items[0].id === groupId, 'the group comes first')
  stops.push(group.timeline.subscribe(() => {}))
  await until(group.timeline, (state) => state.items.length === 5, 'the group is shown')
  for (const { message } of group.timeline.getSnapshot().items) if (message) names.set(message.id, `group message ${message.seq}`)
  write('what was unread when the group was opened', read(inGroup))
  group.markRead(2)
  await until(client.chats, (list) => list.unreadCount === 0, 'all is read')
  await until(group.summary, (summary) => summary.unreadCount === 0, 'all is read')
  write('and after it was read', read(inGroup))

  await peer.go()
  await when('bob has gone', seen.presence, (presence) => !presence.isOnline)
  for (const stop of stops) stop()
  client.close()
  const late = attempt(() => chat.send({ text: 'late' }))
  await until(client.connection, (state) => state.status === 'closed', 'closed')
  write('closed', { connection: client.connection.getSnapshot(), late, call: await client.people.list().catch((error) => error.code) })
  return transcript
}

function read(parts) {
  return Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, part.getSnapshot()]))
}

function attempt(run) {
  try {
    return run()
  } catch (error) {
    return error.code
  }
}

const TIMES = ['sentAt', 'joinedAt', 'lastActivityAt', 'lastSeenAt', 'day', 'email', 'avatarUrl', 'isNew']

/** Names for ids; no times, and nothing else that differs from run to run. */
function plain(value, names) {
  const text = JSON.stringify(value, (key, part) => {
    if (TIMES.includes(key)) return undefined
    if (key === 'key' && part.startsWith('day-')) return 'day'
    return typeof part === 'string' ? (names.get(part) ?? part) : part
  })
  return JSON.parse(text)
}

async function real(url) {
  const run = Math.random().toString(36).slice(2, 10)
  const logInAs = async (client, name) => {
    const me = await logIn(client, url, `${name}-${run}@example.com`)
    await client.updateProfile({ name })
    return me.id
  }
  // Bob comes and goes with the session he has.
  const kept = new Map()
  globalThis.localStorage = {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  }
  let bob = createClient({ url })
  const peer = {
    id: await logInAs(bob, 'bob'),
    async come() {
      bob = createClient({ url })
      await bob.connect()
    },
    go: async () => bob.close(),
    async read(chatId, seq) {
      bob.chat(chatId).timeline.subscribe(() => {})
      await until(bob.chats, (list) => list.items.some((chat) => chat.id === chatId && chat.lastSeq >= seq), 'bob sees it')
      bob.chat(chatId).markRead(seq)
    },
    setTyping: async (chatId, isTyping) => bob.chat(chatId).setTyping(isTyping),
    send: async (chatId, text) => bob.chat(chatId).send({ text }).delivered,
  }
  bob.close()
  const client = createClient({ url, sessionStorage: 'memory' })
  return converse({ client, peer, logIn: () => logInAs(client, 'alice') })
}

async function fake() {
  const relay = createFakeRelay({ me: null })
  const bob = relay.addPeer({ name: 'bob', isOnline: false })
  const peer = {
    ...bob,
    come: () => bob.setOnline(true),
    go: () => bob.setOnline(false),
  }
  return converse({
    client: relay.client,
    peer,
    async logIn() {
      const { requestId } = await relay.client.auth.requestCode('alice@example.com')
      const me = await relay.client.auth.verifyCode(requestId, relay.loginCode)
      await relay.client.updateProfile({ name: 'alice' })
      return me.id
    },
  })
}

console.log(JSON.stringify({ real: await real(process.argv[2]), fake: await fake() }))
