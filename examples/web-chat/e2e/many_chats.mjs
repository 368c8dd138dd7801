// Five thousand chats in the list: all are there, few are drawn, and what happens in one of them moves
// no other under the pointer.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inWords, whileScrolling } from './frames.mjs'
import { Person } from './person.mjs'
import { Robot } from './robot.mjs'
import { startServer, until } from './server.mjs'
import { openBrowser, stepper, storyDeadlineMs } from './story.mjs'

const chatCount = 5_000
const list = '[role=tabpanel] > div:has(> ul)'

test('a list of five thousand chats', { timeout: storyDeadlineMs }, async t => {
  const server = await startServer({ RELAY_RATE_LIMITS: 'off' })
  t.after(() => server.end())
  const browser = await openBrowser(t)
  const ann = await Person.arrive('Ann', server, browser)
  const { page } = ann
  const step = stepper(t, [ann], server)
  const rows = page.getByRole('list', { name: 'Chats' }).getByRole('listitem')
  const scrollTo = top =>
    page.evaluate(([list, top]) => document.querySelector(list).scrollTo(0, top), [list, top])
  let bob, chats

  await step('somebody is in five thousand groups', async () => {
    await ann.logIn()
    const hands = await Robot.behind(ann)
    // Not at the page: who watches all of them come waits longer.
    await page.goto('about:blank')
    bob = await Robot.arrive('Bob', server)
    chats = await bob.beginGroups(
      Array.from({ length: chatCount }, (_, at) => `Group ${at}`),
      [hands.id],
    )
    await bob.sayInEach(chats.slice(0, 500), id => `Welcome to ${id}`)
    await page.goto('/')
  })

  await step('the list begins at once, and its end is found by scrolling', async () => {
    await rows.first().waitFor()
    // Of all chats, though the list has only begun.
    await until('what is unread in all', async () => (await page.title()).includes('500'))
    await until(
      'all chats',
      async () => {
        await scrollTo(1e9)
        return Number(await rows.last().getAttribute('aria-setsize')) === chatCount
      },
      60_000,
    )
    await scrollTo(1e9)
    await until('the last chat', async () => {
      return Number(await rows.last().getAttribute('aria-posinset')) === chatCount
    })
  })

  await step('few of them are drawn while one scrolls', async () => {
    await scrollTo(0)
    for (const pxPerFrame of [60, 600]) {
      const seen = await whileScrolling(page, list, { pxPerFrame })
      t.diagnostic(`${chatCount} chats, ${pxPerFrame} px a frame: ${inWords(seen)}`)
      assert.ok(seen.rows < 200, `${seen.rows} rows`)
    }
  })

  await step('a message brings its chat to the top, wherever that was', async () => {
    await scrollTo(0)
    await bob.say(chats[2], 'Up again')
    await until('the first row', async () => {
      return (await rows.first().textContent()).includes('Up again')
    })
    assert.equal(await rows.first().getAttribute('aria-posinset'), '1')
  })

  await step('no row moves away under a mouse that aims at it', async () => {
    await scrollTo(0)
    const [aimed, below] = [rows.nth(3), rows.nth(8)]
    const { x, y } = await aimed.boundingBox()
    const name = await aimed.textContent()
    const chatId = (await below.getByRole('link').getAttribute('href')).split('/').at(-1)
    await page.mouse.move(x + 50, y + 30)
    await bob.say(chatId, 'Look up here')
    await until('the message, where its chat was', async () => {
      await page.mouse.move(x + 50 + (Date.now() % 10), y + 30)
      return (await below.textContent()).includes('Look up here')
    })
    const under = await page.evaluate(
      ([x, y]) => {
        return document.elementFromPoint(x, y).closest('li').textContent
      },
      [x + 50, y + 30],
    )
    assert.equal(under, name)
    await page.mouse.move(900, 400)
    await until('the new order', async () => {
      return (await rows.first().textContent()).includes('Look up here')
    })
  })

  await step('no page had an error', async () => assert.deepEqual(ann.problems, []))
})
