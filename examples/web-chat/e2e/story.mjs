// What every story in a browser needs: the browser, and steps that build on each other.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { chromium } from 'playwright-core'

/** So long that a story whose steps are slow ends at the step that waits in vain, with its pictures. */
export const storyDeadlineMs = 900_000

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** A browser that ends with the test. */
export async function openBrowser(t, moreFlags = []) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [...flags, ...moreFlags],
  })
  t.after(() => browser.close())
  return browser
}

/** Runs a step as a test of its own; after a failure the pages are kept as pictures and it ends. */
export function stepper(t, people, server) {
  return async (name, run) => {
    let failure
    await t.test(name, async () => {
      await run().catch(async error => {
        failure = error
        await keepPages(people)
        throw error
      })
    })
    if (failure !== undefined) {
      console.error(people.flatMap(person => person.problems).join('\n'))
      console.error(server.log.slice(-20).join(''))
      throw new Error(`the story ended at: ${name}`)
    }
  }
}

async function keepPages(people) {
  const folder = process.env.SCREENSHOTS ?? 'screenshots'
  await mkdir(folder, { recursive: true })
  for (const [index, person] of people.entries()) {
    await person.page
      .screenshot({ path: join(folder, `failed-${index + 1}-${person.name}.png`) })
      .catch(() => undefined)
  }
}
