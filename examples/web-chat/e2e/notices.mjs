// The system's notifications: asked for by a click and not before, shown while nobody looks, and each
// leads to its chat. The browser's own part is stood in for: a test cannot see what it shows.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { look } from './looks.mjs'
import { Person } from './person.mjs'
import { Robot } from './robot.mjs'
import { startServer, until } from './server.mjs'
import { openBrowser, stepper, storyDeadlineMs } from './story.mjs'

test('notifications', { timeout: storyDeadlineMs }, async t => {
  const server = await startServer({ RELAY_RATE_LIMITS: 'off' })
  t.after(() => server.end())
  const browser = await openBrowser(t)
  const ann = await Person.arrive('Ann', server, browser)
  const { page } = ann
  const step = stepper(t, [ann], server)
  await ann.context.addInitScript(standIn)
  const shown = () => page.evaluate(() => globalThis.notices.shown)
  const lookAway = isAway =>
    page.evaluate(isAway => {
      globalThis.notices.isAway = isAway
    }, isAway)
  let bob, withBob

  await step('nobody is asked before they want it', async () => {
    await ann.logIn()
    const hands = await Robot.behind(ann)
    bob = await Robot.arrive('Bob', server)
    withBob = await bob.openDirect(hands.id)
    await lookAway(true)
    await bob.say(withBob, 'unheard')
    await ann.chatRow({ name: 'Bob' }).getByText('unheard').waitFor()
    assert.deepEqual(await page.evaluate(() => globalThis.notices), {
      asked: 0,
      shown: [],
      isAway: true,
    })
  })

  await step('a click in the profile asks, once', async () => {
    await page.getByRole('link', { name: 'Your profile' }).click()
    await page.getByRole('button', { name: 'Turn on' }).click()
    await page.getByRole('button', { name: 'Turn off' }).waitFor()
    assert.equal(await page.evaluate(() => globalThis.notices.asked), 1)
    assert.deepEqual(await look(ann, 'notices'), [])
  })

  await step('what arrives while nobody looks is shown, and leads to its chat', async () => {
    await bob.say(withBob, 'Are you there?')
    await until('a notice', async () => (await shown()).length === 1)
    assert.deepEqual(await shown(), [{ title: 'Bob', body: 'Are you there?', tag: withBob }])
    await page.evaluate(() => globalThis.notices.last.onclick())
    await ann.heading('Bob').waitFor()
    assert.equal(new URL(page.url()).pathname, `/chat/${withBob}`)
  })

  await step('who looks is not disturbed', async () => {
    await lookAway(false)
    await page.getByRole('link', { name: 'Your profile' }).click()
    await bob.say(withBob, 'You are')
    await ann.chatRow({ name: 'Bob' }).getByText('You are').waitFor()
    assert.equal((await shown()).length, 1)
  })

  await step('turned off, nothing is shown', async () => {
    await page.getByRole('button', { name: 'Turn off' }).click()
    await page.getByRole('button', { name: 'Turn on' }).waitFor()
    await lookAway(true)
    await bob.say(withBob, 'Good night')
    await ann.chatRow({ name: 'Bob' }).getByText('Good night').waitFor()
    assert.equal((await shown()).length, 1)
  })

  await step('no page had an error', async () => assert.deepEqual(ann.problems, []))
})

/** Runs in the page before its scripts. */
function standIn() {
  const notices = { asked: 0, shown: [], isAway: false }
  globalThis.notices = notices
  document.hasFocus = () => !notices.isAway
  globalThis.Notification = class {
    static permission = 'default'
    static async requestPermission() {
      notices.asked += 1
      globalThis.Notification.permission = 'granted'
      return 'granted'
    }
    constructor(title, { body, tag }) {
      notices.shown.push({ title, body, tag })
      // Not among what is compared: it holds the page.
      Object.defineProperty(notices, 'last', { value: this, configurable: true })
    }
    close() {}
  }
}
