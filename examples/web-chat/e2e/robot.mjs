// Somebody without a browser: says and sends things over REST, as many as a test needs.
import { randomBytes } from 'node:crypto'
import { codeFor } from './server.mjs'

/** Requests at once: as many as one commit of the engine takes would be more than a socket pool has. */
const atOnce = 64

export class Robot {
  constructor(server) {
    this.server = server
  }

  /** A new person, with a code by mail. */
  static async arrive(name, server) {
    const robot = new Robot(server)
    const email = `${name.toLowerCase()}@example.com`
    const { request_id } = await robot.call('POST', '/v1/auth/codes', { email })
    const code = await codeFor(server, email)
    robot.token = (await robot.call('POST', '/v1/auth/verify', { request_id, code })).access_token
    robot.id = (await robot.call('PATCH', '/v1/me', { name })).id
    return robot
  }

  /** The hands of a person who sits at a browser. */
  static async behind(person) {
    const robot = new Robot(person.server)
    robot.token = await person.server.tokenFor(person.email)
    robot.id = (await robot.call('GET', '/v1/me')).id
    return robot
  }

  async openDirect(userId) {
    return (await this.call('POST', '/v1/chats/direct', { user_id: userId })).chat.id
  }

  /** Gives the id of the message. */
  async say(chatId, text, attachmentIds = [], more = {}) {
    const message = { message_id: uuidV7(), text, attachment_ids: attachmentIds, ...more }
    await this.call('POST', `/v1/chats/${chatId}/messages`, message)
    return message.message_id
  }

  answer(chatId, messageId, text) {
    return this.say(chatId, text, [], { reply_to_id: messageId })
  }

  edit(chatId, messageId, text) {
    return this.call('PATCH', `/v1/chats/${chatId}/messages/${messageId}`, { text })
  }

  delete(chatId, messageId) {
    return this.call('DELETE', `/v1/chats/${chatId}/messages/${messageId}`)
  }

  react(chatId, messageId, emoji) {
    return this.call('PUT', reactionPath(chatId, messageId, emoji))
  }

  unreact(chatId, messageId, emoji) {
    return this.call('DELETE', reactionPath(chatId, messageId, emoji))
  }

  /** One after the other, so that they have this order. */
  async sayAll(chatId, texts) {
    for (const text of texts) await this.say(chatId, text)
  }

  /** Many, in no certain order. */
  async chatter(chatId, texts) {
    await each(texts, text => this.say(chatId, text))
  }

  /** Groups of these names with the same people in them; gives their ids. */
  beginGroups(names, userIds) {
    return each(names, async name => {
      const group = { chat_id: uuidV7(), name, user_ids: userIds }
      await this.call('POST', '/v1/chats/group', group)
      return group.chat_id
    })
  }

  /** A message in each of many chats. */
  async sayInEach(chatIds, textFor) {
    await each(chatIds, chatId => this.say(chatId, textFor(chatId)))
  }

  async showImage(chatId, png, text = '') {
    const { id } = await this.call('POST', '/v1/uploads?file_name=view.png', png)
    return this.say(chatId, text, [id])
  }

  async call(method, path, body) {
    const isBytes = Buffer.isBuffer(body)
    const answer = await fetch(this.server.url + path, {
      method,
      headers: {
        'content-type': isBytes ? 'image/png' : 'application/json',
        ...(this.token === undefined ? {} : { authorization: `Bearer ${this.token}` }),
      },
      body: body === undefined || isBytes ? body : JSON.stringify(body),
    })
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return answer.status === 204 ? undefined : answer.json()
  }
}

function reactionPath(chatId, messageId, emoji) {
  return `/v1/chats/${chatId}/messages/${messageId}/reactions/${encodeURIComponent(emoji)}`
}

/** Does something with each, many at once; what comes of it is in the order of the list. */
async function each(list, act) {
  const results = new Array(list.length)
  const waiting = list.entries()
  const work = async () => {
    for (const [at, entry] of waiting) results[at] = await act(entry)
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return results
}

/** Ordered by time, as the protocol wants the ids of messages. */
function uuidV7() {
  const bytes = randomBytes(16)
  bytes.writeUIntBE(Date.now(), 0, 6)
  bytes[6] = (bytes[6] & 0x0f) | 0x70
  bytes[8] = (bytes[8] & 0x3f) | 0x80
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
