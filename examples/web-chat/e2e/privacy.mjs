// What others are told of somebody who does not want it: neither how far they read nor that they are here.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { look } from './looks.mjs'
import { Person } from './person.mjs'
import { startServer, until } from './server.mjs'
import { openBrowser, stepper, storyDeadlineMs } from './story.mjs'

test('what others are told', { timeout: storyDeadlineMs }, async t => {
  const server = await startServer({ RELAY_RATE_LIMITS: 'off' })
  t.after(() => server.end())
  const browser = await openBrowser(t)
  const [ann, bob] = [
    await Person.arrive('Ann', server, browser),
    await Person.arrive('Bob', server, browser),
  ]
  const step = stepper(t, [ann, bob], server)
  const findings = []

  const status = (person, text) =>
    person.page.getByRole('main').locator('header').getByText(text, { exact: true })
  const turn = async (name, isOn) => {
    await bob.page.getByRole('link', { name: 'Your profile' }).click()
    const control = bob.page.getByRole('switch', { name, exact: true })
    await control.click()
    const now = `[role=switch][aria-checked="${isOn}"]`
    await control.and(bob.page.locator(now)).waitFor()
  }
  const back = async () => {
    await bob.page.getByRole('tab', { name: 'Chats' }).click()
    await bob.chatRow(ann).click()
    await bob.heading('Ann').waitFor()
  }
  const isRead = person =>
    until('everything is read', async () => (await person.page.title()) === 'RelayChat')

  await step('at first each sees what the other has read, and that they are here', async () => {
    await ann.logIn()
    await bob.logIn()
    await ann.page.reload()
    await ann.openChatWith(bob)
    await ann.write('First')
    await bob.page.getByRole('tab', { name: 'Chats' }).click()
    await bob.chatRow(ann).click()
    await ann.message('You', 'First', 'seen').waitFor()
    await status(ann, 'online').waitFor()
    await status(bob, 'online').waitFor()
  })

  await step('without read receipts neither is told what the other has read', async () => {
    await turn('Read receipts', false)
    findings.push(...(await look(bob, 'privacy')))
    await back()
    await ann.write('Second')
    await bob.message('Ann', 'Second').waitFor()
    await isRead(bob)
    await bob.write('I have read it')
    await ann.message('Bob', 'I have read it').waitFor()
    await isRead(ann)
    await bob.message('You', 'I have read it', 'delivered').waitFor()
    // What comes later has passed everything before it.
    await ann.write('Third')
    await bob.message('Ann', 'Third').waitFor()
    await ann.message('You', 'Third', 'delivered').waitFor()
    assert.equal(await ann.message('You', 'Second', 'delivered').count(), 1)
    assert.equal(await bob.message('You', 'I have read it', 'delivered').count(), 1)
    await ann.page.reload()
    await ann.message('You', 'Second', 'delivered').waitFor()
  })

  await step('without last seen neither sees that the other is here, at once', async () => {
    await turn('Online and last seen', false)
    await status(ann, 'offline').waitFor()
    await back()
    await status(bob, 'offline').waitFor()
    await bob.composer().pressSequentially('Hm')
    await ann.page
      .getByRole('main')
      .getByText(/typing/)
      .first()
      .waitFor()
    await bob.composer().fill('')
  })

  await step('both come back, from then on', async () => {
    await turn('Read receipts', true)
    await turn('Online and last seen', true)
    await status(ann, 'online').waitFor()
    await back()
    await status(bob, 'online').waitFor()
    await ann.write('Fourth')
    await ann.message('You', 'Fourth', 'seen').waitFor()
  })

  await step('nothing serious was found, and no page had an error', async () => {
    assert.deepEqual(findings, [])
    assert.deepEqual([...ann.problems, ...bob.problems], [])
  })
})
