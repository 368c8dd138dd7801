// One room, several languages: who is in it is in ROOM, as JSON from a name to the program and its
// arguments; a real browser is always there. Needs RELAYCHAT and CHROMIUM, as the stories of the web
// application do.
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { codeFor, startServer, until } from '../web-chat/e2e/server.mjs'
import { openBrowser } from '../web-chat/e2e/story.mjs'
import { browserParticipant } from './browser.mjs'
import { programParticipant } from './program.mjs'

/** Four by three pixels of one colour. */
const picture = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAQAAAADCAIAAAA7ljmRAAAAEElEQVR4nGNQSFgARww4OQABdg2BdgTYZQAAAABJRU5ErkJggg==',
  'base64',
)

/** The room of this test: everybody is logged in and has the chat open. */
async function openRoom(t) {
  const folder = await mkdtemp(join(process.env.ROOM_FOLDER ?? tmpdir(), 'room-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const server = await startServer({ RELAY_RATE_LIMITS: 'off' })
  t.after(() => server.end())
  const image = join(folder, 'room.png')
  await writeFile(image, picture)
  const people = {}
  for (const [name, argv] of Object.entries(JSON.parse(process.env.ROOM ?? '{}')))
    people[name] = programParticipant(argv, server.url, join(folder, `${name}.db`))
  people.browser = await browserParticipant(await openBrowser(t), server.url)
  t.after(() => Promise.all(Object.values(people).map(one => one.end())))
  const names = Object.keys(people)

  const tell = async (name, line) => {
    const answer = await people[name].obey(line)
    assert.equal(answer.ok, true, `${name}: ${line}: ${JSON.stringify(answer)}`)
    return answer
  }
  const all = line => Promise.all(names.map(name => tell(name, line)))
  for (const name of names) {
    const email = `${name}@example.com`
    await tell(name, `login ${email}`)
    await tell(name, `code ${await codeFor(server, email)}`)
  }
  const others = names.slice(1).map(name => `${name}@example.com`)
  const { chat_id: chatId } = await tell(names[0], `group Room ${others.join(' ')}`)
  await all(`open ${chatId}`)
  return { server, people, names, chatId, image, tell, all }
}

/** What everybody shows once all has been read, which must be the same for all. */
async function transcript(room, count) {
  await Promise.all(
    room.names.map(async name => {
      await room.tell(name, 'delivered')
      // What is not here cannot be marked as read.
      const isHere = async () => said((await room.tell(name, 'transcript')).lines).length === count
      await until(`${count} messages of ${name}`, isHere, 60_000)
      await room.tell(name, 'read')
    }),
  )
  await room.all(`settle ${count}`)
  const [first, ...rest] = (await room.all('transcript')).map(one => one.lines)
  for (const [index, lines] of rest.entries())
    assert.deepEqual(lines, first, `${room.names[index + 1]} shows what ${room.names[0]} shows`)
  return first
}

/** The name that the engine makes of somebody's address. */
const shown = name => name[0].toUpperCase() + name.slice(1)

/** The words of each message that the server has. */
const said = lines => lines.map(line => line.split(' ')).filter(([seq]) => /^\d+$/u.test(seq))

test('everybody writes, shows a picture, types and reads, and all show the same', async t => {
  const room = await openRoom(t)
  for (const name of room.names) {
    await room.tell(name, 'typing')
    await Promise.all(
      room.names.filter(other => other !== name).map(other => room.tell(other, 'sees_typing')),
    )
    await room.tell(name, `send Hello from ${name}`)
    await room.tell(name, `image ${room.image}`)
    await room.tell(name, 'delivered')
  }
  const count = room.names.length * 2
  const lines = await transcript(room, count)
  const written = room.names.flatMap((name, index) => [
    `${index * 2 + 1} ${shown(name)} Hello from ${name}`,
    `${index * 2 + 2} ${shown(name)} [image 4x3 image/png]`,
  ])
  const read = [...room.names].sort().map(name => `read ${shown(name)} ${count} delivered ${count}`)
  assert.deepEqual(lines, [`chat Room members ${room.names.length} unread 0`, ...written, ...read])
  await room.all('quit')
})

test('everybody answers, edits, reacts and deletes, one of them offline, and all show the same', async t => {
  const room = await openRoom(t)
  const { names } = room
  const [first, offline] = names
  const deleter = names.at(-1)
  for (const name of names) {
    await room.tell(name, `send Hello from ${name}`)
    await room.tell(name, 'delivered')
  }
  await transcript(room, names.length)
  await room.tell(offline, 'offline')
  for (const [index, name] of names.entries()) {
    await room.tell(name, `edit ${index + 1} Changed by ${name}`)
    await room.tell(name, 'react 1 👍')
    if (name === offline) await room.tell(name, 'online')
    await room.tell(name, `reply 1 🎉 Ýes from ${name}`)
    await room.tell(name, 'delivered')
  }
  await room.tell(deleter, `delete ${names.length}`)
  await room.tell(deleter, 'delivered')
  const count = names.length * 2
  const changed = names.map((name, index) => `${index + 1} ${shown(name)} Changed by ${name} (edited)`)
  changed[0] += ` 👍x${names.length}`
  changed[names.length - 1] = `${names.length} ${shown(deleter)} (deleted)`
  const answers = names.map(
    (name, index) => `${names.length + index + 1} ${shown(name)} >1 🎉 Ýes from ${name}`,
  )
  const written = [...changed, ...answers]
  const isSeen = async name => {
    const { lines } = await room.tell(name, 'transcript')
    return written.every(line => lines.includes(line))
  }
  for (const name of names) await until(`what all have changed, of ${name}`, () => isSeen(name), 60_000)
  const lines = await transcript(room, count)
  assert.deepEqual(lines.slice(1, count + 1), written, `as ${first} shows it, and all`)
  const places = names.map((_, index) => `${count - index} Ýes`)
  for (const { found } of await room.all('search yes')) assert.deepEqual(found, places)
  await room.all('quit')
})

test('an engine that is killed twice, somebody offline and somebody killed lose nothing', async t => {
  const room = await openRoom(t)
  const [killed, offline, ...rest] = room.names
  await room.tell(offline, 'offline')
  for (let number = 1; number <= 3; number += 1) await room.tell(offline, `send ${number} offline`)
  await room.server.kill()
  for (const name of [killed, ...rest])
    for (let number = 1; number <= 3; number += 1) await room.tell(name, `send ${number} outage`)
  await room.server.start()
  await room.people[killed].killAndStart()
  assert.equal((await room.tell(killed, `login ${killed}@example.com`)).logged_in, true)
  await room.tell(killed, `open ${room.chatId}`)
  await room.server.kill()
  await room.tell(killed, 'send 4 outage')
  await room.tell(offline, 'send 4 offline')
  await room.server.start()
  await room.tell(offline, 'online')
  const count = room.names.length * 3 + 2
  const lines = await transcript(room, count)
  const written = said(lines)
  assert.deepEqual(
    written.map(([seq]) => Number(seq)),
    written.map((_, index) => index + 1),
  )
  for (const name of room.names) {
    const numbers = written.filter(([, who]) => who === shown(name)).map(([, , number]) => Number(number))
    const expected = [killed, offline].includes(name) ? [1, 2, 3, 4] : [1, 2, 3]
    assert.deepEqual(numbers, expected, `what ${name} wrote, once and in its order`)
  }
  await room.all('quit')
})
