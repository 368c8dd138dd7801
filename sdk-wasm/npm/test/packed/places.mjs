/** Packing and installing the package, as its users do. */

import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

export const run = promisify(execFile)

export const PACKAGE = fileURLToPath(new URL('../../', import.meta.url))
export const INSTALL = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
export const STORY = fileURLToPath(new URL('story.mjs', import.meta.url))

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
  await run('npm', ['install', '--offline', ...INSTALL, tarball], { cwd: folder })
  await cp(STORY, join(folder, 'story.mjs'))
}

/** `npm ci`, unless what the lock file says is installed already. */
export async function installLocked(folder) {
  const lock = await readFile(join(folder, 'package-lock.json'), 'utf8')
  const stamp = join(folder, 'node_modules', '.installed-lock')
  if ((await readFile(stamp, 'utf8').catch(() => '')) === lock) return
  await run('npm', ['ci', ...INSTALL], { cwd: folder })
  await writeFile(stamp, lock)
}

/** Runs a script of the project in Node. */
export async function runNode(folder, script, args) {
  // Node has a WebSocket of its own from version 22 on; before that it is behind a flag.
  const flags = Number(process.versions.node.split('.')[0]) < 22 ? ['--experimental-websocket'] : []
  const { stdout } = await run(process.execPath, [...flags, script, ...args], { cwd: folder, timeout: 180_000 })
  return stdout
}

export async function runTsc(folder, args) {
  const tsc = join(PACKAGE, 'node_modules', '.bin', 'tsc')
  await run(tsc, args, { cwd: folder }).catch(({ stdout, message }) => {
    throw new Error(stdout || message)
  })
}
