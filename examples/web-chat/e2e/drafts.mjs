// What somebody begins to write on one device is there on the other: in the field, and in the list.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { look } from './looks.mjs'
import { Person } from './person.mjs'
import { startServer, until } from './server.mjs'
import { openBrowser, stepper, storyDeadlineMs } from './story.mjs'

test('drafts on two devices', { timeout: storyDeadlineMs }, async t => {
  const server = await startServer()
  t.after(() => server.end())
  const browser = await openBrowser(t)
  const ann = await Person.arrive('Ann', server, browser)
  const bob = await Person.arrive('Bob', server, browser)
  const people = [ann, bob]
  const step = stepper(t, people, server)
  const shows = (person, text) =>
    until(`"${text}" in the field`, async () => (await person.composer().inputValue()) === text)
  let tablet

  await step('one person is there twice', async () => {
    await ann.logIn()
    await bob.logIn()
    tablet = await Person.arrive('Ann', server, browser, {
      // Two codes in one minute are not sent: the same login, and nothing else that was kept.
      storageState: await ann.context.storageState(),
    })
    people.push(tablet)
    await tablet.page.goto('/')
    for (const device of [ann, tablet]) await device.openChatWith(bob)
    await ann.write('Hello')
    await tablet.message('You', 'Hello').waitFor()
  })

  await step('what is written here is there after a pause, and goes on there', async () => {
    await ann.composer().fill('Shall we')
    await shows(tablet, 'Shall we')
    await tablet.composer().fill('Shall we meet?')
    await shows(ann, 'Shall we meet?')
  })

  await step('the list says so of a chat that is not open', async () => {
    await tablet.page.goto('/')
    await tablet.page.getByRole('tab', { name: 'Chats' }).click()
    const row = tablet.chatRow(bob)
    await row.getByText('Draft: Shall we meet?').waitFor()
    await ann.page.goto('/')
    await ann.page.getByRole('tab', { name: 'Chats' }).click()
    assert.deepEqual(await look(ann, 'draft-in-the-list'), [])
    await ann.chatRow(bob).click()
  })

  await step('what is sent is no draft any more, anywhere', async () => {
    await shows(ann, 'Shall we meet?')
    await ann.composer().press('Enter')
    await ann.message('You', 'Shall we meet?').waitFor()
    await tablet.page.getByText('Draft:').waitFor({ state: 'detached' })
    await tablet.chatRow(bob).click()
    await shows(tablet, '')
    assert.equal(await bob.page.getByText('Draft:').count(), 0)
  })
})
