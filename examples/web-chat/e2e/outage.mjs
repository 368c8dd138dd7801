// What happens when things fail: an upload that is refused, a network that is gone, a server that is
// dead for half a minute. Nothing is lost, nothing is doubled, and it is said what is going on.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Person } from './person.mjs'
import { picture } from './picture.mjs'
import { startServer, until } from './server.mjs'
import { openBrowser, stepper, storyDeadlineMs } from './story.mjs'

/** As long as a restart of a machine may take. */
const outageMs = 30_000

test('nothing is lost', { timeout: storyDeadlineMs }, async t => {
  const server = await startServer()
  t.after(() => server.end())
  const browser = await openBrowser(t)
  const ann = await Person.arrive('Ann', server, browser)
  const bob = await Person.arrive('Bob', server, browser)
  const people = [ann, bob]
  const step = stepper(t, people, server)
  const bannerOf = person => person.page.getByRole('status', { name: 'Connection' })
  const banner = bannerOf(ann)

  await step('two people are in one chat', async () => {
    await ann.logIn()
    await bob.logIn()
    await ann.openChatWith(bob)
    await ann.write('one')
    await bob.page.getByRole('tab', { name: 'Chats' }).click()
    await bob.chatRow(ann).click()
    await bob.message('Ann', 'one').waitFor()
  })

  await step('an image that is refused says why, and goes out once when tried again', async () => {
    // What the server gets is no image any more.
    await ann.page.route('**/v1/uploads*', route => route.continue({ postData: 'damaged' }))
    ann.expect(/415/)
    const chooser = ann.page.waitForEvent('filechooser')
    await ann.page.getByRole('button', { name: 'Attach files' }).click()
    const file = { name: 'view.png', mimeType: 'image/png', buffer: picture(320, 200) }
    await (await chooser).setFiles([file])
    await ann.write('the view')
    const failed = ann.message('You', 'the view', 'not sent')
    await failed.waitFor()
    await failed.getByText('This kind of file cannot be sent').waitFor()
    await ann.page.unroute('**/v1/uploads*')
    await failed.getByRole('button', { name: 'Retry' }).focus()
    await ann.page.keyboard.press('Enter')
    await ann.message('You', 'the view', 'seen').waitFor()
    assert.equal(await bob.message('Ann', 'the view').count(), 1)
  })

  await step('what is written without a network goes out in its order, once each', async () => {
    ann.isOutageExpected = true
    await ann.context.setOffline(true)
    await ann.write('two')
    await ann.message('You', 'two', 'waiting').waitFor()
    await banner.getByText('You are offline').waitFor()
    for (const text of ['three', 'four', 'five']) await ann.write(text)
    await ann.message('You', 'five', 'waiting').waitFor()
    await ann.context.setOffline(false)
    await ann.message('You', 'five', 'seen').waitFor()
    await banner.getByText('You are offline').waitFor({ state: 'hidden' })
    assert.deepEqual((await texts(bob)).slice(-4), ['two', 'three', 'four', 'five'])
  })

  await step('a server that is dead for half a minute is announced and waited for', async () => {
    for (const person of people) person.isOutageExpected = true
    await server.kill()
    const isOver = new Promise(resolve => setTimeout(resolve, outageMs))
    await banner.getByText('Connection lost').waitFor()
    await banner.getByText(/retry in \d+ s/).waitFor()
    await ann.write('Are you there?')
    await bob.write('I cannot hear you')
    await ann.write('Nor I you')
    await banner.getByRole('button', { name: 'Retry now' }).click()
    await ann.message('You', 'Nor I you', 'waiting').waitFor()
    await isOver
    await banner.getByText('Connection lost').waitFor()
    assert.equal(await ann.message('You', 'Are you there?', 'waiting').count(), 1)
  })

  await step('after it both see the same, without a hole and nothing twice', async () => {
    await server.start()
    for (const person of people) {
      await bannerOf(person).getByRole('button', { name: 'Retry now' }).click()
    }
    await ann.message('You', 'Nor I you', 'seen').waitFor()
    await ann.message('Bob', 'I cannot hear you').waitFor()
    await until('the same on both sides', async () => {
      const [hers, his] = [await texts(ann), await texts(bob)]
      return hers.length === 9 && hers.join() === his.join()
    })
    assert.equal(new Set(await texts(ann)).size, 9)
    await banner.getByText('Connection lost').waitFor({ state: 'hidden' })
  })

  await step('no page had another error', async () => {
    const problems = people.flatMap(person => person.problems)
    assert.deepEqual(problems, [])
  })
})

/** What was said, from the first message on. */
function texts(person) {
  return person.page
    .getByRole('list', { name: 'Messages' })
    .locator('[data-testid="message"] p')
    .allTextContents()
}
