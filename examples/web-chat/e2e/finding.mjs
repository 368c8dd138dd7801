// Finding a message among many: from anywhere by Ctrl+K, in one chat with filters, and going to it, far
// back, with what was said around it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { look } from './looks.mjs'
import { Person } from './person.mjs'
import { fromEnd, measurable } from './reading.mjs'
import { Robot } from './robot.mjs'
import { startServer, until } from './server.mjs'
import { openBrowser, stepper, storyDeadlineMs } from './story.mjs'

/** What comes after the message that is looked for: as much as the design asks a jump to go over. */
const later = 1_500

test('finding a message', { timeout: storyDeadlineMs }, async t => {
  const server = await startServer({ RELAY_RATE_LIMITS: 'off' })
  t.after(() => server.end())
  const browser = await openBrowser(t)
  const ann = await Person.arrive('Ann', server, browser)
  const { page } = ann
  const step = stepper(t, [ann], server)
  const palette = page.getByRole('dialog', { name: 'Search' })
  const panel = page.getByRole('search', { name: 'Search in this chat' })
  const found = panel.getByRole('list', { name: 'Messages found' })
  const field = panel.getByRole('searchbox')
  const standsOut = page.locator('[data-highlighted]')
  const findings = []

  const untilSeen = text =>
    until(`${text} on screen`, () =>
      ann.message('Bob', text).evaluate(row => {
        const { top, bottom } = row.getBoundingClientRect()
        return top >= 64 && bottom <= innerHeight
      }),
    )

  await step('a word was said before much else', async () => {
    await ann.logIn()
    const hands = await Robot.behind(ann)
    const bob = await Robot.arrive('Bob', server)
    const chatId = await bob.openDirect(hands.id)
    await bob.sayAll(chatId, ['Before it', 'The train leaves from Zürich at noon', 'After it'])
    await bob.chatter(
      chatId,
      Array.from({ length: later }, (_, number) => `Nothing of note, ${number}`),
    )
    await hands.say(chatId, 'Which train, please?')
    await bob.say(chatId, 'Look at https://example.com/trains')
    await page.reload()
    await ann.chatRow({ name: 'Bob' }).waitFor()
  })

  await step('Ctrl+K finds it by its beginning, without case and accents', async () => {
    await page.keyboard.press('Control+k')
    await palette.getByRole('combobox').fill('zuri')
    const option = palette.getByRole('option', { name: /leaves from Zürich/ })
    await option.waitFor()
    assert.equal(await option.locator('mark').textContent(), 'Züri')
    findings.push(...(await look(ann, 'palette-messages')))
  })

  await step('Enter goes there, far back, and shows which one it was', async () => {
    await palette.getByRole('combobox').press('Enter')
    await ann.heading('Bob').waitFor()
    await ann.message('Bob', 'leaves from Zürich').waitFor()
    await standsOut.getByText('Zürich').waitFor()
    await untilSeen('leaves from Zürich')
    await ann.message('Bob', 'Before it').waitFor()
    await ann.message('Bob', 'After it').waitFor()
    await standsOut.waitFor({ state: 'detached' })
    findings.push(...(await look(ann, 'jumped')))
  })

  await step('the way back leads to the newest', async () => {
    await page.getByRole('button', { name: /^Jump to newest/ }).click()
    await ann.message('Bob', 'Look at https').waitFor()
    await measurable(page)
    await until('the end', async () => Math.abs(await fromEnd(page)) <= 1)
  })

  await step('a chat is searched beside its messages', async () => {
    await page.getByRole('button', { name: 'Search in this chat' }).click()
    await field.fill('train')
    await until('three found', async () => (await found.getByRole('listitem').count()) === 3)
    const texts = await found.getByRole('listitem').allTextContents()
    assert.deepEqual(
      texts.map(text => /Look|Which|leaves/.exec(text)?.[0]),
      ['Look', 'Which', 'leaves'],
    )
    findings.push(...(await look(ann, 'search-panel')))
  })

  await step('filters narrow it down, and a press goes there', async () => {
    await panel.getByRole('button', { name: 'Links' }).click()
    await until('one found', async () => (await found.getByRole('listitem').count()) === 1)
    await panel.getByRole('button', { name: 'Links' }).click()
    await panel.getByRole('combobox', { name: 'Written by' }).selectOption('Bob')
    await until('two found', async () => (await found.getByRole('listitem').count()) === 2)
    await found.getByRole('button', { name: /leaves/ }).click()
    await untilSeen('leaves from Zürich')
    await field.fill('zeppelin')
    await panel.getByText('No messages found').waitFor()
    await field.press('Escape')
    await panel.waitFor({ state: 'detached' })
  })

  await step('without a connection what is kept here is found', async () => {
    ann.isOutageExpected = true
    await server.kill()
    await page.keyboard.press('Control+k')
    await palette.getByRole('combobox').fill('which tr')
    await palette.getByRole('option', { name: /Which train/ }).waitFor()
    await palette.getByText('You are offline').waitFor()
    await page.keyboard.press('Escape')
    await palette.waitFor({ state: 'hidden' })
  })

  await step('every page is free of serious findings and had no error', async () => {
    assert.deepEqual(findings, [])
    assert.deepEqual(ann.problems, [])
  })
})
