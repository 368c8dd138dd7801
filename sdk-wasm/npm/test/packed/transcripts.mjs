/**
 * The conversation of `sdk-core/tests/transcript`, played in Node and in a page: both have to show
 * what the native client shows. `RELAYCHAT_BLESS=1 cargo test -p relaychat-sdk --test it transcript`
 * writes the golden file.
 */

import assert from 'node:assert/strict'
import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { serve } from './pages.mjs'
import { runNode } from './places.mjs'

const SCRIPT = new URL('../../../../sdk-core/tests/transcript/script.json', import.meta.url)
const GOLDEN = new URL('../../../../sdk-core/tests/transcript/golden.txt', import.meta.url)
const PAGE_TIMEOUT_MS = 180_000

/** Plays it in Node. */
export async function playInNode(project, engine) {
  const golden = await prepare(project)
  await writeFile(
    join(project, 'transcript_main.mjs'),
    `import { readFile } from 'node:fs/promises'
     import * as relaychat from '@relaychat/client'
     import { transcribe } from './transcript.mjs'
     const { script, golden } = JSON.parse(await readFile('transcript.json', 'utf8'))
     console.log(JSON.stringify(await transcribe(relaychat, { url: process.argv[2], script, golden })))
    `,
  )
  compare(JSON.parse(await runNode(project, 'transcript_main.mjs', [engine.url])), golden)
}

/** Plays it in a page under the engine's own origin. */
export async function playInPage(browser, project, engine) {
  const golden = await prepare(project)
  await writeFile(
    join(project, 'index.html'),
    `<!doctype html><script type="module">
       try {
         const relaychat = await import('./node_modules/@relaychat/client/dist/index.js')
         const { transcribe } = await import('./transcript.mjs')
         const { script, golden } = await (await fetch('./transcript.json')).json()
         window.result = { transcript: await transcribe(relaychat, { url: location.origin, script, golden }) }
       } catch (error) {
         window.result = { error: String(error?.stack ?? error) }
       }
     </script>`,
  )
  // A person of their own: nothing of what other pages keep.
  const context = await browser.newContext()
  try {
    const page = await context.newPage()
    await serve(page, engine.url, project)
    await page.goto(`${engine.url}/packed/index.html`)
    await page.waitForFunction(() => window.result !== undefined, undefined, { timeout: PAGE_TIMEOUT_MS })
    const { transcript, error } = await page.evaluate(() => window.result)
    assert.equal(error, undefined)
    compare(transcript, golden)
  } finally {
    await context.close()
  }
}

async function prepare(project) {
  const [script, golden] = await Promise.all([SCRIPT, GOLDEN].map((file) => readFile(file, 'utf8')))
  await cp(new URL('transcript.mjs', import.meta.url), join(project, 'transcript.mjs'))
  await writeFile(join(project, 'transcript.json'), JSON.stringify({ script: JSON.parse(script), golden }))
  return golden
}

/** Fails with the lines that differ, and all of the step in which they are. */
function compare(found, golden) {
  if (found === golden) return
  const [steps, wanted] = [found, golden].map((text) => text.split(/^(?=# )/m))
  const index = steps.length - 1
  const [now, was] = [steps[index], wanted[index] ?? ''].map((step) => step.split('\n'))
  const gone = was.filter((line) => !now.includes(line)).map((line) => `- ${line}`)
  const added = now.filter((line) => !was.includes(line)).map((line) => `+ ${line}`)
  assert.fail([now[0], ...gone, ...added, '', 'all of it:', ...now].join('\n'))
}
