// The whole way by keyboard alone: in by a code, to a chat, a message, a reaction, an image, the profile,
// and out again. Wherever the focus is, one sees it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Person } from './person.mjs'
import { picture } from './picture.mjs'
import { Robot } from './robot.mjs'
import { codeFor, startServer, until } from './server.mjs'
import { openBrowser, stepper, storyDeadlineMs } from './story.mjs'

/** More than there is to be reached on any of the pages: who needs more goes in circles. */
const tabsMax = 60

test('by keyboard alone', { timeout: storyDeadlineMs }, async t => {
  const server = await startServer({ RELAY_RATE_LIMITS: 'off' })
  t.after(() => server.end())
  const browser = await openBrowser(t)
  const ann = await Person.arrive('Ann', server, browser, {
    permissions: ['clipboard-read', 'clipboard-write'],
  })
  const { page } = ann
  const { keyboard } = page
  const step = stepper(t, [ann], server)
  const unseen = []

  /** What has the focus: its role and name, and whether it can be told from the rest. */
  const focus = () =>
    page.evaluate(() => {
      const element = document.activeElement ?? document.body
      const label = element.labels?.[0]?.textContent ?? ''
      const name = element.getAttribute('aria-label') ?? (label || element.textContent || '')
      const ringOf = ({ outlineStyle, outlineWidth, boxShadow }) =>
        (outlineStyle !== 'none' && Number.parseFloat(outlineWidth) > 0) ||
        / 0px 0px 0px 2px/.test(boxShadow)
      let isSeen = element === document.body
      // The ring of a field may be drawn around more than the field.
      for (let at = element, up = 0; at !== null && up < 4; at = at.parentElement, up += 1) {
        isSeen ||= ringOf(getComputedStyle(at))
      }
      return { name: name.trim(), tag: element.tagName, isSeen }
    })
  const untilFocus = pattern =>
    until(`the focus on ${pattern}`, async () => pattern.test((await focus()).name))
  /** Types or presses in the one real field of the code, and tells what stands in the boxes then. */
  const codeAfter = async (...keys) => {
    for (const key of keys) await keyboard.press(key)
    return page.evaluate(() => document.activeElement?.value)
  }
  const tabTo = async (pattern, key = 'Tab') => {
    const passed = []
    for (let count = 0; count < tabsMax; count += 1) {
      await keyboard.press(key)
      const { name, tag, isSeen } = await focus()
      if (!isSeen) unseen.push(`${tag} ${name}`)
      if (pattern.test(name)) return
      passed.push(name.slice(0, 24))
    }
    assert.fail(`${pattern} was not reached, but ${passed.join(' | ')}`)
  }

  await step('in by a code, without leaving the keys', async () => {
    await page.goto('/')
    await untilFocus(/^E-mail address$/)
    await keyboard.type(ann.email)
    await keyboard.press('Enter')
    await untilFocus(/^Six-digit code/)
    assert.equal(await codeAfter('1', '2', '3', '4', '5'), '12345')
    assert.equal(await codeAfter('ArrowLeft', 'ArrowLeft', '9'), '12395', 'over the next digit')
    assert.equal(await codeAfter('Backspace'), '1235')
    await page.evaluate(() => navigator.clipboard.writeText('7-7'))
    assert.equal(await codeAfter('Home', 'ArrowRight', 'Control+v'), '1775', 'pasted in the middle')
    assert.equal(await codeAfter('4'), '1774', 'the caret stands behind what was pasted')
    assert.equal(await codeAfter('Control+a', 'Backspace'), '')
    await keyboard.type(await codeFor(server, ann.email))
    await untilFocus(/^Your name$/)
    await keyboard.press('Control+a')
    await keyboard.type('Ann')
    await keyboard.press('Enter')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
  })

  await step('to a chat, and something said in it', async () => {
    const hands = await Robot.behind(ann)
    const bob = await Robot.arrive('Bob', server)
    const chatId = await bob.openDirect(hands.id)
    await bob.showImage(chatId, picture(320, 240), 'Look at this')
    await bob.say(chatId, 'Are you there?')
    await ann.chatRow({ name: 'Bob' }).waitFor()
    await tabTo(/Bob.*Are you there\?/s)
    await keyboard.press('Enter')
    await ann.heading('Bob').waitFor()
    await untilFocus(/^Message$/)
    await keyboard.type('I am')
    await keyboard.press('Enter')
    await ann.message('You', 'I am', 'sent').waitFor()
  })

  await step('to a message, and a reaction to it', async () => {
    await tabTo(/^Messages$/, 'Shift+Tab')
    await keyboard.press('ArrowUp')
    await untilFocus(/^You.*I am/s)
    await keyboard.press('ArrowUp')
    await untilFocus(/^Bob.*Are you there/s)
    await keyboard.press('Enter')
    await page.getByRole('menu', { name: 'Message actions' }).waitFor()
    await keyboard.press('ArrowDown')
    await keyboard.press('Home')
    await untilFocus(/^React with 👍$/)
    await keyboard.press('ArrowRight')
    await untilFocus(/^React with ❤️$/)
    await keyboard.press('Enter')
    await ann.message('Bob', 'Are you there').getByRole('button', { name: /^❤️/ }).waitFor()
    // One goes on from this message.
    await untilFocus(/^Bob.*Are you there|^❤️/s)
  })

  await step('to an image, and back from it', async () => {
    await keyboard.press('ArrowUp')
    await untilFocus(/^Bob.*Look at this/s)
    await tabTo(/^Open image/)
    await keyboard.press('Enter')
    const viewer = page.getByRole('dialog', { name: 'Image viewer' })
    await viewer.waitFor()
    await tabTo(/^Zoom in$/)
    await keyboard.press('Escape')
    await viewer.waitFor({ state: 'hidden' })
    await untilFocus(/^Open image/)
  })

  await step('to the profile, another name, and out', async () => {
    await tabTo(/^Your profile/, 'Shift+Tab')
    await keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Profile' }).waitFor()
    await tabTo(/^Your name$/)
    await keyboard.press('Control+a')
    await keyboard.type('Anna')
    await keyboard.press('Enter')
    await page.getByRole('button', { name: 'Saved' }).waitFor()
    await tabTo(/^Sign out$/)
    await keyboard.press('Enter')
    await untilFocus(/^E-mail address$/)
  })

  await step('the focus was always to be seen, and no page had an error', async () => {
    assert.deepEqual(unseen, [])
    assert.deepEqual(ann.problems, [])
  })
})
