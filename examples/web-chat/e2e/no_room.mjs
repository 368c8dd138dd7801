// A browser that has no room left: the page says so and goes on, and once there is room again, what was
// written meanwhile is kept as if nothing had been.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { look } from './looks.mjs'
import { Person } from './person.mjs'
import { startServer, until } from './server.mjs'
import { kept } from './store.mjs'
import { openBrowser, stepper, storyDeadlineMs } from './story.mjs'

const warning = 'No room to keep messages on this device.'

test('a browser without room', { timeout: storyDeadlineMs }, async t => {
  const server = await startServer()
  t.after(() => server.end())
  const browser = await openBrowser(t)
  const ann = await Person.arrive('Ann', server, browser)
  const bob = await Person.arrive('Bob', server, browser)
  const people = [ann, bob]
  const findings = []
  const step = stepper(t, people, server)
  const note = ann.page.getByRole('main').getByText(warning)
  let devtools

  await step('two people talk', async () => {
    await ann.logIn()
    await bob.logIn()
    await ann.openChatWith(bob)
    await ann.write('one')
    await bob.page.getByRole('tab', { name: 'Chats' }).click()
    await bob.chatRow(ann).click()
    await ann.message('You', 'one', 'seen').waitFor()
    await note.waitFor({ state: 'detached' })
  })

  await step('without room the page says so, sends and receives', async () => {
    const chat = ann.page.url()
    await ann.page.goto('about:blank')
    const other = await ann.context.newPage()
    await other.goto('/favicon.svg')
    devtools = await ann.context.newCDPSession(ann.page)
    await devtools.send('Storage.overrideQuotaForOrigin', { origin: server.url, quotaSize: 1 })
    // Chromium remembers for half a minute how much room there was.
    const isFull = () => other.evaluate(isRefused)
    await until('no room', isFull)
    await other.close()
    await ann.page.goto(chat)
    await ann.write('two')
    await ann.message('You', 'two', 'seen').waitFor()
    await bob.write('three')
    await ann.message('Bob', 'three').waitFor()
    await note.waitFor()
    findings.push(...(await look(ann, 'no-room')))
  })

  await step(
    'what is written without a network is on the screen, and kept with room again',
    async () => {
      for (const person of people) person.isOutageExpected = true
      await server.kill()
      await ann.write('four')
      await ann.message('You', 'four', 'waiting').waitFor()
      await note.waitFor()
      await devtools.send('Storage.overrideQuotaForOrigin', { origin: server.url })
      await note.waitFor({ state: 'detached' })
      await kept(ann, 1)
      await ann.page.reload()
      await ann.message('You', 'four', 'waiting').waitFor()
    },
  )

  await step('it is sent once, and everything is there', async () => {
    await server.start()
    await ann.message('You', 'four', 'seen').waitFor()
    assert.equal(await bob.message('Ann', 'four').count(), 1)
    for (const text of ['one', 'two', 'three']) await ann.message(text).waitFor()
  })

  await step('no page had an error, and axe finds nothing serious', async () => {
    assert.deepEqual(
      people.flatMap(person => person.problems),
      [],
    )
    assert.deepEqual(findings, [])
  })
})

/** Whether another database may not be made; runs in a page. */
async function isRefused() {
  const name = await new Promise(resolve => {
    const opening = indexedDB.open('probe', 1)
    opening.onupgradeneeded = () =>
      opening.result.createObjectStore('probe').put('x'.repeat(999), 1)
    opening.onerror = () => resolve(opening.error.name)
    opening.onsuccess = () => {
      opening.result.close()
      resolve('')
    }
  })
  await new Promise(resolve => {
    indexedDB.deleteDatabase('probe').onsuccess = resolve
  })
  return name !== ''
}
