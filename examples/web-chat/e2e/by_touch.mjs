// On a phone, with a finger: list and chat are screens of their own, a long press opens what one can do
// with a message, and the keyboard's Enter is a new line.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { look } from './looks.mjs'
import { Person } from './person.mjs'
import { Robot } from './robot.mjs'
import { startServer, until } from './server.mjs'
import { openBrowser, stepper, storyDeadlineMs } from './story.mjs'

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }

/** The rows that are there: their names, their places, and how many there are to be. */
const shownIn = list =>
  list.getByRole('listitem').evaluateAll(rows =>
    rows.map(row => ({
      name: row.querySelector('.name').textContent,
      at: Number(row.ariaPosInSet) - 1,
      of: Number(row.ariaSetSize),
    })),
  )

test('with a finger', { timeout: storyDeadlineMs }, async t => {
  const server = await startServer({ RELAY_RATE_LIMITS: 'off' })
  t.after(() => server.end())
  const browser = await openBrowser(t)
  const ann = await Person.arrive('Ann', server, browser, phone)
  const { page } = ann
  const step = stepper(t, [ann], server)
  const menu = page.getByRole('menu', { name: 'Message actions' })
  const findings = []
  let bob, chatId

  /** A finger that stays until something has opened. */
  const holdOn = async (locator, opened) => {
    await opened.waitFor({ state: 'hidden' })
    const finger = await ann.context.newCDPSession(page)
    const { x, y, width, height } = await locator.boundingBox()
    const at = [{ x: x + width / 2, y: y + height / 2 }]
    await finger.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: at })
    await opened.waitFor()
    await finger.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
    await finger.detach()
  }
  const hold = text => holdOn(ann.message(text).locator('[data-bubble]'), menu)
  const choose = async words => {
    await menu.getByRole('menuitem', { name: words, exact: true }).tap()
    await menu.waitFor({ state: 'detached' })
  }

  await step('a tap leads from the list to a chat, and back to where one was', async () => {
    await ann.logIn()
    const hands = await Robot.behind(ann)
    bob = await Robot.arrive('Bob', server)
    const groups = Array.from({ length: 30 }, (_, number) => `Group ${number}`)
    await bob.beginGroups(groups, [hands.id])
    chatId = await bob.openDirect(hands.id)
    await bob.say(chatId, 'Shall we go?')
    const list = page.getByRole('list', { name: 'Chats' })
    const { items } = await hands.call('GET', '/v1/chats?limit=100')
    const names = items.map(({ name }) => name ?? 'Bob')
    await until('all chats in the order of the server', async () => {
      const rows = await shownIn(list)
      return (
        rows.length > 9 &&
        rows.every(({ name, at, of }) => name === names[at] && of === names.length)
      )
    })
    const name = names[9]
    const row = list.getByRole('listitem').filter({ has: page.getByText(name, { exact: true }) })
    await row.scrollIntoViewIfNeeded()
    const { y } = await row.boundingBox()
    await row.tap()
    await ann.heading(name).waitFor()
    assert.equal(await page.getByRole('navigation', { name: 'Conversations' }).count(), 0)
    await page.getByRole('link', { name: 'Back to chats' }).tap()
    await list.waitFor()
    const after = await row.boundingBox()
    assert.ok(Math.abs(after.y - y) <= 1, `the row is ${after.y - y} px from where it was`)
    await page.goto(`/chat/${chatId}`)
    await ann.message('Bob', 'Shall we go?').waitFor()
  })

  await step('Enter is a new line, the button sends', async () => {
    await ann.composer().tap()
    await ann.composer().fill('One')
    await ann.composer().press('Enter')
    await page.keyboard.type('two')
    assert.equal(await ann.composer().inputValue(), 'One\ntwo')
    await page.getByRole('button', { name: 'Send', exact: true }).tap()
    await ann.message('You', 'One').waitFor()
    assert.equal(await ann.composer().inputValue(), '')
  })

  await step('a long press opens what one can do, and the finger may be lifted', async () => {
    await hold('Shall we go?')
    await page.evaluate(() => new Promise(done => requestAnimationFrame(() => done())))
    assert.equal(await menu.count(), 1)
    await page.screenshot({
      path: `${process.env.SCREENSHOTS ?? 'screenshots'}/long-press-phone.png`,
    })
    await menu.getByRole('menuitem', { name: 'React with 👍' }).tap()
    await ann.message('Bob', 'Shall we go?').getByRole('button', { name: /^👍/ }).waitFor()
  })

  await step('and answers, changes and deletes from there', async () => {
    await hold('Shall we go?')
    await choose('Reply')
    await page.getByText('Reply to Bob', { exact: true }).waitFor()
    await ann.composer().fill('At sx')
    await page.getByRole('button', { name: 'Send', exact: true }).tap()
    await ann.message('You', 'Reply to Bob', 'At sx', 'sent').waitFor()
    await hold('At sx')
    await choose('Edit')
    await page.waitForFunction(() => document.activeElement?.value === 'At sx')
    await ann.composer().fill('At six')
    await page.getByRole('button', { name: 'Save changes' }).tap()
    await ann.message('You', 'At six').getByText('edited').waitFor()
    await hold('One')
    await choose('Delete')
    const sure = page.getByRole('dialog', { name: 'Delete this message?' })
    await sure.getByRole('button', { name: 'Delete' }).tap()
    await ann.message('You deleted this message').waitFor()
    await sure.waitFor({ state: 'hidden' })
  })

  await step('a long press on a reaction tells whose it is', async () => {
    const chip = ann.message('Bob', 'Shall we go?').getByRole('button', { name: /^👍/ })
    const dialog = page.getByRole('dialog', { name: 'Reactions' })
    await holdOn(chip, dialog)
    await dialog.getByRole('listitem').filter({ hasText: 'Ann (you)' }).waitFor()
    findings.push(...(await look(ann, 'who-by-touch')))
    await page.setViewportSize(phone.viewport)
    await dialog.getByRole('button', { name: 'Close' }).tap()
    await dialog.waitFor({ state: 'hidden' })
    // Lifting the finger did not take it back.
    assert.equal(await chip.getAttribute('aria-pressed'), 'true')
  })

  await step('what a finger is to meet is large enough', async () => {
    const tooSmall = () => {
      const least = 44
      const reach = element => {
        const box = element.getBoundingClientRect()
        const { top, bottom, left, right, content } = getComputedStyle(element, '::before')
        if (content === 'none') return box
        const more = side => Math.max(0, -(Number.parseFloat(side) || 0))
        return {
          width: box.width + more(left) + more(right),
          height: box.height + more(top) + more(bottom),
        }
      }
      return [...document.querySelectorAll('button, a[href], textarea, input')]
        .filter(element => element.checkVisibility({ visibilityProperty: true }))
        .filter(element => element.closest('.sr-only, [inert]') === null && !element.hidden)
        .filter(element => element.getBoundingClientRect().bottom > 0)
        .filter(element => Math.round(reach(element).height) < least)
        .map(element => `${element.ariaLabel ?? element.textContent}: ${reach(element).height}`)
    }
    const main = page.getByRole('main')
    for (const [path, sign] of [
      [`/chat/${chatId}`, ann.composer()],
      ['/', ann.chatRow({ name: 'Bob' })],
      ['/people', page.getByRole('list', { name: 'People' }).getByText('Bob')],
      ['/profile', main.getByRole('button', { name: 'Sign out' })],
    ]) {
      await page.goto(path)
      await sign.waitFor()
      assert.deepEqual(await page.evaluate(tooSmall), [], path)
    }
    await page.goto(`/chat/${chatId}`)
  })

  await step('nothing serious was found, and no page had an error', async () => {
    await until('everything is read', async () => (await page.title()) === 'RelayChat')
    assert.deepEqual(findings, [])
    assert.deepEqual(ann.problems, [])
  })
})
