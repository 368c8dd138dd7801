// What is promised in milliseconds, in pixels and in bytes under way: the echo of what one sends, pictures
// that come late, an upload that is called off, a network that is slow, and colours of the system's choice.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { look } from './looks.mjs'
import { Person } from './person.mjs'
import { picture } from './picture.mjs'
import { Robot } from './robot.mjs'
import { startServer, until } from './server.mjs'
import { openBrowser, stepper, storyDeadlineMs } from './story.mjs'

/**
 * Times are printed always, and asserted on a machine that does nothing else: a slow one is no fault of
 * the page. There it is the best of some tries.
 */
const isQuiet = process.env.QUIET_MACHINE === '1'
const echoMs = 50
const tries = 8
const paintMs = 1_000
/** Fast 3G, as the browser's own tools have it. */
const slowNetwork = {
  offline: false,
  latency: 562.5,
  downloadThroughput: 180_000,
  uploadThroughput: 84_375,
}
const fullSpeed = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1 }

/** From the key that sends to the row that shows it, and the row itself. */
const watchEcho = () => {
  const list = document.querySelector('section[aria-label="Messages"]')
  const known = new Set(list.querySelectorAll('[data-key]'))
  globalThis.echo = new Promise(resolve => {
    let pressed = 0
    addEventListener(
      'keydown',
      event => {
        if (event.key === 'Enter') pressed = performance.now()
      },
      { capture: true, once: true },
    )
    const watcher = new MutationObserver(() => {
      const row = [...list.querySelectorAll('[data-key]')].find(
        row => !known.has(row) && row.querySelector('[data-testid="message"]') !== null,
      )
      if (row === undefined) return
      watcher.disconnect()
      globalThis.echoed = row
      requestAnimationFrame(() => resolve(performance.now() - pressed))
    })
    watcher.observe(list, { childList: true, subtree: true })
  })
}

const paintedAfter = page =>
  page.evaluate(() =>
    Math.round(performance.getEntriesByName('first-contentful-paint')[0].startTime),
  )

/** Collects what the browser says has moved among the messages without a hand on it. */
const watchShifts = () => {
  globalThis.shifts = []
  new PerformanceObserver(seen => {
    for (const { value, hadRecentInput, sources } of seen.getEntries()) {
      const moved = sources
        .map(({ node }) => (node instanceof Element ? node : node?.parentElement))
        .filter(element => element?.closest('section[aria-label="Messages"]'))
      if (hadRecentInput || moved.length === 0) continue
      globalThis.shifts.push({
        value,
        moved: moved.map(({ outerHTML }) => outerHTML.slice(0, 120)),
      })
    }
  }).observe({ type: 'layout-shift', buffered: true })
}

