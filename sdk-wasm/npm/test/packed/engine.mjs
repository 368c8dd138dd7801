/** The engine that the packed package talks to: the one at an address, or one of our own. */

import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const START_TIMEOUT_MS = 60_000

/**
 * `url` if it is given, else a program `relaychat` on a free port with an empty folder, which lets
 * pages of the origins call it and takes further arguments.
 */
export async function findEngine(url, program, allowedOrigins, more = []) {
  if (url !== undefined) return { url: url.replace(/\/+$/, ''), stop: async () => {} }
  if (program === undefined) {
    throw new Error('give the address of a running engine, or set RELAYCHAT to the program')
  }
  const folder = await mkdtemp(join(tmpdir(), 'relaychat-engine-'))
  const port = await freePort()
  const args = ['serve', '--listen', `127.0.0.1:${port}`, '--data', join(folder, 'data')]
  if (allowedOrigins.length > 0) args.push('--allowed-origins', allowedOrigins.join())
  args.push(...more)
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let log = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => (log += bytes))
  const exited = new Promise((resolve) => child.once('exit', resolve))
  const engine = {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      child.kill('SIGTERM')
      await exited
      await rm(folder, { recursive: true, force: true })
    },
  }
  const deadline = Date.now() + START_TIMEOUT_MS
  while (!(await isReady(engine.url))) {
    if (Date.now() > deadline || child.exitCode !== null) throw new Error(`the engine does not start:\n${log}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return engine
}

async function isReady(url) {
  return fetch(`${url}/readyz`).then((answer) => answer.ok, () => false)
}

export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}
