// Two people, a real browser, the real server: the way from the login page to a conversation and
// back out. Steps build on each other, so the first failure ends the story.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { look } from './looks.mjs'
import { Person } from './person.mjs'
import { picture } from './picture.mjs'
import { codeFor, startServer, until } from './server.mjs'
import { openBrowser, stepper, storyDeadlineMs } from './story.mjs'

test('two people talk', { timeout: storyDeadlineMs }, async t => {
  const server = await startServer()
  t.after(() => server.end())
  const browser = await openBrowser(t)
  const ann = await Person.arrive('Ann', server, browser)
  const bob = await Person.arrive('Bob', server, browser)
  const people = [ann, bob]
  const findings = []
  const step = stepper(t, people, server)

  await step('the login page asks for an address, and refuses a bad one itself', async () => {
    await ann.page.goto('/')
    const field = ann.page.getByRole('textbox', { name: 'E-mail address' })
    await field.waitFor()
    assert.equal(await field.evaluate(input => input === document.activeElement), true)
    findings.push(...(await look(ann, 'login')))
    await field.fill('not an address')
    await field.press('Enter')
    await ann.page.getByText('does not look like an e-mail address').waitFor()
  })

  await step(
    'a wrong code is refused in words, and the code of the development inbox logs in',
    async () => {
      const { page } = ann
      await page.getByRole('textbox', { name: 'E-mail address' }).fill(ann.email)
      await page.getByRole('button', { name: 'Continue' }).click()
      const field = page.getByRole('textbox', { name: 'Six-digit code' })
      await field.waitFor()
      await page.getByRole('region', { name: 'Development inbox' }).waitFor()
      findings.push(...(await look(ann, 'verify')))
      const code = await codeFor(server, ann.email)
      // Chromium writes every answer of 400 and above to the console: this one is wanted.
      ann.expect(/401 \(Unauthorized\)/)
      await field.fill(code === '000000' ? '000001' : '000000')
      await page.getByRole('alert').filter({ hasText: 'not right' }).waitFor()
      await page.getByRole('button', { name: 'Use this code' }).click()
      findings.push(...(await look(ann, 'welcome')))
      await ann.chooseName()
    },
  )

  await step('the list of people leads to a conversation', async () => {
    findings.push(...(await look(ann, 'empty')))
    await bob.logIn()
    await ann.openChatWith(bob)
    await ann.page.getByText('online', { exact: true }).first().waitFor()
  })

  await step('a text arrives, is delivered in the list and seen in the conversation', async () => {
    await ann.write('Hello Bob')
    await bob.page.getByRole('tab', { name: 'Chats' }).click()
    await bob.chatRow(ann).getByText('Hello Bob').waitFor()
    await ann.message('You', 'Hello Bob', 'delivered').waitFor()
    await bob.chatRow(ann).getByText('Hello Bob').click()
    await bob.message('Ann', 'Hello Bob').waitFor()
    await ann.message('You', 'Hello Bob', 'seen').waitFor()
  })

  await step('an answer arrives while both look', async () => {
    await bob.write('Hello Ann, <b>not bold</b>')
    await ann.message('Bob', 'Hello Ann, <b>not bold</b>').waitFor()
    await bob.message('You', 'Hello Ann', 'seen').waitFor()
  })

  await step('typing shows at the other side and ends by itself', async () => {
    await bob.composer().pressSequentially('I am thi')
    const sign = ann.page.getByRole('main').getByText('Bob is typing…').first()
    await sign.waitFor()
    await bob.composer().fill('')
    await sign.waitFor({ state: 'hidden' })
  })

  await step('an image arrives with its caption and opens', async () => {
    const chooser = ann.page.waitForEvent('filechooser')
    await ann.page.getByRole('button', { name: 'Attach files' }).click()
    const file = { name: 'evening.png', mimeType: 'image/png', buffer: picture(640, 480) }
    await (await chooser).setFiles([file])
    await ann.write('The evening')
    await ann.message('You', 'The evening', 'seen').waitFor()
    await bob.message('Ann', 'The evening').waitFor()
    await bob.page.getByRole('button', { name: /^Open image/ }).click()
    const viewer = bob.page.getByRole('dialog', { name: 'Image viewer' })
    await viewer.getByRole('img').first().waitFor()
    findings.push(...(await look(bob, 'lightbox')))
    await bob.page.keyboard.press('Escape')
    await viewer.waitFor({ state: 'hidden' })
    findings.push(...(await look(bob, 'chat')))
  })

  await step('a reload opens the same conversation', async () => {
    await ann.page.reload()
    await ann.heading('Bob').waitFor()
    await ann.message('You', 'Hello Bob', 'seen').waitFor()
    await ann.message('You', 'The evening', 'seen').waitFor()
  })

  await step('a group begins with a name and its members, and shows who they are', async () => {
    const { page } = ann
    await page.getByRole('tab', { name: 'People' }).click()
    await page.getByRole('button', { name: 'New group' }).click()
    const dialog = page.getByRole('dialog', { name: 'New group' })
    await dialog.getByRole('textbox', { name: 'Name of the group' }).fill('Weekend trip')
    await dialog.getByRole('button', { name: 'Create group' }).click()
    await dialog.getByText('Choose at least one person.').waitFor()
    await dialog.getByRole('checkbox', { name: 'Bob' }).check()
    findings.push(...(await look(ann, 'new-group')))
    await dialog.getByRole('button', { name: 'Create group of 2' }).click()
    await ann.heading('Weekend trip').waitFor()
    await bob.chatRow({ name: 'Weekend trip' }).waitFor()
    await page.getByRole('button', { name: 'Show 2 members' }).click()
    const group = page.getByRole('dialog', { name: 'About this group' })
    const row = name => group.getByRole('listitem').filter({ hasText: name })
    await row('Bob').getByText('online').waitFor()
    await row('Ann (you)').getByText('Owner').waitFor()
    await group.getByRole('textbox', { name: 'Name of the group' }).fill('Trip to the sea')
    await group.getByRole('textbox', { name: 'Description' }).fill('Train at eight')
    await group.getByRole('button', { name: 'Save' }).click()
    await bob.chatRow({ name: 'Trip to the sea' }).waitFor()
    await row('Bob').getByRole('button', { name: 'Actions for Bob' }).click()
    await page.getByRole('menuitem', { name: 'Make administrator' }).click()
    await row('Bob').getByText('Administrator').waitFor()
    findings.push(...(await look(ann, 'group')))
    await row('Bob').getByRole('button', { name: 'Actions for Bob' }).click()
    await page.getByRole('menuitem', { name: 'Remove from the group' }).click()
    await bob.chatRow({ name: 'Trip to the sea' }).waitFor({ state: 'detached' })
    await group.getByRole('button', { name: 'Add people' }).click()
    const adding = page.getByRole('dialog', { name: 'Add people' })
    await adding.getByRole('checkbox', { name: 'Bob' }).check()
    await adding.getByRole('button', { name: 'Add people' }).click()
    await bob.chatRow({ name: 'Trip to the sea' }).waitFor()
    await page.keyboard.press('Escape')
    await group.waitFor({ state: 'hidden' })
    await page.goBack()
    await ann.heading('Bob').waitFor()
  })

  await step('nothing is cut off at 320 px, at 200 % and from right to left', async () => {
    const { page } = ann
    for (const direction of ['ltr', 'rtl']) {
      await page.evaluate(dir => document.documentElement.setAttribute('dir', dir), direction)
      for (const [width, height] of [
        [320, 640],
        [640, 400],
        [1280, 800],
      ]) {
        await page.setViewportSize({ width, height })
        assert.deepEqual(await cutOff(page), [], `${direction}, ${width} px`)
      }
    }
    await page.evaluate(() => document.documentElement.removeAttribute('dir'))
  })

  await step('a draft is in the other tab too', async () => {
    const { page } = bob
    const other = await bob.context.newPage()
    await other.goto(page.url())
    const field = other.getByRole('textbox', { name: 'Message', exact: true })
    await field.waitFor()
    await bob.composer().fill('Half a sen')
    await until('the draft', async () => (await field.inputValue()) === 'Half a sen')
    await bob.composer().fill('')
    await until('no draft', async () => (await field.inputValue()) === '')
    await other.close()
  })

  await step('what is written while the server is dead arrives once after its return', async () => {
    for (const person of people) person.isOutageExpected = true
    await server.kill()
    await ann.page.getByRole('status', { name: 'Connection' }).first().waitFor()
    await ann.write('Into the silence')
    await ann.message('You', 'Into the silence', 'waiting').waitFor()
    await server.start()
    await ann.message('You', 'Into the silence', 'seen').waitFor()
    await bob.message('Ann', 'Into the silence').waitFor()
    assert.equal(await bob.message('Ann', 'Into the silence').count(), 1)
    for (const person of people) person.isOutageExpected = false
  })

  await step('a new name reaches the other side at once', async () => {
    await bob.page.getByRole('link', { name: 'Your profile' }).click()
    const field = bob.page.getByRole('textbox', { name: 'Your name' })
    await field.fill('Robert')
    await bob.page.getByRole('button', { name: 'Save name' }).click()
    await ann.heading('Robert').waitFor()
    findings.push(...(await look(bob, 'profile')))
  })

  await step('signing out leaves nothing behind, and the other side sees it', async () => {
    await bob.page.getByRole('button', { name: 'Sign out' }).click()
    await bob.page.getByRole('textbox', { name: 'E-mail address' }).waitFor()
    await bob.page.goBack().catch(() => undefined)
    await bob.page.getByRole('textbox', { name: 'E-mail address' }).waitFor()
    assert.equal(await bob.page.getByText('Hello').count(), 0)
    await ann.page
      .getByText(/last seen/)
      .first()
      .waitFor()
  })

  await step('no page had an error or asked anybody else', async () => {
    assert.deepEqual(
      people.flatMap(person => person.problems),
      [],
    )
  })

  await step('axe finds nothing serious on any page', async () => {
    assert.deepEqual(findings, [])
  })
})

/** What a person can press or read in the conversation and that lies beside the page. */
function cutOff(page) {
  return page.evaluate(() => {
    const wanted = document.querySelectorAll('main button, main a, main h1, main p, main textarea')
    return [...wanted]
      .filter(element => element.checkVisibility({ visibilityProperty: true }))
      .filter(element => {
        const { left, right, width } = element.getBoundingClientRect()
        return width > 0 && (left < -1 || right > innerWidth + 1)
      })
      .map(element => element.outerHTML.slice(0, 120))
  })
}
