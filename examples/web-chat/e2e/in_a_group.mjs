// Among several people: whom a message has reached and who has seen it, that many at once are spoken as
// one, and who may write.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { look } from './looks.mjs'
import { Person } from './person.mjs'
import { Robot } from './robot.mjs'
import { startServer, until } from './server.mjs'
import { openBrowser, stepper, storyDeadlineMs } from './story.mjs'

test('among several people', { timeout: storyDeadlineMs }, async t => {
  const server = await startServer({ RELAY_RATE_LIMITS: 'off' })
  t.after(() => server.end())
  const browser = await openBrowser(t)
  const [ann, bob] = [
    await Person.arrive('Ann', server, browser),
    await Person.arrive('Bob', server, browser),
  ]
  const { page } = ann
  const step = stepper(t, [ann, bob], server)
  const group = { name: 'Crew' }
  const findings = []
  let cem, chatId

  await step('three people are in a group', async () => {
    await ann.logIn()
    await bob.logIn()
    const [hands, others] = [await Robot.behind(ann), await Robot.behind(bob)]
    cem = await Robot.arrive('Cem', server)
    ;[chatId] = await hands.beginGroups(['Crew'], [others.id, cem.id])
    await cem.say(chatId, 'Ready?')
    await ann.chatRow(group).click()
    await ann.message('Cem', 'Ready?').waitFor()
  })

  await step('a message says whom it has reached, and then who has seen it', async () => {
    await ann.write('Ready')
    const seenBy = page.getByRole('dialog', { name: 'Seen by' })
    const ask = async () => {
      await ann.message('You', 'Ready').locator('[data-bubble]').click({ button: 'right' })
      await page.getByRole('menuitem', { name: 'Seen by' }).click()
      await seenBy.waitFor()
    }
    const among = (list, name) =>
      seenBy.getByRole('list', { name: list, exact: true }).getByText(name, { exact: true })
    await ann.message('You', 'Ready', 'sent').waitFor()
    await ask()
    await among('Not yet delivered to', 'Cem').waitFor()
    await among('Delivered to', 'Bob').waitFor()
    await bob.chatRow(group).click()
    await bob.message('Ann', 'Ready').waitFor()
    await among('Seen by', 'Bob').waitFor()
    await among('Not yet delivered to', 'Cem').waitFor()
    findings.push(...(await look(ann, 'seen-by')))
    await page.keyboard.press('Escape')
    await seenBy.waitFor({ state: 'hidden' })
  })

  await step('five messages at once are spoken as one', async () => {
    await page.evaluate(() => {
      const region = document.querySelector('[data-testid=announcer]')
      globalThis.spoken = []
      new MutationObserver(() => {
        const text = region.textContent.trim()
        if (text !== '') globalThis.spoken.push(text)
      }).observe(region, { childList: true, characterData: true, subtree: true })
    })
    await cem.chatter(
      chatId,
      ['one', 'two', 'three', 'four', 'five'].map(word => `Number ${word}`),
    )
    await until('it is spoken', () => page.evaluate(() => globalThis.spoken.length > 0))
    assert.deepEqual(await page.evaluate(() => globalThis.spoken), ['5 new messages'])
  })

  await step(
    'who may not write reads why in the place of the field, which comes back',
    async () => {
      const note = bob.page.getByText('Only administrators can write here.')
      const about = page.getByRole('dialog', { name: 'About this group' })
      const whoWrites = about.getByRole('combobox', { name: 'Who may write' })
      await bob.composer().fill('Not yet said')
      await page.getByRole('button', { name: 'Show 3 members' }).click()
      await whoWrites.selectOption('Administrators only')
      await note.waitFor()
      assert.equal(await bob.composer().count(), 0)
      assert.equal(await whoWrites.inputValue(), 'admin')
      await assert.rejects(cem.say(chatId, 'May I?'), /"forbidden"/)
      findings.push(...(await look(ann, 'group-rules')))
      findings.push(...(await look(bob, 'no-writing')))
      await bob.message('Cem', 'Number one').locator('[data-bubble]').click({ button: 'right' })
      await bob.page.getByRole('menuitem', { name: 'Copy text' }).waitFor()
      assert.equal(await bob.page.getByRole('menuitem', { name: 'Reply' }).count(), 0)
      await bob.page.keyboard.press('Escape')
      await whoWrites.selectOption('All members')
      await bob.composer().waitFor()
      await until('what was typed is there', async () => {
        return (await bob.composer().inputValue()) === 'Not yet said'
      })
      await bob.composer().press('Enter')
      await page.keyboard.press('Escape')
      await ann.message('Bob', 'Not yet said').waitFor()
    },
  )

  await step('every page is free of serious findings and had no error', async () => {
    assert.deepEqual(findings, [])
    assert.deepEqual([...ann.problems, ...bob.problems], [])
  })
})
