// What somebody sets for a chat for themselves: it is kept at the top, put away, muted and marked, on
// all their devices; and nobody else is told.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { look } from './looks.mjs'
import { Person } from './person.mjs'
import { Robot } from './robot.mjs'
import { startServer, until } from './server.mjs'
import { openBrowser, stepper, storyDeadlineMs } from './story.mjs'

test('an order of one’s own', { timeout: storyDeadlineMs }, async t => {
  const server = await startServer({ RELAY_RATE_LIMITS: 'off' })
  t.after(() => server.end())
  const browser = await openBrowser(t)
  const ann = await Person.arrive('Ann', server, browser)
  const people = [ann]
  const { page } = ann
  const step = stepper(t, people, server)
  const menu = page.getByRole('menu', { name: 'Chat actions' })
  const named = name => ({ name })
  const findings = []
  let cem, withCem, phone

  const choose = async (name, ...words) => {
    await ann.chatRow(named(name)).click({ button: 'right' })
    for (const word of words) {
      await page.getByRole('menuitem', { name: word, exact: true }).click()
    }
    await menu.waitFor({ state: 'detached' })
  }
  const titles = person =>
    person.page
      .getByRole('list', { name: 'Chats' })
      .getByRole('listitem')
      .locator('.name.font-semibold')
      .allTextContents()
  const untilOrder = (person, ...names) =>
    until(`the order ${names} of ${person.name}`, async () => {
      return (await titles(person)).join() === names.join()
    })

  await step('three people have written, to somebody with two devices', async () => {
    await ann.logIn()
    const hands = await Robot.behind(ann)
    for (const name of ['Bob', 'Cem', 'Dora']) {
      const robot = await Robot.arrive(name, server)
      const chatId = await robot.openDirect(hands.id)
      await robot.sayAll(chatId, [`Hello from ${name}`, 'How are you?'])
      if (name === 'Cem') [cem, withCem] = [robot, chatId]
    }
    phone = await Person.arrive('Ann', server, browser, {
      viewport: { width: 390, height: 844 },
      // Two codes in one minute are not sent: the same login, and nothing else that was kept.
      storageState: await ann.context.storageState(),
    })
    people.push(phone)
    await phone.page.goto('/')
    await page.reload()
    await untilOrder(ann, 'Dora', 'Cem', 'Bob')
    await until('six unread in the title', async () => (await page.title()) === '(6) RelayChat')
  })

  await step('a pinned chat stays at the top, here and there', async () => {
    await choose('Bob', 'Pin')
    for (const person of people) {
      await untilOrder(person, 'Bob', 'Dora', 'Cem')
      await person.chatRow(named('Bob')).getByText('pinned').waitFor({ state: 'attached' })
    }
    await cem.say(withCem, 'And now?')
    await untilOrder(ann, 'Bob', 'Cem', 'Dora')
  })

  await step('a muted chat counts no more', async () => {
    await choose('Cem', 'Mute', 'For 8 hours')
    for (const person of people) {
      await person.chatRow(named('Cem')).getByText('muted').waitFor({ state: 'attached' })
    }
    await until('four unread in the title', async () => (await page.title()) === '(4) RelayChat')
    await ann.chatRow(named('Dora')).click({ button: 'right' })
    await menu.waitFor()
    findings.push(...(await look(ann, 'chat-menu')))
    await page.keyboard.press('Escape')
    await menu.waitFor({ state: 'detached' })
  })

  await step('what is archived lies in a folder, and nothing brings it back', async () => {
    await choose('Cem', 'Archive')
    for (const person of people) await untilOrder(person, 'Bob', 'Dora')
    await cem.say(withCem, 'Hello?')
    const folder = page.getByRole('button', { name: /^Archived/ })
    await until('three and one unread', async () => /4$/.test(await folder.textContent()))
    await untilOrder(ann, 'Bob', 'Dora')
    await folder.click()
    const archived = page.getByRole('list', { name: 'Archived' })
    await archived.getByText('Hello?').waitFor()
    findings.push(...(await look(ann, 'archive')))
    await archived.getByRole('listitem').filter({ hasText: 'Cem' }).click({ button: 'right' })
    await page.getByRole('menuitem', { name: 'Move out of the archive' }).click()
    for (const person of people) await untilOrder(person, 'Bob', 'Cem', 'Dora')
  })

  await step('a chat that was read is marked as unread, until it is opened', async () => {
    await choose('Dora', 'Mark as read')
    await until('two unread in the title', async () => (await page.title()) === '(2) RelayChat')
    await choose('Dora', 'Mark as unread')
    for (const person of people) {
      await person
        .chatRow(named('Dora'))
        .getByText('marked as unread')
        .waitFor({ state: 'attached' })
    }
    findings.push(...(await look(ann, 'own-order')))
    await ann.chatRow(named('Dora')).click()
    await ann.heading('Dora').waitFor()
    for (const person of people) {
      await person.page.getByText('marked as unread').waitFor({ state: 'detached' })
    }
  })

  await step('without a network it is set at once, and told later', async () => {
    for (const person of people) person.isOutageExpected = true
    await server.kill()
    await choose('Bob', 'Unpin')
    await choose('Dora', 'Pin')
    await untilOrder(ann, 'Dora', 'Cem', 'Bob')
    await page.reload()
    await untilOrder(ann, 'Dora', 'Cem', 'Bob')
    await server.start()
    await untilOrder(phone, 'Dora', 'Cem', 'Bob')
  })

  await step('every page is free of serious findings and had no error', async () => {
    assert.deepEqual(findings, [])
    assert.deepEqual(
      people.flatMap(({ problems }) => problems),
      [],
    )
  })
})