test('what is measured', { timeout: storyDeadlineMs }, async t => {
  const server = await startServer({ RELAY_RATE_LIMITS: 'off' })
  t.after(() => server.end())
  const browser = await openBrowser(t)
  const [ann, bob] = [
    await Person.arrive('Ann', server, browser),
    await Person.arrive('Bob', server, browser),
  ]
  const { page } = ann
  const step = stepper(t, [ann, bob], server)
  const findings = []
  let chatId, hands

  await step('two people talk', async () => {
    await ann.logIn()
    await bob.logIn()
    await page.reload()
    await ann.openChatWith(bob)
    await ann.write('Hello')
    await ann.message('You', 'Hello', 'delivered').waitFor()
    chatId = new URL(page.url()).pathname.split('/').at(-1)
    hands = await Robot.behind(bob)
  })

  await step('what one sends stands there at once, and stays the same element', async () => {
    const times = []
    for (let count = 0; count < tries; count += 1) {
      await ann.composer().fill(`Echo ${count}`)
      await page.evaluate(watchEcho)
      await ann.composer().press('Enter')
      times.push(await page.evaluate(() => globalThis.echo))
      await ann.message('You', `Echo ${count}`, 'delivered').waitFor()
      const isSame = await page.evaluate(
        text => globalThis.echoed.isConnected && globalThis.echoed.textContent.includes(text),
        `Echo ${count}`,
      )
      assert.ok(isSame, 'the row was made anew when the server answered')
    }
    const best = Math.min(...times)
    t.diagnostic(`echo after ${times.map(Math.round).join(', ')} ms`)
    if (isQuiet) assert.ok(best < echoMs, `${best} ms at best`)
  })

  await step('pictures that come late move nothing', async () => {
    for (const [width, height] of [
      [640, 480],
      [300, 700],
      [900, 300],
    ]) {
      await hands.showImage(chatId, picture(width, height), `${width} wide`)
    }
    let asked = 0
    let letThrough
    const late = new Promise(resolve => {
      letThrough = resolve
    })
    await page.route('**/v1/blobs/**', async route => {
      asked += 1
      await late
      await route.continue()
    })
    await page.addInitScript(watchShifts)
    await page.reload()
    await ann.message('Bob', '900 wide').waitFor()
    await until('pictures are asked for', async () => asked > 2)
    letThrough()
    const shown = () =>
      [...document.querySelectorAll('[data-bubble] img')].every(
        image => image.complete && image.naturalWidth > 0,
      )
    await page.waitForFunction(shown)
    const shifts = await page.evaluate(
      () => new Promise(done => requestAnimationFrame(() => done(globalThis.shifts))),
    )
    assert.deepEqual(shifts, [])
    await page.unroute('**/v1/blobs/**')
  })

  await step('an upload shows how far it is, and one that is called off is gone', async () => {
    const network = await ann.context.newCDPSession(page)
    await network.send('Network.enable')
    await network.send('Network.emulateNetworkConditions', slowNetwork)
    const chooser = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: 'Attach files' }).click()
    await (await chooser).setFiles([
      { name: 'long.bin', mimeType: '', buffer: randomBytes(3_000_000) },
    ])
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    const progress = ann.message('You', 'long.bin').getByRole('progressbar')
    const percent = async () => Number(await progress.getAttribute('aria-valuenow'))
    const first = await until('some of it is there', percent)
    const later = await until('more of it is there', async () => {
      const now = await percent()
      return now > first && now
    })
    assert.ok(later < 100)
    await page.getByRole('button', { name: 'Cancel upload' }).click()
    await ann.message('You', 'long.bin').waitFor({ state: 'detached' })
    await network.send('Network.emulateNetworkConditions', fullSpeed)
    await network.detach()
    await ann.write('Rather not')
    await ann.message('You', 'Rather not', 'delivered').waitFor()
    const { items } = await hands.call('GET', `/v1/chats/${chatId}/messages?limit=50`)
    assert.ok(
      items.every(({ attachments = [] }) => attachments.every(file => file.kind !== 'file')),
    )
  })

  await step('where the system chooses the colours everything can still be seen', async () => {
    await page.emulateMedia({ forcedColors: 'active' })
    await page.getByRole('tab', { name: 'Chats' }).click()
    await ann.chatRow(bob).waitFor()
    findings.push(...(await look(ann, 'forced-colors')))
    await page.goto('/profile')
    await page.getByRole('button', { name: 'Sign out' }).waitFor()
    findings.push(...(await look(ann, 'forced-colors-profile')))
    // A ground is not there to tell what is chosen, so a line has to.
    const chosen = page.getByRole('radio', { checked: true }).locator('..')
    assert.notEqual(await chosen.evaluate(label => getComputedStyle(label).outlineStyle), 'none')
    await page.emulateMedia({ forcedColors: null })
  })

  await step('on a slow network grey shapes stand where something will be', async () => {
    const cem = await Person.arrive('Cem', server, browser)
    const network = await cem.context.newCDPSession(cem.page)
    await network.send('Network.enable')
    await network.send('Network.emulateNetworkConditions', slowNetwork)
    await cem.page.addInitScript(() => {
      globalThis.sights = []
      const isBlank = () =>
        document.body.textContent.trim() === '' &&
        document.querySelector('.boot, [role="status"], svg') === null
      const watch = () => {
        if (document.body !== null) {
          globalThis.sights.push({
            isBlank: isBlank(),
            hasShapes: document.querySelector('.animate-shimmer') !== null,
          })
        }
        requestAnimationFrame(watch)
      }
      watch()
    })
    await cem.logIn()
    await cem.page.getByRole('tab', { name: 'People' }).click()
    await cem.page.getByRole('list', { name: 'People' }).getByText('Bob').waitFor()
    const sights = await cem.page.evaluate(() => globalThis.sights)
    t.diagnostic(`first paint of the first visit after ${await paintedAfter(cem.page)} ms`)
    assert.ok(sights.some(({ hasShapes }) => hasShapes))
    assert.ok(sights.every(({ isBlank }) => !isBlank))
    // From now on the files are here.
    await cem.page.evaluate(() => navigator.serviceWorker.ready)
    const paints = []
    for (let visit = 0; visit < 3; visit += 1) {
      await cem.page.reload()
      await cem.page.getByRole('list', { name: 'People' }).getByText('Bob').waitFor()
      paints.push(await paintedAfter(cem.page))
    }
    t.diagnostic(`of later ones after ${paints.join(', ')} ms`)
    if (isQuiet) assert.ok(Math.min(...paints) < paintMs, `${paints} ms`)
    assert.deepEqual(cem.problems, [])
  })

  await step('nothing serious was found, and no page had an error', async () => {
    assert.deepEqual(findings, [])
    assert.deepEqual([...ann.problems, ...bob.problems], [])
  })
})
