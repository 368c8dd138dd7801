/**
 * Plays the scripted conversation of `sdk-core/tests/transcript` with the package, in Node or in a
 * page, and writes down what the client shows after each step: the lines that the native client
 * writes too (`sdk-core/tests/it/transcript/shown.rs`). Alice is the client; Bob has nothing but
 * requests to the engine.
 */

import { logIn, until } from './story.mjs'

const TIMEOUT_MS = 60_000
const PAUSE_MS = 10

/** Gives the transcript; ends at the first step that is not as the golden file says. */
export async function transcribe({ createClient }, { url, script, golden }) {
  const parts = golden.split(/^(?=# )/m)
  const player = await makePlayer(createClient, url)
  const transcript = []
  try {
    for (const [index, step] of script.entries()) {
      await player.play(step)
      const heading = `# ${index + 1} ${step.step}\n`
      const found = await settled(() => heading + shown(player), parts[index])
      transcript.push(found)
      if (found !== parts[index]) break
    }
  } finally {
    player.client.close()
  }
  return transcript.join('')
}

/** What is shown once it is what is expected, or after a while. */
async function settled(show, expected) {
  const deadline = Date.now() + TIMEOUT_MS
  while (show() !== expected && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  }
  return show()
}

async function makePlayer(createClient, url) {
  const network = takeOverNetwork()
  const run = Math.random().toString(36).slice(2, 10)
  const bob = await makePeer(url, `bob-${run}@example.com`)
  let chatId
  let groupId
  const program = () => createClient({ url })
  const player = { client: program(), open: undefined, sent: [] }
  const chat = () => player.client.chat(chatId)
  const send = (draft) => player.sent.push([draft.text, chat().send(draft)])
  const acts = {
    connect: () => player.client.connect(),
    async log_in() {
      await logIn(player.client, url, `alice-${run}@example.com`)
      await player.client.updateProfile({ name: 'Alice' })
      await until(player.client.connection, (now) => now.status === 'connected', 'connected')
    },
    go_offline: () => network.setOnline(false),
    async go_online({ peer_writes: count = 0 }) {
      if (count > 0) chatId = await bob.openChat(player.client.me.getSnapshot().id)
      for (let number = 1; number <= count; number += 1) await bob.send(chatId, `number ${number}`)
      network.setOnline(true)
    },
    open_chat() {
      const { summary, members, timeline } = chat()
      const stops = [summary, members, timeline].map((part) => part.subscribe(() => {}))
      player.open = { summary, members, timeline, stops }
    },
    load_before: () => player.open.timeline.loadBefore(),
    async open_whole_chat() {
      acts.open_chat()
      await until(player.open.timeline, (now) => !now.isLoading, 'the timeline')
      while (player.open.timeline.getSnapshot().hasBefore) await player.open.timeline.loadBefore()
    },
    mark_read: ({ seq }) => chat().markRead(seq),
    send: ({ text }) => send({ text }),
    send_image({ text, name, hex }) {
      const bytes = Uint8Array.from(hex.match(/../g), (byte) => Number.parseInt(byte, 16))
      send({ text, attachments: [new File([bytes], name, { type: 'image/png' })] })
    },
    cancel: ({ text }) => player.sent.find(([sent]) => sent === text)[1].cancel(),
    peer_marks: ({ delivered_seq, read_seq }) =>
      bob.call('POST', `/v1/chats/${chatId}/marks`, { delivered_seq, read_seq }),
    peer_sends: ({ text }) => bob.send(chatId, text),
    peer_sends_to_group: ({ text }) => bob.send(groupId, text),
    async make_group({ name }) {
      groupId = await player.client.chats.createGroup(name, [bob.id])
    },
    rename_peer: ({ name }) => bob.call('PATCH', '/v1/me', { name }),
    async reload() {
      close(player)
      player.client.close()
      player.client = program()
      player.sent = []
      await player.client.connect()
    },
    async sign_out() {
      await player.client.auth.signOut()
      close(player)
    },
  }
  player.play = (step) => acts[step.do](step)
  return player
}

function close(player) {
  for (const stop of player.open?.stops ?? []) stop()
  player.open = undefined
}

/** Bob, who has a token and no client. */
async function makePeer(url, email) {
  let token
  const call = async (method, path, body) => {
    const headers = { 'content-type': 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) }
    const answer = await fetch(url + path, { method, headers, body: JSON.stringify(body) })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
    return text === '' ? undefined : JSON.parse(text)
  }
  const auth = {
    requestCode: async () => ({ requestId: (await call('POST', '/v1/auth/codes', { email })).request_id }),
    verifyCode: (request_id, code) => call('POST', '/v1/auth/verify', { request_id, code }),
  }
  const loggedIn = await logIn({ auth }, url, email)
  token = loggedIn.access_token
  await call('PATCH', '/v1/me', { name: 'Bob' })
  return {
    id: loggedIn.me.id,
    call,
    openChat: async (user_id) => {
      const made = await call('POST', '/v1/chats/direct', { user_id })
      return (made.chat ?? made).id
    },
    send: (chatId, text) => call('POST', `/v1/chats/${chatId}/messages`, { message_id: messageId(), text }),
  }
}

/** A UUIDv7, as a client makes one. */
function messageId() {
  const now = Date.now().toString(16).padStart(12, '0')
  const random = [...crypto.getRandomValues(new Uint8Array(10))].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return `${now.slice(0, 8)}-${now.slice(8)}-7${random.slice(0, 3)}-a${random.slice(3, 6)}-${random.slice(6, 18)}`
}

/** What the page says of its network is what we say. In Node there is no page: we are it. */
function takeOverNetwork() {
  let isOnline = true
  if (typeof globalThis.addEventListener !== 'function') {
    const page = new EventTarget()
    for (const name of ['addEventListener', 'removeEventListener', 'dispatchEvent']) globalThis[name] = page[name].bind(page)
  }
  globalThis.localStorage ??= memoryStorage()
  globalThis.navigator ??= {}
  Object.defineProperty(globalThis.navigator, 'onLine', { get: () => isOnline, configurable: true })
  return {
    setOnline(online) {
      isOnline = online
      globalThis.dispatchEvent(new Event(online ? 'online' : 'offline'))
    },
  }
}

function memoryStorage() {
  const kept = new Map()
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  }
}

