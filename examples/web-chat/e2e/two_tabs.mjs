// One person in several tabs of one browser: they share one connection and agree on everything, and
// when the tab that has the connection is closed or crashes, another goes on with what was under way.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Person } from './person.mjs'
import { startServer, until } from './server.mjs'
import { openBrowser, stepper, storyDeadlineMs } from './story.mjs'

test('two tabs are one client', { timeout: storyDeadlineMs }, async t => {
  const server = await startServer()
  t.after(() => server.end())
  const browser = await openBrowser(t)
  const ann = await Person.arrive('Ann', server, browser)
  const bob = await Person.arrive('Bob', server, browser)
  const people = [ann, bob]
  const step = stepper(t, people, server)
  let tabs = [ann]
  let second
  let third
  /** How long one tab was behind another. Said, not asserted: a busy machine is no fault. */
  const behind = async (what, wait) => {
    const start = performance.now()
    await wait()
    t.diagnostic(`${what}: ${Math.round(performance.now() - start)} ms behind`)
  }

  await step('the second tab shows everything, over the connection of the first', async () => {
    await ann.logIn()
    await bob.logIn()
    await ann.openChatWith(bob)
    await ann.write('one')
    await ann.message('You', 'one', 'delivered').waitFor()
    second = await ann.openTab(ann.page.url())
    tabs = [ann, second]
    people.push(second)
    await second.message('You', 'one', 'delivered').waitFor()
    await second.heading('Bob').waitFor()
    await second.page.getByText('online', { exact: true }).first().waitFor()
    assert.deepEqual(sockets(tabs), [1, 0])
  })

  await step('what one tab sends is in the other, and at its receiver once', async () => {
    await second.write('two')
    await second.message('You', 'two').waitFor()
    await behind('a message', () => ann.message('You', 'two').waitFor())
    await ann.write('three')
    await ann.message('You', 'three').waitFor()
    await behind('a message', () => second.message('You', 'three').waitFor())
    await bob.page.getByRole('tab', { name: 'Chats' }).click()
    await bob.chatRow(ann).click()
    await bob.message('Ann', 'three').waitFor()
    await bob.write('four')
    for (const tab of tabs) await tab.message('Bob', 'four').waitFor()
    for (const tab of tabs) await tab.message('You', 'three', 'seen').waitFor()
    for (const person of people)
      assert.deepEqual(await texts(person), ['one', 'two', 'three', 'four'])
  })

  await step(
    'what is read in one tab is read in the other at once, in both directions',
    async () => {
      for (const [reader, other] of [
        [ann, second],
        [second, ann],
      ]) {
        for (const tab of tabs) await leaveChat(tab)
        await bob.write('Look at this')
        for (const tab of tabs) await tab.chatRow(bob).getByText('1 unread message').waitFor()
        await reader.chatRow(bob).click()
        const isRead = tab =>
          tab.chatRow(bob).getByText('unread message').waitFor({ state: 'hidden' })
        await isRead(reader)
        await behind('what was read', () => isRead(other))
        await other.chatRow(bob).click()
        await other.message('Bob', 'Look at this').last().waitFor()
      }
    },
  )

  await step('a draft is in both tabs at once, in both directions', async () => {
    for (const [writer, other] of [
      [ann, second],
      [second, ann],
    ]) {
      const agree = text => until(text, async () => (await other.composer().inputValue()) === text)
      for (const text of ['Half a sen', '']) {
        await writer.composer().fill(text)
        await behind('a draft', () => agree(text))
      }
    }
  })

  await step('when the tab with the connection is closed, the other goes on', async () => {
    third = await ann.openTab(ann.page.url())
    people.push(third)
    await third.message('Bob', 'four').waitFor()
    assert.deepEqual(sockets([ann, second, third]), [1, 0, 0])
    await ann.page.close({ runBeforeUnload: false })
    await until('one other connection', async () => hasOneConnection([second, third]))
    // Which of them has it is for the browser to say.
    if (third.sockets.size === 1) [second, third] = [third, second]
    await third.write('five')
    for (const tab of [second, third]) await tab.message('You', 'five', 'seen').waitFor()
    assert.equal(await bob.message('Ann', 'five').count(), 1)
  })

  await step(
    'what was queued in tabs when the leader crashed is sent once by the survivor',
    async () => {
      for (const person of people) person.isOutageExpected = true
      await server.kill()
      await third.write('from the follower')
      await third.message('You', 'from the follower', 'waiting').waitFor()
      await second.message('You', 'from the follower', 'waiting').waitFor()
      await crash(second)
      await third.message('You', 'from the follower', 'waiting').waitFor()
      await server.start()
      await third.message('You', 'from the follower', 'seen').waitFor()
      assert.equal(await bob.message('Ann', 'from the follower').count(), 1)
      assert.equal(await third.message('You', 'from the follower').count(), 1)
      await until('one connection', async () => hasOneConnection([third]))
    },
  )

  await step(
    'what a tab queued that is closed in good order is sent by the one that stays',
    async () => {
      const fourth = await third.openTab(third.page.url())
      people.push(fourth)
      fourth.isOutageExpected = true
      await fourth.message('Bob', 'four').waitFor()
      await server.kill()
      await third.write('from the leader')
      await fourth.message('You', 'from the leader', 'waiting').waitFor()
      await third.page.close({ runBeforeUnload: false })
      await server.start()
      await fourth.message('You', 'from the leader', 'seen').waitFor()
      assert.equal(await bob.message('Ann', 'from the leader').count(), 1)
      tabs = [fourth, await fourth.openTab(fourth.page.url())]
      people.push(tabs[1])
      for (const person of people) person.isOutageExpected = false
    },
  )

  await step('signing out in one tab signs out the other at once, in both directions', async () => {
    const his = [bob, await bob.openTab(bob.page.url())]
    people.push(his[1])
    await his[1].heading('Ann').waitFor()
    assert.deepEqual(sockets([...tabs, ...his]), [1, 0, 1, 0])
    for (const [leaver, other] of [his, [...tabs].reverse()]) {
      await leaver.page.getByRole('link', { name: 'Your profile' }).click()
      await leaver.page.getByRole('button', { name: 'Sign out' }).click()
      const isOut = tab => tab.page.getByRole('textbox', { name: 'E-mail address' }).waitFor()
      await isOut(leaver)
      await behind('signing out', () => isOut(other))
      assert.equal(await other.page.getByText('from the leader').count(), 0)
    }
  })

  await step('no page had an error', async () => {
    assert.deepEqual(
      people.flatMap(person => person.problems),
      [],
    )
  })
})

const sockets = tabs => tabs.map(tab => tab.sockets.size)

/** One that was given up may be told of late. */
const hasOneConnection = tabs => sockets(tabs).reduce((sum, one) => sum + one) === 1

/** The process of the tab ends in the middle of what it does. */
async function crash(tab) {
  const session = await tab.context.newCDPSession(tab.page)
  const isGone = new Promise(resolve => tab.page.once('crash', resolve))
  session.send('Page.crash').catch(() => {})
  await isGone
  tab.sockets.clear()
}

/** To the list alone, as the back button does, without loading the page again. */
async function leaveChat({ page }) {
  await page.evaluate(() => history.pushState(null, '', '/'))
  await page.getByRole('heading', { name: 'Pick a conversation' }).waitFor()
  await page.getByRole('tab', { name: 'Chats' }).click()
}

/** What was said, from the first message on. */
function texts(person) {
  return person.page
    .getByRole('list', { name: 'Messages' })
    .locator('[data-testid="message"] p')
    .allTextContents()
}
