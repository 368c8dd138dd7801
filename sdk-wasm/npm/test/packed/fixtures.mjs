/**
 * The applications in `fixtures/`, each with its bundler and the packed package installed.
 *
 * The bundlers are installed once, into `fixtures/node_modules`. A run works on a copy outside of
 * the repository, where nothing of the package's own folder can be found by accident.
 */

import { spawn } from 'node:child_process'
import { cp, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'

import { INSTALL, installLocked, PACKAGE, run, STORY } from './places.mjs'

const FIXTURES = join(PACKAGE, 'fixtures')
const BUILD_TIMEOUT_MS = 300_000
const START_TIMEOUT_MS = 60_000

/** No bundler asks anybody about new versions or tells its maker about us. */
const QUIET = { ...process.env, NEXT_TELEMETRY_DISABLED: '1', NO_COLOR: '1' }

export class Fixtures {
  #folder

  constructor(folder) {
    this.#folder = folder
  }

  /** A copy with everything installed. Hard links, since Next alone has hundreds of megabytes. */
  static async install(folder, tarball) {
    await installLocked(FIXTURES)
    await mkdir(folder)
    for (const name of ['package.json', 'package-lock.json']) await cp(join(FIXTURES, name), join(folder, name))
    const modules = join(FIXTURES, 'node_modules')
    await run('cp', ['-al', modules, folder]).catch(() => run('cp', ['-a', modules, folder]))
    await run('npm', ['install', '--offline', '--no-save', ...INSTALL, tarball], { cwd: folder })
    return new Fixtures(folder)
  }

  /** The folder of an application, with the story where its code is. */
  async take(name, { as = name, code = '.' } = {}) {
    const folder = join(this.#folder, as)
    await cp(join(FIXTURES, name), folder, { recursive: true })
    await cp(STORY, join(folder, code, 'story.mjs'))
    return folder
  }

  /** Runs a bundler's command as a user would; what it prints is shown only when it fails. */
  async build(folder, tool, args, env = {}) {
    const options = { cwd: folder, env: { ...QUIET, ...env }, timeout: BUILD_TIMEOUT_MS }
    await run(this.#bin(tool), args, options).catch(({ stdout, stderr, message }) => {
      throw new Error(`${message}\n${stdout}\n${stderr}`)
    })
  }

  /** Starts a bundler's server; `use` gets its address, and it ends with `use`. */
  async serve(folder, tool, args, port, use) {
    const child = spawn(this.#bin(tool), args, { cwd: folder, env: QUIET, stdio: ['ignore', 'pipe', 'pipe'] })
    let log = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => (log += bytes))
    const exited = new Promise((resolve) => child.once('exit', resolve))
    const address = `http://127.0.0.1:${port}/`
    try {
      const deadline = Date.now() + START_TIMEOUT_MS
      while (!(await fetch(address).then((answer) => answer.ok, () => false))) {
        if (Date.now() > deadline || child.exitCode !== null) throw new Error(`${tool} does not start:\n${log}`)
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
      await use(address)
    } finally {
      child.kill('SIGTERM')
      await exited
    }
  }

  #bin(tool) {
    return join(this.#folder, 'node_modules', '.bin', tool)
  }
}
