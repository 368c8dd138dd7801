// The relaychat program on an empty data folder and a free port; it can be killed and started anew.
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** An empty folder is ready in under a second; the rest is for machines with other work to do. */
const startDeadlineMs = 30_000

export async function startServer() {
  const program = process.env.RELAYCHAT
  if (program === undefined) throw new Error('RELAYCHAT must be the path of the relaychat program')
  const folder = await mkdtemp(join(tmpdir(), 'relaychat-e2e-'))
  const port = await freePort()
  const server = { url: `http://127.0.0.1:${port}`, child: undefined, log: [] }
  server.start = async () => {
    const args = ['serve', '--listen', `127.0.0.1:${port}`, '--data', join(folder, 'data')]
    server.child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    for (const stream of [server.child.stdout, server.child.stderr]) {
      stream.on('data', bytes => server.log.push(bytes.toString()))
    }
    await untilReady(server)
  }
  /** Like a power cut for the process: nothing is said to anybody. */
  server.kill = () =>
    new Promise(resolve => {
      if (server.child === undefined || server.child.exitCode !== null) return resolve()
      server.child.once('exit', resolve)
      server.child.kill('SIGKILL')
    })
  server.end = async () => {
    await server.kill()
    await rm(folder, { recursive: true, force: true })
  }
  await server.start()
  return server
}

/** The code of the newest mail to an address, from the development inbox. */
export async function codeFor(server, email) {
  const address = `${server.url}/_/inbox/latest.json?email=${encodeURIComponent(email)}`
  return until(`a code for ${email}`, async () => {
    const answer = await fetch(address)
    return answer.ok ? (await answer.json()).code : undefined
  })
}

/** Asks until there is an answer; a test never waits for a fixed time. */
export async function until(what, ask, deadlineMs = 15_000) {
  const end = Date.now() + deadlineMs
  while (Date.now() < end) {
    const answer = await ask().catch(() => undefined)
    if (answer !== undefined && answer !== false) return answer
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  throw new Error(`waited ${deadlineMs} ms in vain for ${what}`)
}

async function untilReady(server) {
  const ask = async () => {
    if (server.child.exitCode !== null) throw new Error('ended')
    return (await fetch(`${server.url}/readyz`)).ok
  }
  await until('the server', ask, startDeadlineMs).catch(error => {
    throw new Error(`${error.message}\n${server.log.join('')}`)
  })
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })
}
