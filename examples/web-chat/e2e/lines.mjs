// Where the host wants it, the history of a group tells what people do to it: small and in the middle,
// nothing to act on, and nothing that counts as unread.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { look } from './looks.mjs'
import { Person } from './person.mjs'
import { Robot } from './robot.mjs'
import { startServer, until } from './server.mjs'
import { openBrowser, stepper, storyDeadlineMs } from './story.mjs'

test('lines in the history of a group', { timeout: storyDeadlineMs }, async t => {
  const server = await startServer({ RELAY_RATE_LIMITS: 'off' })
  t.after(() => server.end())
  const browser = await openBrowser(t)
  const ann = await Person.arrive('Ann', server, browser)
  const bob = await Person.arrive('Bob', server, browser)
  const step = stepper(t, [ann, bob], server)
  const group = { name: 'Crew' }
  const line = ({ page }, text) =>
    page.getByRole('list', { name: 'Messages' }).getByText(text, { exact: true })

  await step('a group and somebody who will come later', async () => {
    await ann.logIn()
    await bob.logIn()
    const [hands, others] = [await Robot.behind(ann), await Robot.behind(bob)]
    await Robot.arrive('Cem', server)
    const [chatId] = await hands.beginGroups(['Crew'], [others.id])
    await hands.say(chatId, 'Ready?')
    await ann.chatRow(group).click()
    await ann.message('You', 'Ready?').waitFor()
  })

  await step('who comes is told, to everybody, and counts for nobody', async () => {
    const { page } = ann
    await page.getByRole('button', { name: 'Show 2 members' }).click()
    await page
      .getByRole('dialog', { name: 'About this group' })
      .getByRole('button', { name: 'Add people' })
      .click()
    const adding = page.getByRole('dialog', { name: 'Add people' })
    await adding.getByRole('checkbox', { name: 'Cem' }).check()
    await adding.getByRole('button', { name: 'Add people' }).click()
    await page.keyboard.press('Escape')
    await line(ann, 'You added Cem').waitFor()
    await bob.page.getByRole('tab', { name: 'Chats' }).click()
    await bob.chatRow(group).getByText('Ann added Cem').waitFor()
    await until('one unread', async () => (await bob.page.title()).startsWith('(1)'))
    await bob.chatRow(group).click()
    await line(bob, 'Ann added Cem').waitFor()
    await until('nothing unread', async () => !(await bob.page.title()).startsWith('('))
  })

  await step('nothing can be done to a line', async () => {
    await line(bob, 'Ann added Cem').click({ button: 'right' })
    assert.equal(await bob.page.getByRole('menu').count(), 0)
    assert.deepEqual(await look(bob, 'line-in-a-group'), [])
  })
})
