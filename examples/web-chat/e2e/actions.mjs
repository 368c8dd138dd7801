// What one can do with a message, by mouse and by keyboard alone, and the emoji picker.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { look } from './looks.mjs'
import { Person } from './person.mjs'
import { startServer } from './server.mjs'
import { openBrowser, stepper, storyDeadlineMs } from './story.mjs'

test('what one can do with a message', { timeout: storyDeadlineMs }, async t => {
  const server = await startServer({ RELAY_RATE_LIMITS: 'off' })
  t.after(() => server.end())
  const browser = await openBrowser(t)
  const arrive = name =>
    Person.arrive(name, server, browser, { permissions: ['clipboard-read', 'clipboard-write'] })
  const [ann, bob] = [await arrive('Ann'), await arrive('Bob')]
  const { page } = ann
  const step = stepper(t, [ann, bob], server)
  const menu = page.getByRole('menu', { name: 'Message actions' })
  const picker = page.getByRole('dialog', { name: 'Emoji' })
  const field = picker.getByRole('combobox', { name: 'Search emoji' })
  const elsewhere = []
  page.on('request', request => {
    if (!request.url().startsWith(server.url) && !/^(data|blob):/.test(request.url())) {
      elsewhere.push(request.url())
    }
  })

  await step('two people talk', async () => {
    await ann.logIn()
    await bob.logIn()
    await ann.page.reload()
    await ann.openChatWith(bob)
    await ann.write('Shall we?')
    await ann.message('You', 'Shall we?').waitFor()
  })

  await step('an emoji is found by a word and stands where the cursor was', async () => {
    await ann.composer().fill('Tea  then')
    await ann.composer().evaluate(area => area.setSelectionRange(4, 4))
    await page.getByRole('button', { name: 'Emoji', exact: true }).click()
    await field.waitFor()
    await page.waitForFunction(() => document.activeElement?.getAttribute('role') === 'combobox')
    await picker.getByRole('option', { name: 'grinning face', exact: true }).waitFor()
    assert.deepEqual(await look(ann, 'emoji'), [])
    await page.keyboard.type('teacup')
    await picker.getByRole('option', { name: 'teacup without handle' }).waitFor()
    await page.keyboard.press('Enter')
    await picker.waitFor({ state: 'detached' })
    await page.waitForFunction(() => document.activeElement?.tagName === 'TEXTAREA')
    assert.equal(await ann.composer().inputValue(), 'Tea 🍵 then')
    await ann.composer().press('Enter')
    await ann.message('You', 'Tea 🍵 then', 'delivered').waitFor()
  })

  await step(
    'bold words and a list are made by keys and signs, and are so for the other',
    async () => {
      await ann.composer().fill('Bring bread')
      await ann.composer().evaluate(area => area.setSelectionRange(6, 11))
      await ann.composer().press('Control+b')
      await page.waitForFunction(() => document.activeElement?.value === 'Bring **bread**')
      await ann.composer().press('End')
      await ann.composer().press('Shift+Enter')
      await ann.composer().pressSequentially('- and `jam`')
      await ann.composer().press('Enter')
      await bob.openChatWith(ann)
      const shown = bob.page.locator('[data-bubble]', { hasText: 'Bring bread' })
      await shown.locator('strong', { hasText: 'bread' }).waitFor()
      await shown.locator('li code', { hasText: 'jam' }).waitFor()
      assert.deepEqual(await look(ann, 'formatted'), [])
    },
  )

  await step('arrow keys move among the emoji, the ones used last come first', async () => {
    await page.getByRole('button', { name: 'Emoji', exact: true }).click()
    await picker.getByRole('group', { name: 'Recently used' }).waitFor()
    await picker.getByRole('option', { name: 'grinning face', exact: true }).waitFor()
    await page.keyboard.press('ArrowDown')
    const chosen = picker.locator('[aria-selected=true]')
    assert.equal(await chosen.getAttribute('aria-label'), 'grinning face')
    await page.keyboard.press('Escape')
    await picker.waitFor({ state: 'detached' })
    assert.deepEqual(elsewhere, [])
  })

  await step('by keyboard alone: to a message, its menu, its text, and back', async () => {
    await page.getByRole('region', { name: 'Messages' }).focus()
    for (let message = 0; message < 3; message += 1) await page.keyboard.press('ArrowUp')
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label'))
    assert.match((await focused()) ?? '', /Shall we\?/)
    await page.keyboard.press('Enter')
    await menu.waitFor()
    assert.deepEqual(await look(ann, 'message-menu'), [])
    await menu.getByRole('menuitem', { name: 'Copy text' }).click()
    await menu.waitFor({ state: 'detached' })
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), 'Shall we?')
    assert.match((await focused()) ?? '', /Shall we\?/)
  })

  await step('the right button and the bar under the mouse open the same menu', async () => {
    const bubble = ann.message('You', 'Tea').locator('[data-bubble]')
    await bubble.click({ button: 'right' })
    await menu.getByRole('menuitem', { name: 'Copy text' }).waitFor()
    await page.keyboard.press('Escape')
    await menu.waitFor({ state: 'detached' })
    await bubble.hover()
    await page.getByRole('button', { name: 'More actions' }).click()
    await menu.getByRole('menuitem', { name: 'Copy text' }).waitFor()
    await page.keyboard.press('Escape')
    await menu.waitFor({ state: 'detached' })
  })

  await step('no page had an error', async () => {
    assert.deepEqual([...ann.problems, ...bob.problems], [])
  })
})
