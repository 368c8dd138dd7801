// One person blocks another: nothing new crosses, the other is not told why, and it can be taken back.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { look } from './looks.mjs'
import { Person } from './person.mjs'
import { startServer } from './server.mjs'
import { openBrowser, stepper, storyDeadlineMs } from './story.mjs'

test('who is blocked', { timeout: storyDeadlineMs }, async t => {
  const server = await startServer({ RELAY_RATE_LIMITS: 'off' })
  t.after(() => server.end())
  const browser = await openBrowser(t)
  const people = [
    await Person.arrive('Ann', server, browser),
    await Person.arrive('Bob', server, browser),
  ]
  const [ann, bob] = people
  const { page } = ann
  const step = stepper(t, people, server)
  const dialog = page.getByRole('dialog', { name: 'Block Bob?' })
  const note = page.getByText('You have blocked Bob.')
  const unblock = page.getByRole('button', { name: 'Unblock Bob' })
  const openMenu = () =>
    page.getByRole('main').getByRole('button', { name: 'Chat actions' }).click()
  const item = page.getByRole('menuitem', { name: 'Block', exact: true })
  const findings = []

  await step('two people talk', async () => {
    await ann.logIn()
    await bob.logIn()
    await ann.page.reload()
    await ann.openChatWith(bob)
    await ann.write('Hello')
    await bob.page.getByRole('tab', { name: 'Chats' }).click()
    await bob.chatRow(ann).click()
    await bob.write('Buy this!')
    await ann.message('Bob', 'Buy this!').waitFor()
    await page.getByRole('main').getByText('online', { exact: true }).waitFor()
  })

  await step('what it means is said before, and it can be left', async () => {
    await openMenu()
    await item.click()
    await dialog.waitFor()
    findings.push(...(await look(ann, 'block-asked')))
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await dialog.waitFor({ state: 'hidden' })
    await ann.composer().waitFor()
  })

  await step('who blocks reads on, writes nothing and sees nobody there', async () => {
    await openMenu()
    await item.click()
    await dialog.getByRole('button', { name: 'Block', exact: true }).click()
    await note.waitFor()
    assert.equal(await ann.composer().count(), 0)
    await ann.message('Bob', 'Buy this!').waitFor()
    await page.getByRole('main').getByText('online', { exact: true }).waitFor({ state: 'detached' })
    findings.push(...(await look(ann, 'blocked-chat')))
    await openMenu()
    await page.getByRole('menuitem', { name: 'Archive', exact: true }).waitFor()
    assert.equal(await item.count(), 0)
    await page.keyboard.press('Escape')
  })

  await step('the other is told that nobody can be reached, and nothing arrives', async () => {
    await bob.write('Still there?')
    const failed = bob.message('You', 'Still there?')
    await failed.getByText('This person cannot be reached.').waitFor()
    assert.equal(await ann.message('Bob', 'Still there?').count(), 0)
  })

  await step('the profile shows who is blocked, and takes it back', async () => {
    await page.getByRole('link', { name: 'Your profile' }).click()
    const list = page.getByRole('list', { name: 'Blocked people' })
    await list.getByText('Bob', { exact: true }).waitFor()
    await unblock.scrollIntoViewIfNeeded()
    findings.push(...(await look(ann, 'blocked-people')))
    await unblock.click()
    await list.waitFor({ state: 'detached' })
  })

  await step('then what was refused can be sent again', async () => {
    await page.getByRole('tab', { name: 'Chats' }).click()
    await ann.chatRow(bob).click()
    await ann.composer().waitFor()
    await bob.message('You', 'Still there?').getByRole('button', { name: 'Retry' }).click()
    await ann.message('Bob', 'Still there?').waitFor()
    await ann.write('Yes')
    await bob.message('Ann', 'Yes').waitFor()
  })

  await step('no page had an error, and axe finds nothing serious', async () => {
    assert.deepEqual(
      people.flatMap(person => person.problems),
      [],
    )
    assert.deepEqual(findings, [])
  })
})
