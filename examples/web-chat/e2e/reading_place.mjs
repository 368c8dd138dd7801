// A chat of two thousand messages and sixty images: where one reads stays where it is, in pixels.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inWords, whileScrolling } from './frames.mjs'
import { Person } from './person.mjs'
import { picture } from './picture.mjs'
import { fromEnd, gate, measurable, moved, painted, places, whileRecording } from './reading.mjs'
import { Robot } from './robot.mjs'
import { startServer, until } from './server.mjs'
import { openBrowser, stepper, storyDeadlineMs } from './story.mjs'

/** What the eye forgives. */
const still = 2
const words =
  'The quick brown fox jumps over the lazy dog and thinks about it for the rest of the day'.split(
    ' ',
  )
/** Of one line to five, so that no guess of a height is right. */
const said = number => {
  const rest = Array.from(
    { length: (number * 7) % 43 },
    (_, at) => words[(number + at) % words.length],
  )
  return [`message ${number}`, ...rest].join(' ')
}
const numbers = (from, count) => Array.from({ length: count }, (_, at) => from + at)
const pictures = [picture(640, 480), picture(300, 900), picture(1200, 400)]

test('the place one reads at', { timeout: storyDeadlineMs }, async t => {
  const server = await startServer({ RELAY_RATE_LIMITS: 'off' })
  t.after(() => server.end())
  const browser = await openBrowser(t)
  const ann = await Person.arrive('Ann', server, browser)
  const { page } = ann
  // What is kept from an earlier visit is there at once; here pages shall come over the network, late.
  await ann.context.addInitScript(() => {
    Object.defineProperty(globalThis, 'indexedDB', { value: undefined })
  })
  const step = stepper(t, [ann], server)
  const list = page.getByRole('list', { name: 'Messages' })
  const newest = page.getByRole('button', { name: /^Jump to newest/ })
  const scrollTo = top => page.evaluate(top => globalThis.reading.list().scrollTo(0, top), top)
  const height = () => page.evaluate(() => globalThis.reading.list().scrollHeight)
  const divider = () => list.getByText(/new messages?$/)
  let hands, bob, withBob, cem, withCem

  const open = async person => {
    await ann.chatRow(person).click()
    await ann.heading(person.name).waitFor()
    // Until the list stands where it opens, it is laid out but not shown.
    await list.getByRole('listitem').first().waitFor()
    await measurable(page)
    await painted(page)
  }
  const isAtEnd = async () => Math.abs(await fromEnd(page)) <= 1
  const untilAtEnd = () => until('the end', isAtEnd)

  await step('two chats with more than anybody can have on screen', async () => {
    await ann.logIn()
    hands = await Robot.behind(ann)
    bob = await Robot.arrive('Bob', server)
    cem = await Robot.arrive('Cem', server)
    withBob = await bob.openDirect(hands.id)
    withCem = await cem.openDirect(hands.id)
    for (const part of numbers(0, 10)) {
      const texts = numbers(part * 200, 200).map(said)
      await Promise.all([
        bob.chatter(withBob, texts.slice(0, 100)),
        hands.chatter(withBob, texts.slice(100)),
        ...numbers(0, 6).map(at => bob.showImage(withBob, pictures[at % 3], `${part}–${at}`)),
      ])
    }
    await cem.chatter(withCem, numbers(0, 80).map(said))
    await hands.say(withCem, 'Read up to here')
    await cem.chatter(withCem, numbers(100, 700).map(said))
    await hands.say(withBob, 'And read up to here')
    for (const number of numbers(0, 12)) await bob.say(withBob, said(number * 5))
    await page.reload()
  })

  await step('a chat opens at the unread divider, in the upper third', async () => {
    await open({ name: 'Bob' })
    const { y } = await divider().boundingBox()
    assert.ok(y > 64 && y < 800 / 3, `the divider is at ${y}`)
    assert.equal(await divider().textContent(), '12 new messages')
    const before = await places(page)
    await bob.say(withBob, 'One more')
    await ann.chatRow({ name: 'Bob' }).getByText('One more').waitFor()
    await painted(page)
    assert.equal(await divider().textContent(), '12 new messages')
    assert.ok(moved(before, await places(page)) <= still)
  })

  await step('at the end, what arrives is followed, and a late image changes nothing', async () => {
    await newest.click()
    await untilAtEnd()
    const images = await gate(page, '**/v1/blobs/**')
    images.close()
    for (const number of numbers(0, 10)) await bob.say(withBob, said(number * 3))
    await bob.showImage(withBob, pictures[1], 'a late one')
    for (const number of numbers(10, 9)) await bob.say(withBob, said(number * 3))
    await bob.say(withBob, 'the twentieth')
    await ann.message('Bob', 'the twentieth').waitFor()
    await painted(page)
    assert.ok(await isAtEnd(), `${await fromEnd(page)} px from the end`)
    images.open()
    await page.waitForFunction(() => [...document.images].every(image => image.complete))
    await painted(page)
    assert.ok(await isAtEnd(), `${await fromEnd(page)} px from the end`)
    await page.unroute('**/v1/blobs/**')
  })

  await step('above the end nothing moves, and a button counts and leads down', async () => {
    for (const motion of ['no-preference', 'reduce']) {
      await page.emulateMedia({ reducedMotion: motion })
      await page.mouse.move(800, 400)
      await page.mouse.wheel(0, -300)
      await until('300 px', async () => (await fromEnd(page)) === 300)
      const before = await places(page)
      for (const number of numbers(0, 3)) await bob.say(withBob, said(number * 9))
      await page.getByRole('button', { name: 'Jump to newest, 3 new messages' }).waitFor()
      assert.ok(moved(before, await places(page)) <= still)
      await newest.click()
      await untilAtEnd()
      await newest.waitFor({ state: 'detached' })
    }
    await page.emulateMedia({ reducedMotion: null })
  })

  await step('forty pages are put above without a movement', async () => {
    const pages = await gate(page, '**/messages?*before=*')
    const heapBefore = await heap(page)
    let worst = 0
    for (const _ of numbers(0, 40)) {
      pages.close()
      await scrollTo(0)
      await painted(page)
      const [before, heightBefore] = [await places(page), await height()]
      pages.open()
      await until('an older page', async () => (await height()) > heightBefore)
      await painted(page)
      worst = Math.max(worst, moved(before, await places(page)))
    }
    t.diagnostic(`40 pages above: ${worst} px at most`)
    assert.ok(worst <= still, `${worst} px`)
    const count = await page.evaluate(() => globalThis.reading.list().querySelectorAll('*').length)
    t.diagnostic(`${count} elements in the list`)
    assert.ok(count < 400, `${count} elements`)
    await page.unroute('**/messages?*before=*')
    for (const pxPerFrame of [40, 400]) {
      const seen = await whileScrolling(page, 'section[aria-label=Messages]', { pxPerFrame })
      t.diagnostic(`two thousand messages, ${pxPerFrame} px a frame: ${inWords(seen)}`)
      assert.ok(seen.elements < 400, `${seen.elements} elements`)
    }
    await newest.click()
    await untilAtEnd()
    const grown = (await heap(page)) - heapBefore
    t.diagnostic(`the heap has grown by ${Math.round(grown / 1024)} KiB`)
    assert.ok(grown < 20 * 1024 * 1024, `${grown} bytes`)
  })

  await step(
    'a fling of the wheel goes as far as the wheel turned, also through images',
    async () => {
      await page.reload()
      await open({ name: 'Bob' })
      await scrollTo(1e9)
      await untilAtEnd()
      const images = await gate(page, '**/v1/blobs/**')
      images.close()
      await page.mouse.move(800, 400)
      for (const round of numbers(0, 8)) {
        const steps = await whileRecording(page, async () => {
          const from = await height().then(async all => all - (await fromEnd(page)))
          for (const _ of numbers(0, 10)) await page.mouse.wheel(0, -300)
          await until('the wheel', async () => {
            const now = await height().then(async all => all - (await fromEnd(page)))
            return now !== from && (await isStill(page))
          })
        })
        const way = steps.reduce((sum, step) => sum + step.way, 0)
        assert.ok(Math.abs(way - 3000) <= still, `round ${round}: ${way} px instead of 3000`)
        assert.ok(Math.min(...steps.map(({ least }) => least)) >= -still, 'never backwards')
        assert.ok(
          Math.max(...steps.map(({ least, most }) => most - least)) <= still,
          'all together',
        )
      }
      const before = await places(page)
      images.open()
      await page.waitForFunction(() => [...document.images].every(image => image.complete))
      await painted(page)
      assert.ok(moved(before, await places(page)) <= still)
      await page.unroute('**/v1/blobs/**')
    },
  )

  await step('another size of the window and of the composer keeps the place', async () => {
    const kept = async change => {
      const before = await places(page)
      const [anchor, top] = Object.entries(before).find(([, offset]) => offset >= 0)
      await change()
      await painted(page)
      const way = async () => Math.abs((await places(page))[anchor] - top)
      await until('the same place', async () => (await way()) <= still)
    }
    for (const [width, height] of [
      [1000, 800],
      [700, 700],
      [390, 844],
      [390, 500],
      [1280, 800],
    ])
      await kept(() => page.setViewportSize({ width, height }))
    await kept(() => ann.composer().fill('one\ntwo\nthree\nfour\nfive'))
    await kept(() => ann.composer().fill(''))
    await newest.click()
    await untilAtEnd()
    for (const [width, height] of [
      [900, 600],
      [390, 500],
      [1280, 800],
    ]) {
      await page.setViewportSize({ width, height })
      await untilAtEnd()
    }
    await ann.composer().fill('one\ntwo\nthree\nfour\nfive')
    await untilAtEnd()
    await ann.composer().fill('')
    await untilAtEnd()
  })

  await step('seven hundred unread messages are read from the first one on', async () => {
    await ann.chatRow({ name: 'Cem' }).getByText('700 unread messages').waitFor()
    await open({ name: 'Cem' })
    assert.equal(await divider().textContent(), '700 new messages')
    const { y } = await divider().boundingBox()
    assert.ok(y > 64 && y < 800 / 3, `the divider is at ${y}`)
    await page.mouse.move(800, 400)
    const steps = await whileRecording(page, async () => {
      for (const _ of numbers(0, 10)) await page.mouse.wheel(0, 400)
      await until('the wheel', async () => (await divider().count()) === 0 && (await isStill(page)))
    })
    const way = steps.reduce((sum, step) => sum + step.way, 0)
    assert.ok(Math.abs(way + 4000) <= still, `${way} px`)
  })

  await step('a chat that is opened again is where it was left', async () => {
    const before = await places(page)
    await open({ name: 'Bob' })
    assert.ok(await isAtEnd())
    await open({ name: 'Cem' })
    assert.ok(moved(before, await places(page)) <= still)
  })

  await step('writing in the past leads to the end', async () => {
    await ann.write('Oh, I see')
    await ann.message('You', 'Oh, I see', 'sent').waitFor()
    await untilAtEnd()
    await newest.waitFor({ state: 'detached' })
  })

  await step('no page had an error', async () => assert.deepEqual(ann.problems, []))
})

/** Nothing has moved for two frames, and the list does not think that it scrolls. */
async function isStill(page) {
  const before = await places(page)
  await painted(page)
  const after = await places(page)
  return Object.keys(before).every(key => before[key] === after[key])
}

/** What JavaScript holds on to, in bytes. */
async function heap(page) {
  const session = await page.context().newCDPSession(page)
  await session.send('HeapProfiler.collectGarbage')
  const { usedSize } = await session.send('Runtime.getHeapUsage')
  await session.detach()
  return usedSize
}
