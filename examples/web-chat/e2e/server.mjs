// The relaychat program on an empty data folder, or another one, on a free port; it can be killed and
// started anew.
import { execFile, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/**
 * How long anything is waited for that should be there at once: a machine that compiles meanwhile is
 * slow, and slowness is no fault. What must be quick says so itself.
 */
export const deadlineMs = 60_000
/** How long one answer is waited for. */
const answerDeadlineMs = 10_000

/** `settings` are the program's own, as it reads them from its environment. */
export async function startServer(settings = {}) {
  const program = process.env.RELAYCHAT
  if (program === undefined) throw new Error('RELAYCHAT must be the path of the relaychat program')
  const folder = await mkdtemp(join(tmpdir(), 'relaychat-e2e-'))
  const env = { ...settings, RELAY_DATA: join(folder, 'data') }
  const args = port => ['serve', '--listen', `127.0.0.1:${port}`]
  const server = await startProgram({ program, args, env: () => env, readyPath: '/readyz' })
  const { kill } = server
  /** Its settings from the next start on, as it reads them from its environment. */
  server.settings = env
  /** What a command of the program says, with the settings of the server. */
  server.run = async (...args) => {
    const options = { env: { ...process.env, ...env } }
    return (await promisify(execFile)(program, args, options)).stdout.trim()
  }
  /** An access token for somebody who is known already, as an operator may print one. */
  server.tokenFor = email => server.run('token', '--user', email)
  server.end = async () => {
    await kill()
    await rm(folder, { recursive: true, force: true })
  }
  return server
}

/** A program that serves, on a free port that stays the same when it is started again. */
export async function startProgram({ program, args = () => [], env = () => ({}), readyPath }) {
  const port = await freePort()
  const server = { url: `http://127.0.0.1:${port}`, child: undefined, log: [] }
  server.start = async () => {
    const options = { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env(port) } }
    server.child = spawn(program, args(port), options)
    for (const stream of [server.child.stdout, server.child.stderr]) {
      stream.on('data', bytes => server.log.push(bytes.toString()))
    }
    await untilReady(server, readyPath)
  }
  /** Like a power cut for the process: nothing is said to anybody. */
  server.kill = () =>
    new Promise(resolve => {
      const { child } = server
      if (child === undefined || child.exitCode !== null || child.signalCode !== null)
        return resolve()
      child.once('exit', resolve)
      child.kill('SIGKILL')
    })
  server.end = server.kill
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
export async function until(what, ask) {
  const end = Date.now() + deadlineMs
  while (Date.now() < end) {
    const answer = await soon(ask().catch(() => undefined))
    if (answer !== undefined && answer !== false) return answer
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  throw new Error(`waited ${deadlineMs} ms in vain for ${what}`)
}

/** A page that is torn down while it is asked may never answer: then it is asked again. */
async function soon(answer) {
  let timer
  const never = new Promise(resolve => {
    timer = setTimeout(resolve, answerDeadlineMs)
  })
  return Promise.race([answer, never]).finally(() => clearTimeout(timer))
}

async function untilReady(server, path) {
  const ask = async () => {
    if (server.child.exitCode !== null) throw new Error('ended')
    return (await fetch(`${server.url}${path}`)).ok
  }
  await until('the server', ask).catch(error => {
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
