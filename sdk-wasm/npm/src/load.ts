/**
 * Gets the WebAssembly module running, once a page.
 *
 * The `.wasm` is fetched from beside this file: browsers, Vite, webpack and Next all understand
 * `new URL(…, import.meta.url)`. Where that gives anything else than the module (a server that
 * answers every path with its index page, a bundler that moves only the scripts, as esbuild does,
 * Node without fetch for files), the same bytes come from a script, which is larger but cannot be
 * lost.
 */

import type { Core, CoreOptions, CoreStore, Host, LoadCore } from './core.js'
import { RelayError } from './errors.js'
import { openStore } from './store.js'

interface Running {
  readonly create: (options: CoreOptions, host: Host, store: CoreStore | undefined) => Core
  /** Who has to know when the module panics. */
  readonly onPanic: Set<(report: string) => void>
}

/** `\0asm`: every module begins with it, no web page does. */
const MAGIC = [0x00, 0x61, 0x73, 0x6d]

let running: Promise<Running> | undefined
/** After a panic the module is of no use any more, and a page can load it only once. */
let hasPanicked = false

const load = async (...[options, host, onPanic]: Parameters<LoadCore>): Promise<Core> => {
  if (hasPanicked) throw new RelayError('internal', 'The client has failed on this page. Load the page again.')
  let core: Core | undefined
  const { storeName } = options
  // Opened while the module is on its way.
  const opening = storeName === undefined ? undefined : openStore(storeName, () => core?.checkStorage(), host.foundFile)
  try {
    const { create, onPanic: listeners } = await warmUp()
    listeners.add(onPanic)
    core = create(options, host, await opening)
    return core
  } catch (error) {
    void opening?.then((store) => store?.close())
    throw error
  }
}

function warmUp(): Promise<Running> {
  running ??= start().catch((error: unknown) => {
    running = undefined
    throw error
  })
  return running
}

export const loadCore: LoadCore = /* @__PURE__ */ Object.assign(load, { warmUp })

async function start(): Promise<Running> {
  const glue = await import('./relaychat.js')
  await glue.default({ module_or_path: (await fetchModule()) ?? (await inlinedModule()) })
  const onPanic = new Set<(report: string) => void>()
  glue.setPanicHandler((report) => {
    hasPanicked = true
    for (const listener of onPanic) listener(report)
    onPanic.clear()
  })
  return {
    create: ({ url, deviceName }, host, store) => new glue.Core(url, deviceName, host, store),
    onPanic,
  }
}

async function fetchModule(): Promise<ArrayBuffer | undefined> {
  try {
    const response = await fetch(new URL('./relaychat_bg.wasm', import.meta.url))
    if (!response.ok) return undefined
    const bytes = await response.arrayBuffer()
    const head = new Uint8Array(bytes, 0, Math.min(MAGIC.length, bytes.byteLength))
    return MAGIC.every((byte, index) => head[index] === byte) ? bytes : undefined
  } catch {
    return undefined
  }
}

async function inlinedModule(): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const { default: base64 } = await import('./relaychat_inline.js')
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  } catch (cause) {
    throw new RelayError('network', 'The WebAssembly module could not be loaded.', { retryable: true, cause })
  }
}
