// Messages are pinned for both: the bar goes to them, the list unpins, and it works without a network.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { look } from './looks.mjs'
import { Person } from './person.mjs'
import { startServer } from './server.mjs'
import { openBrowser, stepper, storyDeadlineMs } from './story.mjs'

test('what is pinned', { timeout: storyDeadlineMs }, async t => {
  const server = await startServer({ RELAY_RATE_LIMITS: 'off' })
  t.after(() => server.end())
  const browser = await openBrowser(t)
  const [ann, bob] = [
    await Person.arrive('Ann', server, browser),
    await Person.arrive('Bob', server, browser),
  ]
  const { page } = ann
  const step = stepper(t, [ann, bob], server)
  const bar = person => person.page.getByRole('region', { name: 'Pinned messages' })
  const dialog = page.getByRole('dialog', { name: 'Pinned messages' })
  const choose = async (person, [sender, text], choice) => {
    await person.message(sender, text).locator('[data-bubble]').click({ button: 'right' })
    await person.page.getByRole('menuitem', { name: choice, exact: true }).click()
  }
  const findings = []

  await step('two people talk at length', async () => {
    await ann.logIn()
    await bob.logIn()
    await ann.page.reload()
    await ann.openChatWith(bob)
    await ann.write('The ferry leaves at 8')
    await bob.page.getByRole('tab', { name: 'Chats' }).click()
    await bob.chatRow(ann).click()
    await bob.message('Ann', 'The ferry leaves at 8').waitFor()
    assert.equal(await bar(bob).count(), 0)
    await choose(bob, ['Ann', 'The ferry leaves at 8'], 'Pin')
    await bar(ann)
      .getByRole('button', { name: /^Pinned message The ferry/ })
      .waitFor()
    for (let line = 1; line <= 24; line += 1) await bob.write(`Line ${line}`)
    await bob.write('Bring a coat')
    await ann.message('Bob', 'Bring a coat').waitFor()
  })

  await step('what one pins both see, the newest in front', async () => {
    await choose(ann, ['Bob', 'Bring a coat'], 'Pin')
    await bar(bob).getByText('Bring a coat').waitFor()
    await bob.message('You', 'Bring a coat', 'pinned').waitFor()
    const shown = bar(bob).getByRole('button', { name: /^Pinned message 1 of 2/ })
    await shown.getByText('Bring a coat').waitFor()
    findings.push(...(await look(ann, 'pinned-bar')))
  })

  await step('a press goes to it, the next one to the one before, by keyboard too', async () => {
    const place = at =>
      bar(ann).getByRole('button', { name: new RegExp(`^Pinned message ${at} of 2`) })
    await place(1).click()
    await place(2).focus()
    await page.keyboard.press('Enter')
    await ann.message('You', 'The ferry leaves at 8').waitFor()
    await place(1).press('Enter')
    await ann.message('Bob', 'Bring a coat').waitFor()
  })

  await step('an edit shows in the bar, and a deleted message is unpinned', async () => {
    await choose(bob, ['You', 'Bring a coat'], 'Edit')
    await bob.composer().fill('Bring a warm coat')
    await bob.composer().press('Enter')
    await bar(ann).getByRole('button', { name: 'All pinned messages (2)' }).click()
    await dialog.getByText('Bring a warm coat').waitFor()
    findings.push(...(await look(ann, 'pinned-list')))
    await choose(bob, ['You', 'Bring a warm coat'], 'Delete')
    await bob.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await dialog.getByText('Bring a warm coat').waitFor({ state: 'detached' })
    await page.keyboard.press('Escape')
    await bar(ann)
      .getByRole('button', { name: /^Pinned message The ferry/ })
      .waitFor()
  })

  await step('without a network it is shown at once, and told when there is one', async () => {
    await page.context().setOffline(true)
    await bar(ann).getByRole('button', { name: 'All pinned messages (1)' }).click()
    await dialog.getByRole('button', { name: 'Unpin: The ferry leaves at 8' }).click()
    await dialog.waitFor({ state: 'detached' })
    assert.equal(await bar(ann).count(), 0)
    await bar(bob).getByText('The ferry leaves at 8').waitFor()
    await page.context().setOffline(false)
    await bar(bob).waitFor({ state: 'detached' })
  })

  await step('what is pinned is there after a reload', async () => {
    await bob.write('Pier 4')
    await ann.message('Bob', 'Pier 4').waitFor()
    await choose(ann, ['Bob', 'Pier 4'], 'Pin')
    await bar(bob).getByText('Pier 4').waitFor()
    await page.reload()
    await bar(ann).getByText('Pier 4').waitFor()
    await choose(ann, ['Bob', 'Pier 4'], 'Unpin')
    await bar(bob).waitFor({ state: 'detached' })
  })

  await step('no page had an error, and axe finds nothing serious', async () => {
    assert.deepEqual([...ann.problems, ...bob.problems], [])
    assert.deepEqual(findings, [])
  })
})
