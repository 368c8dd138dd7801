// A participant that is a program of its own: commands on its standard input, answers on its output.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** A participant waits for a minute itself; this is for one that says nothing any more. */
const deadlineMs = 90_000

/** Starts `argv` with the engine's address and a store; it can be killed and started again. */
export function programParticipant(argv, url, store) {
  let child
  let waiting
  const problems = []
  const start = () => {
    const [program, ...args] = argv
    child = spawn(program, [...args, url, store], { stdio: ['pipe', 'pipe', 'pipe'] })
    child.stderr.on('data', bytes => problems.push(bytes.toString()))
    child.stdin.on('error', () => undefined)
    createInterface({ input: child.stdout }).on('line', line => waiting?.(line))
  }
  start()
  return {
    problems,
    obey: line =>
      new Promise((resolve, reject) => {
        const late = () => reject(new Error(`no answer to ${line}: ${problems.join('')}`))
        const timer = setTimeout(late, deadlineMs)
        waiting = answer => {
          clearTimeout(timer)
          waiting = undefined
          resolve(JSON.parse(answer))
        }
        child.stdin.write(`${line}\n`)
      }),
    /** Like the end of the process by the system: nothing is written, nobody is told. */
    killAndStart: async () => {
      const ended = new Promise(resolve => child.once('exit', resolve))
      child.kill('SIGKILL')
      await ended
      start()
    },
    end: () => child.kill('SIGKILL'),
  }
}
