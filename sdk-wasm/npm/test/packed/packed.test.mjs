/**
 * The package as it is published: packed, installed into empty projects, and used against a running
 * engine from Node, from a plain page and through every bundler of `fixtures/`.
 *
 *     npm run test:packed -- http://127.0.0.1:8080
 *
 * Without an address an engine is started: `RELAYCHAT` names the program. A given one has to let
 * pages of `http://127.0.0.1:4180` and `http://127.0.0.1:4181` call it (`--allowed-origins`).
 * `CONFORMANCE` names the folder with the checks of a store, as `cargo xtask test package` makes it.
 */

import assert from 'node:assert/strict'
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'

import { findEngine, freePort } from './engine.mjs'
import { Fixtures } from './fixtures.mjs'
import { ask, openBrowser, STEPS, tell, tellFrom } from './pages.mjs'
import { playInNode, playInPage } from './transcripts.mjs'
import { install, pack, PACKAGE, run, runNode, runTsc, temporaryFolder } from './places.mjs'

/** As many as `conformance::check_all` of the core calls. */
const STORE_CHECKS = 12

/** Of the servers that are not the engine: Vite's and Next's. */
const PORTS = [4180, 4181]

let engine, folder, project, packed, browser, fixtures, ports

before(async () => {
  const given = process.argv[2]
  ports = given === undefined ? await Promise.all(PORTS.map(freePort)) : PORTS
  engine = await findEngine(given, process.env.RELAYCHAT, ports.map((port) => `http://127.0.0.1:${port}`))
  folder = await temporaryFolder()
  packed = await pack(folder)
  project = join(folder, 'plain')
  await install(project, packed.tarball)
  fixtures = await Fixtures.install(join(folder, 'bundled'), packed.tarball)
  browser = await openBrowser()
})

after(async () => {
  await browser?.close()
  await engine?.stop()
  if (folder !== undefined) await rm(folder, { recursive: true, force: true })
})

test('the packed file has what is promised and nothing else', () => {
  for (const path of ['README.md', 'package.json', 'dist/index.js', 'dist/index.d.ts', 'dist/react.js', 'dist/react.d.ts', 'dist/format.js', 'dist/format.d.ts', 'dist/testing/index.d.ts', 'dist/relaychat_bg.wasm']) {
    assert.ok(packed.files.includes(path), `${path} is missing`)
  }
  const others = packed.files.filter((path) => !/^(dist\/((testing|tabs|format)\/)?[a-z_]+\.(js|d\.ts|wasm)|README\.md|package\.json|LICENSE-\w+)$/.test(path))
  assert.deepEqual(others, [])
})

test('every public export is documented', async () => {
  await run('npm', ['run', '--silent', 'reference'], { cwd: PACKAGE }).catch(({ stdout, stderr }) => {
    throw new Error(stdout + stderr)
  })
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

test('what the README says of testing compiles, and holds', async () => {
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8')
  const [, snippet] = /```ts\n(import \{ createFakeRelay[\s\S]+?)```/.exec(readme)
  await writeFile(
    join(project, 'snippet.ts'),
    `declare function it(name: string, run: () => Promise<void>): void
     declare function expect<T>(found: T): { toBe(wanted: T): void; toEqual(wanted: T): void }
     ${snippet}`,
  )
  await runTsc(project, ['--noEmit', '--strict', '--types', '', '--lib', 'es2023,dom', '--module', 'nodenext', '--target', 'es2022', 'snippet.ts'])
  await writeFile(
    join(project, 'snippet.mjs'),
    `import assert from 'node:assert/strict'
     const it = (name, run) => run().then(() => console.log(name))
     const expect = (found) => ({ toBe: (wanted) => assert.equal(found, wanted), toEqual: (wanted) => assert.deepEqual(found, wanted) })
     ${snippet}`,
  )
  assert.equal(await runNode(project, 'snippet.mjs', []), 'says what became of a message\n')
})

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
  assert.ok(Date.now() - started < 60_000, 'the process ends when the clients are closed')
})

test('a scripted conversation gives the same snapshots with the fake client and with the real one', async () => {
  await cp(new URL('conversation.mjs', import.meta.url), join(project, 'conversation.mjs'))
  const transcripts = JSON.parse(await runNode(project, 'conversation.mjs', [engine.url]))
  assert.ok(transcripts.real.length >= 20)
  for (const [index, told] of transcripts.real.entries()) assert.deepEqual(transcripts.fake[index], told)
})

test('the scripted conversation gives the transcript of the native client, in Node and in a page', async () => {
  const url = process.env.RELAYCHAT === undefined ? process.argv[2] : undefined
  const unhurried = await findEngine(url, process.env.RELAYCHAT, [], ['--rate-limits', 'off'])
  try {
    await playInNode(project, unhurried)
    await playInPage(browser, project, unhurried)
  } finally {
    await unhurried.stop()
  }
})

test('two people talk in a page without any bundler', async () => {
  await writeFile(join(project, 'index.html'), page('./node_modules/@relaychat/client/dist/index.js'))
  const asked = await tell(browser, engine, project)
  assert.ok(asked.some((path) => path.endsWith('relaychat_bg.wasm')))
  assert.ok(!asked.some((path) => path.endsWith('relaychat_inline.js')), 'the fallback was not needed')
})

