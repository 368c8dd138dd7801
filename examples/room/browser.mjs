// The participant in a real browser: a page with the npm package, told what the README of this folder
// lists. The page is served from the folder of the package, under the engine's own address.
import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const dist = fileURLToPath(new URL('../../sdk-wasm/npm/dist/', import.meta.url))
const types = { '.js': 'text/javascript', '.wasm': 'application/wasm' }
/** How long a command may wait for the others. */
const deadlineMs = 60_000

/** Opens the page; gives what obeys one command after the other. */
export async function browserParticipant(browser, url) {
  const context = await browser.newContext()
  const page = await context.newPage()
  const problems = []
  page.on('pageerror', error => problems.push(String(error)))
  await page.route(`${url}/room/**`, serve)
  // A page that the engine itself has served: to one that was made here, a browser would not let the
  // network of this machine be near.
  await page.goto(`${url}/livez`)
  await page.evaluate(participant, [url, deadlineMs])
  return {
    problems,
    async obey(line) {
      const [command, rest] = cut(line)
      if (command === 'offline') await context.setOffline(true)
      if (command === 'online') await context.setOffline(false)
      const argument = command === 'image' ? (await readFile(rest)).toString('base64') : rest
      return page.evaluate(([name, value]) => globalThis.room(name, value), [command, argument])
    },
    end: () => context.close(),
  }
}

async function serve(route) {
  const { pathname } = new URL(route.request().url())
  const name = pathname.slice('/room/'.length)
  const body = await readFile(join(dist, name))
  return route.fulfill({ contentType: types[extname(name)] ?? 'text/plain', body })
}

function cut(line) {
  const space = line.indexOf(' ')
  return space < 0 ? [line, ''] : [line.slice(0, space), line.slice(space + 1)]
}

/** Runs inside the page: makes `room(command, rest)`. */
async function participant([url, deadlineMs]) {
  const { createClient } = await import(`${url}/room/index.js`)
  const client = createClient({ url })
  let requested
  let chat
  let queued = []

  const until = (observable, isMet) =>
    new Promise((resolve, reject) => {
      const seen = () => JSON.stringify(observable.getSnapshot())
      const late = () => (off(), reject(new Error(`it never came to that: ${seen()}`)))
      const timer = setTimeout(late, deadlineMs)
      const look = () => {
        const now = observable.getSnapshot()
        if (!isMet(now)) return
        clearTimeout(timer)
        off()
        resolve(now)
      }
      const off = observable.subscribe(look)
      look()
    })
  const messages = () =>
    chat.timeline.getSnapshot().items.flatMap(item => (item.kind === 'message' ? [item.message] : []))
  const isConnected = state => state.status === 'connected'
  const queue = draft => {
    const outgoing = chat.send(draft)
    queued.push(outgoing)
    return { message_id: outgoing.id }
  }
  /** The message that the first word names by its place, and the other words. */
  const named = words => {
    const [seq, ...rest] = words.split(' ')
    const { id } = messages().find(message => message.seq === Number(seq))
    return [id, rest.join(' ')]
  }
  const said = message => {
    const files = message.attachments.map(it => `[image ${it.width}x${it.height} ${it.contentType}]`)
    const quote = message.replyTo === undefined ? '' : `>${message.replyTo.seq}`
    const edited = message.editedAt === undefined ? '' : '(edited)'
    const state = message.isDeleted ? '(deleted)' : edited
    const reactions = message.reactions.map(({ emoji, count }) => `${emoji}x${count}`)
    const { text, sender } = message
    const words = [message.seq ?? '-', sender.name, quote, text, ...files, state, ...reactions]
    return words.filter(word => word !== '').join(' ')
  }
  const commands = {
    async login(email) {
      await client.connect()
      if (isConnected(client.connection.getSnapshot())) return { logged_in: true }
      requested = await client.auth.requestCode(email)
    },
    async code(digits) {
      const me = await client.auth.verifyCode(requested.requestId, digits)
      await until(client.connection, isConnected)
      return { user_id: me.id }
    },
    async open(id) {
      chat = client.chat(id)
      for (const part of [chat.timeline, chat.members, chat.summary]) part.subscribe(() => undefined)
      await until(chat.summary, now => now !== undefined && now !== null)
      await until(chat.timeline, now => !now.isLoading)
    },
    send: text => queue({ text }),
    image(base64) {
      const bytes = Uint8Array.from(atob(base64), letter => letter.charCodeAt(0))
      return queue({ text: '', attachments: [new File([bytes], 'room.png', { type: 'image/png' })] })
    },
    reply(words) {
      const [replyTo, text] = named(words)
      return queue({ text, replyTo })
    },
    edit: words => chat.edit(...named(words)),
    delete: words => chat.delete(named(words)[0]),
    react: words => chat.react(...named(words), true),
    async delivered() {
      await Promise.all(queued.map(outgoing => outgoing.delivered))
      queued = []
      const isTold = ({ seq, pending }) => seq !== undefined && pending === undefined
      await until(chat.timeline, () => messages().every(isTold))
    },
    async search(query) {
      const { items } = await client.search({ query })
      const lit = ({ message, highlights }) => highlights.map(([from, to]) => message.text.slice(from, to))
      return { found: items.map(hit => `${hit.message.seq} ${lit(hit).join('|')}`) }
    },
    typing: () => chat.setTyping(true),
    sees_typing: () => until(chat.summary, now => now.typing.length > 0).then(() => undefined),
    read: () => chat.markRead(chat.summary.getSnapshot().lastSeq),
    offline: () => undefined,
    online: () => until(client.connection, isConnected).then(() => undefined),
    async settle(count) {
      await until(chat.timeline, () => {
        const all = messages()
        return all.length === Number(count) && all.every(message => message.seq !== undefined)
      })
      const newest = messages().at(-1).seq
      await until(chat.members, all =>
        all.every(one => one.readSeq === newest && one.deliveredSeq === newest),
      )
      await until(chat.summary, now => now.unreadCount === 0)
    },
    transcript() {
      const { title, memberCount, unreadCount } = chat.summary.getSnapshot()
      const members = [...chat.members.getSnapshot()].sort((a, b) => (a.user.name < b.user.name ? -1 : 1))
      const read = members.map(
        one => `read ${one.user.name} ${one.readSeq} delivered ${one.deliveredSeq}`,
      )
      const head = `chat ${title} members ${memberCount} unread ${unreadCount}`
      return { lines: [head, ...messages().map(said), ...read] }
    },
    quit: () => client.close(),
  }
  globalThis.room = async (name, rest) => {
    try {
      return { ok: true, ...(await commands[name](rest)) }
    } catch (error) {
      return { ok: false, code: error.code ?? 'error', detail: String(error) }
    }
  }
}
