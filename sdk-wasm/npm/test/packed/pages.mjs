/** A real browser that opens pages and waits until they have told the story. */

import assert from 'node:assert/strict'
import { accessSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { delimiter, extname, join } from 'node:path'

import { chromium } from 'playwright-core'

export const STEPS = 11
const PAGE_TIMEOUT_MS = 180_000

/** Pages that the test itself answers have no address, and Chromium would not let them reach ours. */
const CHROMIUM_ARGS = ['--no-sandbox', '--disable-features=LocalNetworkAccessChecks,LocalNetworkAccessChecksWebSockets']

export function openBrowser() {
  return chromium.launch({ executablePath: findChromium(), args: CHROMIUM_ARGS })
}

/** Opens the folder's page under the engine's origin; gives the paths that were asked for. */
export async function tell(browser, engine, folder, { replace, look } = {}) {
  let asked
  await visit(browser, `${engine.url}/packed/index.html`, {
    look,
    prepare: async (page) => {
      asked = await serve(page, engine.url, folder, replace)
    },
  })
  return asked
}

/** Opens the folder's page under the engine's origin; gives what it found out. */
export async function ask(browser, engine, folder) {
  const page = await browser.newPage()
  try {
    await serve(page, engine.url, folder)
    await page.goto(`${engine.url}/packed/index.html`)
    await page.waitForFunction(() => window.result !== undefined, undefined, { timeout: PAGE_TIMEOUT_MS })
    return await page.evaluate(() => window.result)
  } finally {
    await page.close()
  }
}

/** Opens a page of a server of its own, which talks to the engine from another origin. */
export async function tellFrom(browser, engine, address, look) {
  await visit(browser, address, { look, prepare: (page) => lendInbox(page, engine) })
}

/** Opens a page and waits for the story's end; a problem on the page fails it. */
async function visit(browser, address, { prepare, look }) {
  const page = await browser.newPage()
  const problems = []
  const sockets = []
  page.on('pageerror', (error) => problems.push(String(error)))
  page.on('websocket', (socket) => sockets.push(socket.url()))
  try {
    await prepare(page)
    await page.goto(address)
    await page.waitForFunction(() => window.result !== undefined, undefined, { timeout: PAGE_TIMEOUT_MS })
    const { steps, error, ...more } = await page.evaluate(() => window.result)
    assert.equal(error, undefined)
    assert.equal(steps.length, STEPS)
    assert.deepEqual(problems, [])
    await look?.(page, { ...more, sockets: sockets.filter((url) => url.endsWith('/v1/ws')) })
  } finally {
    await page.close()
  }
}

/** The development inbox is for the engine's own origin; the story's other side reads it anyhow. */
function lendInbox(page, engine) {
  return page.context().route(`${engine.url}/_/inbox/**`, async (route) => {
    const response = await route.fetch()
    await route.fulfill({ response, headers: { ...response.headers(), 'access-control-allow-origin': '*' } })
  })
}

const TYPES = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
}

/**
 * Serves a folder to a page under the engine's own origin, as a static file server beside the
 * engine would. Gives the paths that were asked for. `replace` answers some of them otherwise.
 */
export async function serve(page, origin, folder, replace = {}) {
  const asked = []
  await page.route(`${origin}/packed/**`, async (route) => {
    const path = new URL(route.request().url()).pathname.slice('/packed/'.length)
    asked.push(path)
    const other = Object.entries(replace).find(([ending]) => path.endsWith(ending))
    if (other !== undefined) return route.fulfill(other[1])
    const body = await readFile(join(folder, path)).catch(() => undefined)
    if (body === undefined) return route.fulfill({ status: 404, body: 'not found' })
    return route.fulfill({ body, contentType: TYPES[extname(path)] ?? 'application/octet-stream' })
  })
  return asked
}

function findChromium() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM
  for (const folder of process.env.PATH.split(delimiter)) {
    for (const name of ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']) {
      try {
        accessSync(join(folder, name))
        return join(folder, name)
      } catch {
        // Not this one.
      }
    }
  }
  throw new Error('no Chromium on the PATH: install one or point CHROMIUM to it')
}
