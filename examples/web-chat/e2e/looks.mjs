// Each page at both sizes in both themes: a screenshot for people, axe for the machine.

import { readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const sizes = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } }
const themes = ['dark', 'light']
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Takes the screenshots of a page and gives what axe finds serious. */
export async function look(person, name) {
  const folder = process.env.SCREENSHOTS ?? 'screenshots'
  await mkdir(folder, { recursive: true })
  const found = []
  for (const [size, viewport] of Object.entries(sizes)) {
    await person.page.setViewportSize(viewport)
    for (const theme of themes) {
      await person.page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
      await settled(person.page)
      await person.page.screenshot({ path: join(folder, `${name}-${size}-${theme}.png`) })
      found.push(
        ...(await seriousFindings(person.page)).map(text => `${name} ${size} ${theme}: ${text}`),
      )
    }
  }
  await person.page.setViewportSize(sizes.desktop)
  await person.page.emulateMedia({ colorScheme: 'dark', reducedMotion: null })
  return found
}

/** Pictures are decoded and the browser has painted twice. */
async function settled(page) {
  await page.evaluate(async () => {
    const pictures = [...document.images].filter(
      image => image.loading !== 'lazy' || image.complete,
    )
    await Promise.all(pictures.map(image => image.decode().catch(() => undefined)))
    await new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)))
  })
}

async function seriousFindings(page) {
  await page.evaluate(axe)
  return page.evaluate(async () => {
    const { violations } = await globalThis.axe.run(document, { resultTypes: ['violations'] })
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(
        ({ id, nodes }) =>
          `${id}: ${nodes.map(node => `${node.target.join(' ')} (${node.failureSummary})`).join('; ')}`,
      )
  })
}