test('the store in IndexedDB keeps the promises of a store, and survives what is done to it', async () => {
  assert.ok(process.env.CONFORMANCE, 'CONFORMANCE must be the folder with the checks of a store')
  const tried = join(folder, 'store')
  await cp(process.env.CONFORMANCE, join(tried, 'conformance'), { recursive: true })
  await cp(join(project, 'node_modules', '@relaychat', 'client', 'dist'), join(tried, 'dist'), { recursive: true })
  await cp(new URL('store_page.mjs', import.meta.url), join(tried, 'store_page.mjs'))
  await writeFile(
    join(tried, 'index.html'),
    `<!doctype html><script type="module">
      import { tryStore } from './store_page.mjs'
      const at = (folder) => new URL(folder, location.href).href
      window.result = await tryStore(at('dist'), at('conformance')).catch((error) => ({ error: String(error?.stack ?? error) }))
    </script>`,
  )
  assert.deepEqual(await ask(browser, engine, tried), {
    checks: STORE_CHECKS,
    removed: [1, 'damaged', ['c', '1']],
    newer: ['damaged', ['key', 'kept'], 'damaged', []],
    shared: ['unavailable', ['key', 'queued']],
  })
})

test('a server that loses the .wasm is no obstacle', async () => {
  for (const answer of [
    { status: 200, contentType: 'text/html', body: '<!doctype html><title>Everything is a page</title>' },
    { status: 404, body: '' },
  ]) {
    const asked = await tell(browser, engine, project, { replace: { 'relaychat_bg.wasm': answer } })
    assert.ok(asked.some((path) => path.endsWith('relaychat_inline.js')))
  }
})

test('two people talk in a page that Vite built without a plugin, with React around it', async () => {
  const source = await fixtures.take('vite')
  await fixtures.build(source, 'vite', ['build', '--base', '/packed/', '--logLevel', 'error'])
  const built = join(source, 'dist')
  const asked = await tell(browser, engine, built, { look: hasOneSocketEach })
  assert.ok(asked.some((path) => path.endsWith('.wasm')))
  const html = await readFile(join(built, 'index.html'), 'utf8')
  assert.ok(!html.includes('relaychat'), 'the client is part of the bundle')
})

test('two people talk in a page of the server of Vite, from another origin than the engine', async () => {
  const source = await fixtures.take('vite', { as: 'vite-dev' })
  const args = ['--host', '127.0.0.1', '--port', String(ports[0]), '--strictPort']
  await fixtures.serve(source, 'vite', args, ports[0], (address) =>
    tellFrom(browser, engine, `${address}?engine=${engine.url}`, hasOneSocketEach),
  )
})

test('two people talk in a page that webpack built without a setting', async () => {
  const source = await fixtures.take('script', { as: 'webpack' })
  const built = join(source, 'dist')
  await fixtures.build(source, 'webpack', ['--mode', 'production', '--entry', './main.js', '--output-path', built])
  await writeFile(join(built, 'index.html'), '<!doctype html><script defer src="./main.js"></script>')
  const asked = await tell(browser, engine, built)
  assert.ok(asked.some((path) => path.endsWith('.wasm')))
})

test('two people talk in a page that esbuild built without a setting', async () => {
  const source = await fixtures.take('script', { as: 'esbuild' })
  await fixtures.build(source, 'esbuild', ['main.js', '--bundle', '--outfile=dist/main.js', '--log-level=error'])
  const built = join(source, 'dist')
  await writeFile(join(built, 'index.html'), '<!doctype html><script defer src="./main.js"></script>')
  await tell(browser, engine, built)
})

test('esbuild keeps the module out of the script with the lines of the README', async () => {
  const source = await fixtures.take('script', { as: 'esbuild-split' })
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8')
  const [, build, copy] = /^(esbuild .+)\n(cp .+)$/m.exec(readme)
  await fixtures.build(source, 'esbuild', build.split(' ').slice(1))
  const [from, to] = copy.split(' ').slice(1)
  await cp(join(source, '..', from), join(source, to, 'relaychat_bg.wasm'))
  const built = join(source, 'dist')
  await writeFile(join(built, 'index.html'), '<!doctype html><script type="module" src="./main.js"></script>')
  const asked = await tell(browser, engine, built)
  const scripts = asked.filter((path) => path.endsWith('.js'))
  const inlined = (await readdir(built)).filter((name) => name.startsWith('relaychat_inline'))
  assert.deepEqual([inlined.length, scripts.some((path) => inlined.includes(path))], [1, false])
})

test('two people talk in a page of Next and once more in its worker, rendered on the server before', async () => {
  const source = await fixtures.take('next', { code: 'app' })
  await fixtures.build(source, 'next', ['build'], { NEXT_PUBLIC_ENGINE: engine.url })
  const args = ['start', '--hostname', '127.0.0.1', '--port', String(ports[1])]
  await fixtures.serve(source, 'next', args, ports[1], async (address) => {
    const html = await (await fetch(address)).text()
    assert.match(html, /data-imported="function,function"/)
    assert.match(html, /<p id="status">connecting true 0 0 false <\/p>/)
    await tellFrom(browser, engine, address, async (page, { inWorker }) => {
      assert.equal(inWorker.length, STEPS)
      assert.match(await page.textContent('#status'), /^signed_out /)
    })
  })
})

/** The page's own client and the two of the story: one socket each. */
async function hasOneSocketEach(page, { sockets }) {
  assert.equal(await page.textContent('#root'), 'connected')
  assert.equal(sockets.length, 3)
}

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
