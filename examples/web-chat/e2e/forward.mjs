// A message goes on to other chats: with its picture, as a message of one's own that outlives the original.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { look } from './looks.mjs'
import { Person } from './person.mjs'
import { picture } from './picture.mjs'
import { Robot } from './robot.mjs'
import { startServer, until } from './server.mjs'
import { openBrowser, stepper, storyDeadlineMs } from './story.mjs'

test('what goes on to other chats', { timeout: storyDeadlineMs }, async t => {
  const server = await startServer({ RELAY_RATE_LIMITS: 'off' })
  t.after(() => server.end())
  const browser = await openBrowser(t)
  const ann = await Person.arrive('Ann', server, browser)
  const { page } = ann
  const step = stepper(t, [ann], server)
  const dialog = page.getByRole('dialog', { name: 'Forward to' })
  const findings = []
  let bob, cem, dan
  /** Chats of each with Ann, by the name. */
  const chats = {}

  const newestOf = async robot => {
    const path = `/v1/chats/${chats[robot.name]}/messages`
    return (await robot.call('GET', path)).items.at(-1)
  }
  const arrived = async (robot, text) => {
    let newest
    await until(`"${text}" is there`, async () => {
      newest = await newestOf(robot)
      return newest?.text === text
    })
    return newest
  }
  const forward = async (parts, names) => {
    await ann
      .message(...parts)
      .locator('[data-bubble]')
      .click({ button: 'right' })
    await page.getByRole('menuitem', { name: 'Forward…' }).click()
    for (const name of names) await dialog.getByRole('checkbox', { name }).check()
  }
  const send = async () => {
    await dialog.getByRole('button', { name: 'Send' }).click()
    await dialog.waitFor({ state: 'hidden' })
  }

  await step('somebody shows a picture and says something', async () => {
    await ann.logIn()
    const hands = await Robot.behind(ann)
    for (const name of ['Bob', 'Cem', 'Dan']) {
      const robot = await Robot.arrive(name, server)
      robot.name = name
      chats[name] = await robot.openDirect(hands.id)
      await robot.say(chats[name], `Hello from ${name}`)
      if (name === 'Bob') bob = robot
      if (name === 'Cem') cem = robot
      if (name === 'Dan') dan = robot
    }
    await bob.say(chats.Bob, 'The ferry leaves at *eight*')
    await bob.showImage(chats.Bob, picture(640, 480), 'Our harbour')
    await page.goto(`/chat/${chats.Bob}`)
    await ann.message('Bob', 'Our harbour').waitFor()
  })

  await step('a text goes to one chat, and one is led there', async () => {
    await forward(['Bob', 'The ferry leaves'], ['Cem'])
    findings.push(...(await look(ann, 'forward')))
    await send()
    await ann.heading('Cem').waitFor()
    await ann.message('You', 'The ferry leaves').waitFor()
    const there = await arrived(cem, 'The ferry leaves at *eight*')
    assert.notEqual(there.sender_id, bob.id)
    assert.equal(there.reply_to, undefined)
  })

  await step(
    'a picture goes to several, and stays there when the original is deleted',
    async () => {
      await page.goto(`/chat/${chats.Bob}`)
      await forward(['Bob', 'Our harbour'], ['Cem', 'Dan'])
      await send()
      await ann.heading('Bob').waitFor()
      const there = [await arrived(cem, 'Our harbour'), await arrived(dan, 'Our harbour')]
      const original = await newestOf(bob)
      await bob.delete(chats.Bob, original.id)
      await ann
        .message('Bob deleted this message')
        .or(ann.message('This message was deleted'))
        .waitFor()
      for (const [robot, message] of [
        [cem, there[0]],
        [dan, there[1]],
      ]) {
        const [image] = message.attachments
        assert.equal(image.kind, 'image')
        assert.notEqual(image.id, original.attachments[0].id)
        const links = await robot.call('GET', `/v1/attachments/${image.id}/links`)
        const answer = await fetch(new URL(links.url, server.url))
        assert.equal(answer.status, 200)
        assert.ok((await answer.arrayBuffer()).byteLength > 0)
      }
    },
  )

  await step('nothing serious was found, and no page had an error', async () => {
    assert.deepEqual(findings, [])
    assert.deepEqual(ann.problems, [])
  })
})
