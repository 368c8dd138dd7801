/**
 * The package as it is published: packed, installed into empty folders, and used against a running
 * engine from Node, from a plain page and through Vite.
 *
 *     npm run test:packed -- http://127.0.0.1:8080
 *
 * Without an address an engine is started: `RELAYCHAT` names the program.
 */

import assert from 'node:assert/strict'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'

import { chromium } from 'playwright-core'
import { build } from 'vite'

import { findEngine } from './engine.mjs'
import { findChromium, install, lend, pack, runNode, runTsc, serve, temporaryFolder } from './places.mjs'

const STEPS = 11
const PAGE_TIMEOUT_MS = 90_000

/** Pages that the test itself answers have no address, and Chromium would not let them reach ours. */
const CHROMIUM_ARGS = ['--no-sandbox', '--disable-features=LocalNetworkAccessChecks,LocalNetworkAccessChecksWebSockets']

let engine, folder, project, packed, browser

before(async () => {
  engine = await findEngine(process.argv[2], process.env.RELAYCHAT)
  folder = await temporaryFolder()
  packed = await pack(folder)
  project = join(folder, 'plain')
  await install(project, packed.tarball)
  browser = await chromium.launch({ executablePath: findChromium(), args: CHROMIUM_ARGS })
})

after(async () => {
  await browser?.close()
  await engine?.stop()
  if (folder !== undefined) await rm(folder, { recursive: true, force: true })
})

test('the packed file has what is promised and nothing else', () => {
  for (const path of ['README.md', 'package.json', 'dist/index.js', 'dist/index.d.ts', 'dist/react.js', 'dist/react.d.ts', 'dist/relaychat_bg.wasm']) {
    assert.ok(packed.files.includes(path), `${path} is missing`)
  }
  const others = packed.files.filter((path) => !/^(dist\/[a-z_]+\.(js|d\.ts|wasm)|README\.md|package\.json|LICENSE-\w+)$/.test(path))
  assert.deepEqual(others, [])
})

for (const moduleResolution of ['bundler', 'nodenext']) {
  test(`a strict TypeScript project reads the types with moduleResolution ${moduleResolution}`, async () => {
    await writeFile(
      join(project, 'consumer.ts'),
      `import { createClient, RelayError, type Chat, type Client, type TimelineItem } from '@relaychat/client'
       const client: Client = createClient({ url: 'https://x.example', getToken: async ({ reason }) => reason })
       const chat: Chat = client.chat('id')
       const items: readonly TimelineItem[] = chat.timeline.getSnapshot().items
       chat.send({ text: 'hi' }).addEventListener('progress', (event) => event.loaded / event.total)
       export const isGone = (error: unknown): boolean => error instanceof RelayError && error.code === 'closed'
       export default items
      `,
    )
    const module = moduleResolution === 'bundler' ? 'esnext' : 'nodenext'
    await runTsc(project, [
      '--noEmit', '--strict', '--exactOptionalPropertyTypes', '--types', '', '--target', 'es2022',
      '--lib', 'es2023,dom,dom.iterable', '--module', module, '--moduleResolution', moduleResolution, 'consumer.ts',
    ])
  })
}

test('two people talk in Node', async () => {
  await writeFile(
    join(project, 'main.mjs'),
    `import * as relaychat from '@relaychat/client'
     import { story } from './story.mjs'
     console.log(JSON.stringify(await story(relaychat, process.argv[2])))
    `,
  )
  const started = Date.now()
  const steps = JSON.parse(await runNode(project, 'main.mjs', [engine.url]))
  assert.equal(steps.length, STEPS)
  // A timer or socket that was left behind would keep the process.
  assert.ok(Date.now() - started < 15_000, 'the process ends when the clients are closed')
})

test('two people talk in a page without any bundler', async () => {
  await writeFile(join(project, 'index.html'), page('./node_modules/@relaychat/client/dist/index.js'))
  const asked = await tell(project)
  assert.ok(asked.some((path) => path.endsWith('relaychat_bg.wasm')))
  assert.ok(!asked.some((path) => path.endsWith('relaychat_inline.js')), 'the fallback was not needed')
})

test('a server that loses the .wasm is no obstacle', async () => {
  for (const answer of [
    { status: 200, contentType: 'text/html', body: '<!doctype html><title>Everything is a page</title>' },
    { status: 404, body: '' },
  ]) {
    const asked = await tell(project, { 'relaychat_bg.wasm': answer })
    assert.ok(asked.some((path) => path.endsWith('relaychat_inline.js')))
  }
})

test('two people talk in a page that Vite built without a plugin, with React around it', async () => {
  const source = join(folder, 'vite')
  await install(source, packed.tarball)
  await lend(source, ['react', 'react-dom', 'scheduler'])
  await writeFile(join(source, 'index.html'), '<!doctype html><div id="root"></div><script type="module" src="/main.js"></script>')
  await writeFile(
    join(source, 'main.js'),
    `import * as relaychat from '@relaychat/client'
     import { RelayProvider, useConnection } from '@relaychat/client/react'
     import { createElement, StrictMode } from 'react'
     import { createRoot } from 'react-dom/client'
     import { story } from './story.mjs'

     const client = relaychat.createClient({ url: location.origin, sessionStorage: 'memory' })
     const Status = () => createElement('p', null, useConnection().status)
     const app = createElement(RelayProvider, { client }, createElement(Status))
     createRoot(document.getElementById('root')).render(createElement(StrictMode, null, app))
     client.connect()
       .then(() => story(relaychat, location.origin))
       .then((steps) => (window.result = { steps }), (error) => (window.result = { error: String(error?.stack ?? error) }))
    `,
  )
  await build({ root: source, base: '/packed/', logLevel: 'warn', configFile: false })
  const built = join(source, 'dist')
  const text = await tell(built, {}, (page) => page.textContent('#root'))
  assert.equal(text, 'signed_out')
  const html = await readFile(join(built, 'index.html'), 'utf8')
  assert.ok(!html.includes('relaychat'), 'the client is part of the bundle')
})

/** A page that runs the story with a plain module script. */
function page(client) {
  return `<!doctype html><script type="module">
    try {
      const relaychat = await import('${client}')
      const { story } = await import('./story.mjs')
      window.result = { steps: await story(relaychat, location.origin) }
    } catch (error) {
      window.result = { error: String(error?.stack ?? error) }
    }
  </script>`
}

/** Opens the folder's page and waits for the story's end. */
async function tell(from, replace, look) {
  const page = await browser.newPage()
  const problems = []
  page.on('pageerror', (error) => problems.push(String(error)))
  try {
    const asked = await serve(page, engine.url, from, replace)
    await page.goto(`${engine.url}/packed/index.html`)
    await page.waitForFunction(() => window.result !== undefined, undefined, { timeout: PAGE_TIMEOUT_MS })
    const { steps, error } = await page.evaluate(() => window.result)
    assert.equal(error, undefined)
    assert.equal(steps.length, STEPS)
    assert.deepEqual(problems, [])
    return look === undefined ? asked : await look(page)
  } finally {
    await page.close()
  }
}
