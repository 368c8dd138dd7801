// A group grows by a link: who has no account yet comes in with it, also by way of the mail; one that is
// revoked leads nowhere; and who reacted is read page by page when there are many.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { look } from './looks.mjs'
import { Person } from './person.mjs'
import { Robot } from './robot.mjs'
import { codeFor, startServer, until } from './server.mjs'
import { openBrowser, stepper } from './story.mjs'

/** More than a page of people. */
const many = 54

/** The one-time link of the newest mail to somebody, as a path of the server. */
async function mailedPath({ server, email }) {
  const address = `${server.url}/_/inbox/latest.json?email=${encodeURIComponent(email)}`
  const link = await until(`a link for ${email}`, async () => {
    const answer = await fetch(address)
    return answer.ok ? (await answer.json()).link : undefined
  })
  const { pathname, hash } = new URL(link)
  return pathname + hash
}

test('a group grows by a link', { timeout: 300_000 }, async t => {
  const server = await startServer({ RELAY_RATE_LIMITS: 'off' })
  t.after(() => server.end())
  const browser = await openBrowser(t)
  const clipboard = { permissions: ['clipboard-read', 'clipboard-write'] }
  const [ann, bob, cem] = [
    await Person.arrive('Ann', server, browser, clipboard),
    await Person.arrive('Bob', server, browser),
    await Person.arrive('Cem', server, browser),
  ]
  const { page } = ann
  const step = stepper(t, [ann, bob, cem], server)
  const group = { name: 'Sailors' }
  const about = page.getByRole('dialog', { name: 'About this group' })
  const links = page.getByRole('dialog', { name: 'Invite with a link' })
  const findings = []
  let hands, chatId, address, cemsMail

  const askForCode = async person => {
    await person.page.goto(address)
    await person.page.getByText('Sign in to join the group you are invited to.').waitFor()
    await person.page.getByRole('textbox', { name: 'E-mail address' }).fill(person.email)
    await person.page.getByRole('button', { name: 'Continue' }).click()
    await person.page.getByRole('textbox', { name: 'Six-digit code' }).waitFor()
  }

  await step('a link is made in the page of the group', async () => {
    await ann.logIn()
    hands = await Robot.behind(ann)
    ;[chatId] = await hands.beginGroups([group.name], [])
    await hands.say(chatId, 'Ahoy')
    await ann.chatRow(group).click()
    await page.getByRole('button', { name: 'Show 1 member' }).click()
    await about.getByRole('button', { name: 'Invite with a link' }).click()
    await links.getByText('There is no link to this group.').waitFor()
    await links.getByRole('button', { name: 'Make a link' }).click()
    await links.getByText('0 people have joined').waitFor()
    await links.getByRole('button', { name: 'Copy the link' }).click()
    await links.getByRole('button', { name: 'Copied' }).waitFor()
    address = await page.evaluate(() => navigator.clipboard.readText())
    assert.match(address, /^http:\/\/127\.0\.0\.1:\d+\/join#[\w-]{43}$/)
    findings.push(...(await look(ann, 'invite-links')))
  })

  await step('who has no account logs in on the way, and lands in the group', async () => {
    await askForCode(bob)
    const field = bob.page.getByRole('textbox', { name: 'Six-digit code' })
    await field.fill(await codeFor(server, bob.email))
    await bob.page.getByRole('heading', { name: 'Sailors' }).waitFor()
    await bob.page.getByText('1 member', { exact: true }).waitFor()
    findings.push(...(await look(bob, 'join')))
    await bob.page.getByRole('button', { name: 'Join the group' }).click()
    await bob.chooseName()
    await bob.heading('Sailors').waitFor()
    await bob.message('Ann', 'Ahoy').waitFor()
    await bob.write('Thank you')
    await page.keyboard.press('Escape')
    await links.waitFor({ state: 'hidden' })
    await ann.message('Bob', 'Thank you').waitFor()
    await page.getByRole('button', { name: 'Show 2 members' }).waitFor()
  })

  await step('the link of the mail opens another tab, which knows of the invitation', async () => {
    await askForCode(cem)
    cemsMail = await cem.openTab(await mailedPath(cem))
    await cemsMail.page.getByRole('heading', { name: 'Sailors' }).waitFor()
    await cemsMail.page.getByText('2 members', { exact: true }).waitFor()
  })

  await step('a link that is revoked meanwhile leads nowhere', async () => {
    await page.getByRole('button', { name: 'Show 2 members' }).click()
    await about.getByRole('button', { name: 'Invite with a link' }).click()
    await links.getByText('1 person has joined').waitFor()
    await links.getByRole('button', { name: 'Revoke the link' }).click()
    await links.getByText('Nobody can join with this link any more then.').waitFor()
    await links.getByRole('button', { name: 'Revoke the link' }).click()
    await links.getByText('There is no link to this group.').waitFor()
    await page.keyboard.press('Escape')
    // Either tab may be the one that asks for both.
    for (const tab of [cem, cemsMail]) {
      tab.expect(/404 .*\/v1\/invites\/accept/)
      tab.expect(/404 .*\/v1\/invites\/preview/)
    }
    await cemsMail.page.getByRole('button', { name: 'Join the group' }).click()
    await cemsMail.page.getByText(/^This link leads nowhere/).waitFor()
    await cemsMail.page.reload()
    await cemsMail.page.getByRole('heading', { name: 'This link leads nowhere' }).waitFor()
    findings.push(...(await look(cemsMail, 'join-dead')))
    await cemsMail.page.getByRole('link', { name: 'Go to your chats' }).click()
    await cemsMail.chooseName()
    await cemsMail.page.getByText('No conversations yet').first().waitFor()
  })

  await step('who reacted is read page by page', async () => {
    const { token } = await hands.call('POST', `/v1/chats/${chatId}/invites`, {})
    const sailors = []
    for (let number = 0; number < many; number += 1) {
      const robot = await Robot.arrive(`Sailor${number}`, server)
      await robot.call('POST', '/v1/invites/accept', { token })
      sailors.push(robot)
    }
    // After all of them are there: whoever joins has a line of their own in the history.
    const question = await hands.say(chatId, 'Who comes on Sunday?')
    for (const robot of sailors) await robot.react(chatId, question, '👍')
    const bubble = ann.message('You', 'Who comes on Sunday?').locator('[data-bubble]')
    await bubble.click({ button: 'right' })
    await page.getByRole('menuitem', { name: 'Reactions' }).click()
    const dialog = page.getByRole('dialog', { name: 'Reactions' })
    const people = dialog.getByRole('listitem')
    await until('a page of them', async () => (await people.count()) === 50)
    await dialog.getByRole('button', { name: 'Show more' }).click()
    await until('all of them', async () => (await people.count()) === many)
    assert.match(await people.first().textContent(), /Sailor0/)
    assert.match(await people.last().textContent(), /Sailor53/)
    await page.keyboard.press('Escape')
  })

  await step('every page is free of serious findings and had no error', async () => {
    assert.deepEqual(findings, [])
    const everybody = [ann, bob, cem, cemsMail]
    assert.deepEqual(
      everybody.flatMap(person => person.problems),
      [],
    )
  })
})
