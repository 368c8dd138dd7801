// One answers, reacts and deletes in the page, and both sides see the same.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { look } from './looks.mjs'
import { Person } from './person.mjs'
import { startServer } from './server.mjs'
import { openBrowser, stepper, storyDeadlineMs } from './story.mjs'

test('what one does with a message in the page', { timeout: storyDeadlineMs }, async t => {
  const server = await startServer({ RELAY_RATE_LIMITS: 'off' })
  t.after(() => server.end())
  const browser = await openBrowser(t)
  const [ann, bob] = [
    await Person.arrive('Ann', server, browser),
    await Person.arrive('Bob', server, browser),
  ]
  const { page } = ann
  const step = stepper(t, [ann, bob], server)
  const findings = []
  const choose = async (person, words, ...parts) => {
    await person
      .message(...parts)
      .locator('[data-bubble]')
      .click({ button: 'right' })
    await person.page.getByRole('menuitem', { name: words, exact: true }).click()
  }
  const chip = (person, count, ...parts) =>
    person.message(...parts).getByRole('button', { name: new RegExp(`^👍 ?${count}`) })

  await step('two people talk', async () => {
    await ann.logIn()
    await bob.logIn()
    await page.reload()
    await ann.openChatWith(bob)
    await ann.write('Shall we meet at six?')
    await bob.page.getByRole('tab', { name: 'Chats' }).click()
    await bob.chatRow(ann).click()
    await bob.message('Ann', 'at six?').waitFor()
  })

  await step('a reaction is one press, a second person joins, and leaves again', async () => {
    await choose(bob, 'React with 👍', 'Ann', 'at six?')
    await chip(ann, 1, 'You', 'at six?').click()
    for (const [person, who] of [
      [ann, 'You'],
      [bob, 'Ann'],
    ]) {
      await chip(person, 2, who, 'at six?').waitFor()
    }
    await page.keyboard.press('Escape')
    findings.push(...(await look(ann, 'reacted')))
    await chip(ann, 2, 'You', 'at six?').click()
    await chip(bob, 1, 'Ann', 'at six?').waitFor()
  })

  await step('an answer says what it answers', async () => {
    await choose(bob, 'Reply', 'Ann', 'at six?')
    await bob.page.getByText('Reply to Ann', { exact: true }).waitFor()
    findings.push(...(await look(bob, 'replying')))
    await bob.write('At the fountain')
    await ann
      .message('Bob', 'At the fountain')
      .getByRole('button', { name: 'Go to the message of You' })
      .getByText('Shall we meet at six?')
      .waitFor()
  })

  await step('deleting is asked about, and takes it from both', async () => {
    await ann.write('Said by mistake')
    await bob.message('Ann', 'Said by mistake').waitFor()
    await choose(ann, 'Delete', 'You', 'Said by mistake')
    const dialog = page.getByRole('dialog', { name: 'Delete this message?' })
    await dialog.getByText('Said by mistake').waitFor()
    findings.push(...(await look(ann, 'delete')))
    await dialog.getByRole('button', { name: 'Delete' }).click()
    await ann.message('You deleted this message').waitFor()
    await bob.message('This message was deleted').waitFor()
    await bob.chatRow(ann).getByText('This message was deleted').waitFor()
  })

  await step('every page is free of serious findings and had no error', async () => {
    assert.deepEqual(findings, [])
    assert.deepEqual([...ann.problems, ...bob.problems], [])
  })
})
