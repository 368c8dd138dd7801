// A message and a person are reported: the host's queue shows them, also what was deleted since, and
// nobody else learns of it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { look } from './looks.mjs'
import { Person } from './person.mjs'
import { startServer } from './server.mjs'
import { openBrowser, stepper, storyDeadlineMs } from './story.mjs'

test('what is reported', { timeout: storyDeadlineMs }, async t => {
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
  const { key } = JSON.parse(await server.run('key', 'create', 'moderation', '--json'))
  /** As a server of the host asks. */
  const ask = async (method, path, body) => {
    const answer = await fetch(`${server.url}/v1/server/reports${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    assert.equal(answer.status, 200)
    return answer.json()
  }
  const queue = async () => (await ask('GET', '?status=open')).items
  const menu = person => person.page.getByRole('menu', { name: 'Message actions' })
  const openMenu = (person, text) =>
    person.message(text).locator('[data-bubble]').click({ button: 'right' })
  const ofMessage = page.getByRole('dialog', { name: 'Report this message?' })
  const ofPerson = page.getByRole('dialog', { name: 'Report Bob?' })
  const thanks = page.getByRole('dialog', { name: 'Thank you' })
  const findings = []

  await step('two people talk', async () => {
    await ann.logIn()
    await bob.logIn()
    await ann.page.reload()
    await ann.openChatWith(bob)
    await ann.write('Hello')
    await bob.page.getByRole('tab', { name: 'Chats' }).click()
    await bob.chatRow(ann).click()
    await bob.write('Give me your money!')
    await ann.message('Bob', 'Give me your money!').waitFor()
    assert.deepEqual(await queue(), [])
  })

  await step('one does not report oneself', async () => {
    await openMenu(ann, 'Hello')
    await menu(ann).getByRole('menuitem', { name: 'Delete' }).waitFor()
    assert.equal(await menu(ann).getByRole('menuitem', { name: 'Report…' }).count(), 0)
    await page.keyboard.press('Escape')
    await menu(ann).waitFor({ state: 'detached' })
  })

  await step('a message is reported by keyboard alone, with a reason and words', async () => {
    await page.getByRole('region', { name: 'Messages' }).focus()
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('Enter')
    await menu(ann).waitFor()
    await menu(ann).getByRole('menuitem', { name: 'Report…' }).focus()
    await page.keyboard.press('Enter')
    await ofMessage.getByText('Give me your money!').waitFor()
    await ofMessage.getByRole('radio', { name: 'Spam or fraud' }).focus()
    await page.keyboard.press('ArrowDown')
    assert.equal(
      await ofMessage.getByRole('radio', { name: 'Harassment or hate' }).isChecked(),
      true,
    )
    await page.keyboard.press('Tab')
    await page.keyboard.type('For the third time')
    findings.push(...(await look(ann, 'report-message')))
    await ofMessage.getByRole('button', { name: 'Report', exact: true }).focus()
    await page.keyboard.press('Enter')
    await thanks.waitFor()
    // The button that sent it is the one that closes, and keeps the focus.
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Close')
    findings.push(...(await look(ann, 'report-done')))
    await page.keyboard.press('Enter')
    await thanks.waitFor({ state: 'detached' })
  })

  await step('the host reads it, also when its sender has deleted it', async () => {
    await openMenu(bob, 'Give me your money!')
    await menu(bob).getByRole('menuitem', { name: 'Delete' }).click()
    await bob.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await ann.message('Bob', 'Give me your money!').waitFor({ state: 'detached' })
    const [report, ...others] = await queue()
    assert.deepEqual(others, [])
    assert.equal(report.reason, 'harassment')
    assert.equal(report.note, 'For the third time')
    assert.equal(report.message.text, 'Give me your money!')
    assert.deepEqual([report.reporter.name, report.reported.name], ['Ann', 'Bob'])
    const closed = await ask('POST', `/${report.id}/close`, { outcome: 'acted' })
    assert.equal(JSON.stringify(closed).includes('money'), false)
    assert.deepEqual(await queue(), [])
  })

  await step('a person is reported and blocked, once there is a connection', async () => {
    await page.getByRole('main').getByRole('button', { name: 'Chat actions' }).click()
    await page.getByRole('menuitem', { name: 'Report…' }).click()
    await ofPerson.getByRole('button', { name: 'Report', exact: true }).click()
    await ofPerson.getByText('Choose what is wrong.').waitFor()
    await ofPerson.getByRole('radio', { name: 'Spam or fraud' }).check()
    await ofPerson.getByRole('checkbox', { name: 'Also block Bob' }).check()
    findings.push(...(await look(ann, 'report-person')))
    await page.context().setOffline(true)
    ann.isOutageExpected = true
    await ofPerson.getByRole('button', { name: 'Report', exact: true }).click()
    await ofPerson.getByRole('alert').filter({ hasText: /\S/ }).waitFor()
    await page.context().setOffline(false)
    await ofPerson.getByRole('button', { name: 'Report', exact: true }).click()
    await thanks.getByText('You have blocked Bob.').waitFor()
    await thanks.getByRole('button', { name: 'Close' }).last().click()
    await page.getByText('You have blocked Bob.', { exact: true }).waitFor()
    const [report] = await queue()
    assert.deepEqual(
      [report.reason, report.reported.name, report.message],
      ['spam', 'Bob', undefined],
    )
  })

  await step('no page had an error, and axe finds nothing serious', async () => {
    assert.deepEqual(
      people.flatMap(person => person.problems),
      [],
    )
    assert.deepEqual(findings, [])
  })
})