function shown({ client, open, sent }) {
  const list = client.chats.getSnapshot()
  return [
    `connection: ${connection(client.connection.getSnapshot())}`,
    `me: ${client.me.getSnapshot()?.name ?? 'nobody'}`,
    `chats: ${list.unreadCount} unread, loading ${word(list.isLoading)}, more ${word(list.hasMore)}`,
    ...list.items.map((chat) => `  ${summary(chat)}`),
    ...(open === undefined ? [] : openChat(open)),
    ...sent.map(([text, { state }]) => `outgoing ${quoted(text)}: ${state}`),
    '',
  ].join('\n')
}

function connection({ status, reason }) {
  return status === 'signed_out' ? `${status} ${reason ?? '-'}` : status
}

function openChat({ summary: observable, members, timeline }) {
  const found = observable.getSnapshot()
  const word = found === undefined ? 'pending' : found === null ? 'missing' : summary(found)
  return [
    `chat: ${word}`,
    ...members.getSnapshot().map(({ user, deliveredSeq, readSeq }) => `  member ${quoted(user.name)}: delivered ${deliveredSeq}, read ${readSeq}`),
    ...timelineLines(timeline.getSnapshot()),
  ]
}

function summary(chat) {
  const last = chat.lastMessage === undefined ? 'none' : message(chat.lastMessage)
  return `${chat.kind} ${quoted(chat.title)}: ${chat.memberCount} members, ${chat.unreadCount} unread, read ${chat.readSeq} of ${chat.lastSeq}, last: ${last}`
}

function timelineLines(now) {
  const lines = [
    `timeline: loading ${word(now.isLoading)}, before ${word(now.hasBefore)} ${word(now.isLoadingBefore)}, after ${word(now.hasAfter)} ${word(now.isLoadingAfter)}, error ${now.error?.code ?? 'none'}`,
  ]
  let hasDay = false
  const items = [...now.items]
  while (items.length > 0) {
    const item = items.shift()
    const first = number(item)
    if (item.kind === 'start') lines.push(`  start [${item.key}]`)
    else if (item.kind === 'unread_divider') lines.push(`  unread ${item.count} [${item.key}]`)
    else if (item.kind === 'date_divider') {
      // A run that lasts over midnight has one more.
      if (!hasDay) lines.push(`  day [${item.key.startsWith('day-') ? 'day' : item.key}]`)
      hasDay = true
    } else if (first !== undefined) {
      let last = first
      while (items.length > 0 && number(items[0]) === last + 1) {
        items.shift()
        last += 1
      }
      lines.push(`  numbers ${first} to ${last} from ${quoted(item.message.sender.name)} [id]`)
    } else lines.push(`  ${message(item.message)} [${item.key === item.message.id ? 'id' : item.key}]`)
  }
  return lines
}

/** The number of a message that says nothing but its number. */
function number({ kind, key, message }) {
  if (kind !== 'message' || message.seq === undefined || message.isOwn) return undefined
  const isPlain = message.text === `number ${message.seq}` && key === message.id && message.attachments.length === 0
  return isPlain && message.state === undefined ? message.seq : undefined
}

function message({ seq, isOwn, sender, text, attachments, state, error }) {
  const who = isOwn ? 'own' : `from ${quoted(sender.name)}`
  const files = attachments.map((file) => {
    const size = `${file.width}x${file.height}`
    return ` + ${file.kind} ${file.contentType} ${size} ${quoted(file.fileName ?? '')}${file.localUrl === undefined ? '' : ' local'}`
  })
  const why = error === undefined ? '' : ` (${error.code}, retryable ${word(error.retryable)})`
  return `${seq ?? '-'} ${who} ${quoted(text)}${files.join('')}${state === undefined ? '' : ` ${state}`}${why}`
}

function word(isSo) {
  return isSo ? 'yes' : 'no'
}

function quoted(text) {
  return JSON.stringify(text)
}
