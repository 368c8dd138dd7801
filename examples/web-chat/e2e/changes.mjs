// What becomes of a message after it was sent: it is changed, answered, reacted to and deleted, and both
// sides see the same; without a network it is kept and told later.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { look } from './looks.mjs'
import { Person } from './person.mjs'
import { Robot } from './robot.mjs'
import { startServer, until } from './server.mjs'
import { kept } from './store.mjs'
import { openBrowser, stepper, storyDeadlineMs } from './story.mjs'

/** Between a message and the answer to it: as far as the design asks a jump to go. */
const between = 1_500

test('what becomes of a message', { timeout: storyDeadlineMs }, async t => {
  const server = await startServer({ RELAY_RATE_LIMITS: 'off' })
  t.after(() => server.end())
  const browser = await openBrowser(t)
  const [ann, bob] = [
    await Person.arrive('Ann', server, browser),
    await Person.arrive('Bob', server, browser),
  ]
  const { page } = ann
  const step = stepper(t, [ann, bob], server)
  const menuOf = person => person.page.getByRole('menu', { name: 'Message actions' })
  const openMenu = (person, ...parts) =>
    person
      .message(...parts)
      .locator('[data-bubble]')
      .click({ button: 'right' })
  const choose = async (person, words, ...parts) => {
    await openMenu(person, ...parts)
    await menuOf(person).getByRole('menuitem', { name: words, exact: true }).click()
  }
  const chip = (person, emoji, ...parts) =>
    person.message(...parts).getByRole('button', { name: new RegExp(`^${emoji} ?\\d`) })
  const findings = []
  let hands, chatId, plan

  await step('two people talk', async () => {
    await ann.logIn()
    await bob.logIn()
    await ann.page.reload()
    await ann.openChatWith(bob)
    await ann.write('Shall we meet at sx?')
    await bob.page.getByRole('tab', { name: 'Chats' }).click()
    await bob.chatRow(ann).click()
    await bob.write('Where?')
    await ann.message('Bob', 'Where?').waitFor()
  })

  await step('the arrow upwards changes the last own message, for both', async () => {
    await ann.composer().press('ArrowUp')
    await page.getByText('Edit message', { exact: true }).waitFor()
    assert.equal(await ann.composer().inputValue(), 'Shall we meet at sx?')
    await ann.composer().fill('Shall we meet at six?')
    findings.push(...(await look(ann, 'editing')))
    await ann.composer().press('Enter')
    for (const [person, who] of [
      [ann, 'You'],
      [bob, 'Ann'],
    ]) {
      await person.message(who, 'at six?').getByText('edited').waitFor()
    }
    assert.equal(await ann.composer().inputValue(), '')
  })

  await step('a change is given up with Escape, and a draft outlives it', async () => {
    await ann.composer().fill('A draft')
    await choose(ann, 'Edit', 'You', 'at six?')
    await page.waitForFunction(() => document.activeElement?.value === 'Shall we meet at six?')
    await ann.composer().fill('Never')
    await ann.composer().press('Escape')
    assert.equal(await ann.composer().inputValue(), 'A draft')
    await ann.composer().fill('')
  })

  await step('others cannot change what one said', async () => {
    await openMenu(bob, 'Ann', 'at six?')
    await menuOf(bob).getByRole('menuitem', { name: 'Copy text' }).waitFor()
    for (const words of ['Edit', 'Delete']) {
      assert.equal(await menuOf(bob).getByRole('menuitem', { name: words }).count(), 0)
    }
    await bob.page.keyboard.press('Escape')
    await menuOf(bob).waitFor({ state: 'detached' })
  })

  await step('reactions come with their count, and say whose they are', async () => {
    chatId = page.url().split('/').at(-1)
    hands = await Robot.behind(bob)
    const own = await Robot.behind(ann)
    plan = await hands.say(chatId, 'The plan: bring bread')
    await hands.react(chatId, plan, '👍')
    await own.react(chatId, plan, '👍')
    await own.react(chatId, plan, '🎉')
    const seen = chip(ann, '👍', 'Bob', 'The plan')
    await until('two of them', async () => /^👍2\D/u.test(await seen.textContent()))
    assert.equal(await seen.getAttribute('aria-pressed'), 'true')
    assert.equal(await chip(bob, '🎉', 'You', 'The plan').getAttribute('aria-pressed'), 'false')
    findings.push(...(await look(ann, 'reactions')))
    await choose(ann, 'Reactions', 'Bob', 'The plan')
    const dialog = page.getByRole('dialog', { name: 'Reactions' })
    await dialog.getByRole('listitem').filter({ hasText: 'Bob' }).waitFor()
    assert.equal(await dialog.getByRole('listitem').count(), 3)
    findings.push(...(await look(ann, 'who-reacted')))
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'hidden' })
    await own.unreact(chatId, plan, '👍')
    await until('one at Bob', async () => {
      return /^👍1\D/u.test(await chip(bob, '👍', 'You', 'The plan').textContent())
    })
  })

  await step('what was deleted is gone for both, also from the list', async () => {
    const slip = await hands.say(chatId, 'Said by mistake')
    for (const { page } of [ann, bob]) {
      await page.getByText('Said by mistake', { exact: true }).first().waitFor()
    }
    await hands.delete(chatId, slip)
    await ann.message('This message was deleted').waitFor()
    await bob.message('You deleted this message').waitFor()
    for (const { page } of [ann, bob]) {
      await until('it is gone', async () => (await page.getByText('Said by mistake').count()) === 0)
    }
    findings.push(...(await look(ann, 'deleted')))
  })

  await step('an answer quotes, the quote follows, and leads 1,500 messages back', async () => {
    await page.goto('/')
    await hands.chatter(
      chatId,
      Array.from({ length: between }, (_, number) => `In between, ${number}`),
    )
    await hands.answer(chatId, plan, 'And cheese')
    await page.getByRole('tab', { name: 'Chats' }).click()
    await ann.chatRow(bob).click()
    await page.getByRole('button', { name: /^Jump to newest/ }).click()
    const answer = ann.message('Bob', 'And cheese')
    const quote = answer.getByRole('button', { name: 'Go to the message of Bob' })
    await quote.getByText('The plan: bring bread').waitFor()
    await hands.edit(chatId, plan, 'The plan: bring apples')
    await quote.getByText('The plan: bring apples').waitFor()
    findings.push(...(await look(ann, 'quoted')))
    await quote.click()
    await page.locator('[data-highlighted]').getByText('The plan').waitFor()
    await ann.message('Bob', 'The plan: bring apples').waitFor()
    findings.push(...(await look(ann, 'jumped-to-quote')))
    await page.getByRole('button', { name: /^Jump to newest/ }).click()
    await answer.waitFor()
  })

  await step('what is changed without a network shows at once and outlives a reload', async () => {
    await ann.write('First try')
    await ann.message('You', 'First try', 'delivered').waitFor()
    for (const person of [ann, bob]) person.isOutageExpected = true
    await server.kill()
    await choose(ann, 'Edit', 'You', 'First try')
    await page.waitForFunction(() => document.activeElement?.value === 'First try')
    await ann.write('Second try')
    await ann.message('You', 'Second try').locator('[data-state=queued]').waitFor()
    await kept(ann, 1, 'change/')
    await page.reload()
    await ann.message('You', 'Second try').locator('[data-state=queued]').waitFor()
    findings.push(...(await look(ann, 'changes-waiting')))
  })

  await step('it is told when the server is back', async () => {
    await server.start()
    // It tries again by itself too: the button may be gone already.
    const retry = bob.page.getByRole('button', { name: 'Retry now' })
    if (await retry.isVisible()) await retry.click({ timeout: 5_000 }).catch(() => undefined)
    await bob.chatRow(ann).getByText('Second try').waitFor()
    await ann
      .message('You', 'Second try')
      .locator('[data-state=delivered], [data-state=read]')
      .waitFor()
  })

  await step('every page is free of serious findings and had no error', async () => {
    assert.deepEqual(findings, [])
    assert.deepEqual([...ann.problems, ...bob.problems], [])
  })
})
