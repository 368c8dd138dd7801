// Without a network: what a reload still shows, what is sent afterwards and how often, and what becomes
// of a page whose storage is taken away.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { look } from './looks.mjs'
import { Person } from './person.mjs'
import { picture } from './picture.mjs'
import { startServer, until } from './server.mjs'
import { keepsChats, kept } from './store.mjs'
import { openBrowser, stepper, storyDeadlineMs } from './story.mjs'

const phone = { width: 390, height: 844 }

test('a page without a network', { timeout: storyDeadlineMs }, async t => {
  const server = await startServer()
  t.after(() => server.end())
  const browser = await openBrowser(t)
  const ann = await Person.arrive('Ann', server, browser)
  const bob = await Person.arrive('Bob', server, browser, { viewport: phone })
  const people = [ann, bob]
  const findings = []
  const step = stepper(t, people, server)

  await step('two people are in one chat, and the shell is kept', async () => {
    await ann.logIn()
    await bob.logIn()
    await ann.openChatWith(bob)
    await ann.write('one')
    await bob.page.getByRole('tab', { name: 'Chats' }).click()
    await bob.chatRow(ann).click()
    await bob.message('Ann', 'one').waitFor()
    await bob.write('two')
    await ann.message('Bob', 'two').waitFor()
    for (const { page } of people) {
      await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))
    }
    const headers = await ann.page.evaluate(async () => {
      const answer = await fetch('/sw.js', { cache: 'no-store' })
      return ['content-type', 'cache-control'].map(name => answer.headers.get(name))
    })
    assert.deepEqual(headers, ['text/javascript; charset=utf-8', 'no-cache'])
  })

  await step('a reload without a server shows the chats and what was said', async () => {
    for (const person of people) person.isOutageExpected = true
    await server.kill()
    for (const [person, other, text] of [
      [ann, bob, 'two'],
      [bob, ann, 'one'],
    ]) {
      await person.page.reload()
      await person.heading(other.name).waitFor()
      await person.message(other.name, text).waitFor()
    }
    await ann.page.getByRole('tab', { name: 'Chats' }).click()
    await ann.chatRow(bob).getByText('two').waitFor()
  })

  await step('what is written then is still queued after the next reload', async () => {
    for (const [person, text] of [
      [ann, 'three'],
      [bob, 'four'],
    ]) {
      await person.write(text)
      await person.message('You', text, 'waiting').waitFor()
      await kept(person, 1)
      await person.page.reload()
      await person.message('You', text, 'waiting').waitFor()
    }
    findings.push(...(await look(ann, 'offline')))
    await bob.page.setViewportSize(phone)
  })

  await step('a queued picture is still seen after the next reload', async () => {
    const chooser = ann.page.waitForEvent('filechooser')
    await ann.page.getByRole('button', { name: 'Attach files' }).click()
    const file = { name: 'view.png', mimeType: 'image/png', buffer: picture(320, 200) }
    await (await chooser).setFiles([file])
    await ann.page.getByRole('button', { name: 'Send', exact: true }).click()
    await kept(ann, 2)
    await ann.page.reload()
    const image = ann.message('You', '1 image', 'waiting').locator('img[alt^="view.png"]')
    const widthOf = one => one.decode().then(() => one.naturalWidth)
    assert.equal(await image.evaluate(widthOf), 320)
    findings.push(...(await look(ann, 'queued')))
  })

  await step('it is sent once when the server is back', async () => {
    await server.start()
    for (const [person, other, text] of [
      [ann, bob, 'three'],
      [bob, ann, 'four'],
    ]) {
      await person.message('You', text, 'seen').waitFor()
      await other.message(person.name, text).waitFor()
    }
    await ann.message('You', '1 image', 'seen').waitFor()
    assert.equal(await bob.message('Ann', '1 image').count(), 1)
    for (const { page } of people) await page.reload()
    for (const person of people) {
      await until('all four, once each', async () => {
        return [...(await texts(person))].sort().join() === 'four,one,three,two'
      })
    }
  })

  await step('a database that is removed under the page is filled anew', async () => {
    const other = await ann.context.newPage()
    await other.goto('/favicon.svg')
    await other.evaluate(removeDatabases)
    await other.close()
    await until('a new database', () => keepsChats(ann))
    await server.kill()
    await ann.page.reload()
    await ann.message('Bob', 'four').waitFor()
    assert.deepEqual([...(await texts(ann))].sort(), ['four', 'one', 'three', 'two'])
  })

  await step('what is queued survives even that, and is sent once', async () => {
    await ann.write('five')
    await kept(ann, 1)
    const devtools = await ann.context.newCDPSession(ann.page)
    const eviction = { origin: server.url, storageTypes: 'indexeddb' }
    await devtools.send('Storage.clearDataForOrigin', eviction)
    await kept(ann, 1)
    await ann.page.reload()
    await ann.message('You', 'five', 'waiting').waitFor()
    await server.start()
    await ann.message('You', 'five', 'seen').waitFor()
    assert.equal(await bob.message('Ann', 'five').count(), 1)
  })

  await step(
    'a browser that has forgotten everything asks for a login, and starts over',
    async () => {
      const session = await ann.page.evaluate(() => ({ ...localStorage }))
      const devtools = await ann.context.newCDPSession(ann.page)
      await devtools.send('Storage.clearDataForOrigin', { origin: server.url, storageTypes: 'all' })
      await ann.page.reload()
      await ann.page.getByRole('textbox', { name: 'E-mail address' }).waitFor()
      // Two codes within a minute are not sent: the session of before is as good as a new login.
      await ann.page.evaluate(found => Object.assign(localStorage, found), session)
      await ann.page.goto('/')
      await ann.chatRow(bob).click()
      await ann.message('You', 'five', 'seen').waitFor()
      assert.deepEqual([...(await texts(ann))].sort(), ['five', 'four', 'one', 'three', 'two'])
    },
  )

  await step('signing out leaves no database', async () => {
    await until('a database', () => keepsChats(ann))
    await ann.page.getByRole('link', { name: 'Your profile' }).click()
    await ann.page.getByRole('button', { name: 'Sign out' }).click()
    await ann.page.getByRole('textbox', { name: 'E-mail address' }).waitFor()
    await until('no database', () =>
      ann.page.evaluate(async () => (await indexedDB.databases()).length === 0),
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

function texts(person) {
  return person.page
    .getByRole('list', { name: 'Messages' })
    .locator('[data-testid="message"] p')
    .allTextContents()
}

/** Runs in a page. */
async function removeDatabases() {
  for (const { name } of await indexedDB.databases()) {
    await new Promise((resolve, reject) => {
      const removal = indexedDB.deleteDatabase(name)
      removal.onsuccess = resolve
      removal.onerror = reject
    })
  }
}
