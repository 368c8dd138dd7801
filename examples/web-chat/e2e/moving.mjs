// A living installation moves from its file to PostgreSQL while two people have it open. They notice
// an outage and nothing else: nothing is lost, nothing is doubled, no history is mixed.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { test } from 'node:test'
import { Person } from './person.mjs'
import { picture } from './picture.mjs'
import { startServer } from './server.mjs'
import { openBrowser, stepper, storyDeadlineMs } from './story.mjs'

const postgres = process.env.RELAYCHAT_TEST_POSTGRES_URL

test('an installation moves under its people', { timeout: storyDeadlineMs }, async t => {
  assert.notEqual(postgres, undefined, 'RELAYCHAT_TEST_POSTGRES_URL must name a PostgreSQL')
  const target = new URL(postgres)
  target.searchParams.set('schema', `moving_${randomBytes(6).toString('hex')}`)
  const server = await startServer()
  t.after(() => server.end())
  const browser = await openBrowser(t)
  const ann = await Person.arrive('Ann', server, browser)
  const bob = await Person.arrive('Bob', server, browser)
  const people = [ann, bob]
  const step = stepper(t, people, server)
  const texts = ['before 1', 'before 2', 'the view']

  await step('two people talk, on the file', async () => {
    for (const person of people) await person.logIn()
    await ann.openChatWith(bob)
    await ann.write('before 1')
    await bob.page.getByRole('tab', { name: 'Chats' }).click()
    await bob.chatRow(ann).click()
    await bob.write('before 2')
    const chooser = ann.page.waitForEvent('filechooser')
    await ann.page.getByRole('button', { name: 'Attach files' }).click()
    const file = { name: 'view.png', mimeType: 'image/png', buffer: picture(320, 200) }
    await (await chooser).setFiles([file])
    await ann.write('the view')
    await ann.message('You', 'the view', 'seen').waitFor()
  })

  await step('the server stops, the database is copied, and it starts on PostgreSQL', async () => {
    for (const person of people) person.isOutageExpected = true
    await server.kill()
    await ann.write('meanwhile')
    await ann.message('You', 'meanwhile', 'waiting').waitFor()
    const from = `sqlite:${join(server.settings.RELAY_DATA, 'relaychat.db')}`
    await server.run('storage', 'copy', '--from', from, '--to', target.href)
    server.settings.RELAY_DATABASE_URL = target.href
    await server.start()
    assert.match(server.log.join(''), /postgres/)
  })

  await step('what was written meanwhile arrives once, in its place', async () => {
    await ann.message('You', 'meanwhile', 'seen').waitFor()
    await bob.message('Ann', 'meanwhile').waitFor()
    await bob.write('after')
    await ann.message('Bob', 'after').waitFor()
    texts.push('meanwhile', 'after')
    for (const person of people) assert.deepEqual(await textsOf(person, texts), texts)
  })

  await step('a page that is opened anew shows the same, picture included', async () => {
    await bob.page.reload()
    await bob.message('Bob', 'after').or(bob.message('You', 'after')).waitFor()
    assert.deepEqual(await textsOf(bob, texts), texts)
    const image = bob.message('Ann', 'the view').locator('img').first()
    await image.waitFor()
    const width = image.evaluate(one => one.decode().then(() => one.naturalWidth))
    assert.ok((await width) > 0)
  })

  const problems = people.flatMap(person => person.problems)
  assert.deepEqual(problems, [])
})

/** Which of the texts a person sees, in the order in which they see them, each as often as it is there. */
async function textsOf(person, texts) {
  const items = person.page.getByRole('list', { name: 'Messages' }).getByRole('listitem')
  const seen = await items.allTextContents()
  return seen.flatMap(text => texts.filter(one => text.includes(one)))
}
