/** Packing, installing and serving the package, as its users do. */

import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, symlink, writeFile } from 'node:fs/promises'
import { accessSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)

export const PACKAGE = fileURLToPath(new URL('../../', import.meta.url))
const STORY = fileURLToPath(new URL('story.mjs', import.meta.url))

export function temporaryFolder() {
  return mkdtemp(join(tmpdir(), 'relaychat-packed-'))
}

/** Runs `npm pack`; gives the path of the file and what is in it. */
export async function pack(folder) {
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: PACKAGE })
  const [{ filename, files }] = JSON.parse(stdout)
  return { tarball: join(folder, filename), files: files.map((file) => file.path) }
}

/** An empty project with the package installed and the story beside it. */
export async function install(folder, tarball) {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
  const args = ['install', '--offline', '--ignore-scripts', '--no-audit', '--no-fund', tarball]
  await run('npm', args, { cwd: folder })
  await cp(STORY, join(folder, 'story.mjs'))
}

/** Puts development tools of the package where a project would have installed them. */
export async function lend(folder, names) {
  for (const name of names) {
    const to = join(folder, 'node_modules', name)
    await mkdir(dirname(to), { recursive: true })
    await symlink(join(PACKAGE, 'node_modules', name), to, 'dir')
  }
}

/** Runs a script of the project in Node. */
export async function runNode(folder, script, args) {
  // Node has a WebSocket of its own from version 22 on; before that it is behind a flag.
  const flags = Number(process.versions.node.split('.')[0]) < 22 ? ['--experimental-websocket'] : []
  const { stdout } = await run(process.execPath, [...flags, script, ...args], { cwd: folder, timeout: 120_000 })
  return stdout
}

export async function runTsc(folder, args) {
  const tsc = join(PACKAGE, 'node_modules', '.bin', 'tsc')
  await run(tsc, args, { cwd: folder }).catch(({ stdout, message }) => {
    throw new Error(stdout || message)
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

export function findChromium() {
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
