/**
 * The store of the package in a page: the checks of the core's seam, and what only a browser can do to
 * it. The page is given the package's folder and the module with the checks.
 */

/** What a page tells in the end. */
export async function tryStore(dist, conformance) {
  const { openStore } = await import(`${dist}/store.js`)
  const { default: load, checkAll } = await import(`${conformance}/conformance.js`)
  await load({ module_or_path: `${conformance}/conformance_bg.wasm` })
  return { checks: await check(openStore, checkAll), ...(await removed(openStore)), ...(await newer(openStore)), ...(await shared(openStore)) }
}

/** Runs the checks; gives how many stores they were given. */
async function check(openStore, checkAll) {
  /** More than there are checks. */
  const many = Array.from({ length: 20 }, (_, number) => openStore(`check-${number}`, () => {}))
  const stores = await Promise.all(many)
  let used = 0
  let panic
  try {
    await checkAll(() => stores[used++], (report) => (panic = report))
  } catch (error) {
    throw new Error(panic ?? String(error))
  }
  return used
}

/** Somebody removes the database while it is open. */
async function removed(openStore) {
  let goneCount = 0
  const store = await openStore('removed', () => (goneCount += 1))
  await store.write(['meta', 'a', '1', undefined])
  await new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase('removed')
    request.onsuccess = resolve
    request.onerror = request.onblocked = reject
  })
  const write = await failure(store.write(['meta', 'b', '1', undefined]))
  await store.clear()
  await store.write(['meta', 'c', '1', undefined])
  const kept = await store.read('meta', '', undefined)
  return { removed: [goneCount, write, kept] }
}

/** A newer version of the package has made it: only what is queued is read, and nothing written. */
async function newer(openStore) {
  await new Promise((resolve, reject) => {
    const request = indexedDB.open('newer', 7)
    request.onupgradeneeded = () => {
      for (const table of ['meta', 'outbox']) request.result.createObjectStore(table).put('kept', 'key')
    }
    request.onerror = reject
    request.onsuccess = () => resolve(request.result.close())
  })
  const store = await openStore('newer', () => {})
  const found = [
    await failure(store.read('meta', '', undefined)),
    await store.read('outbox', '', undefined),
    await failure(store.write(['outbox', 'key', 'other', undefined])),
  ]
  await store.clear()
  return { newer: [...found, await store.read('outbox', '', undefined)] }
}

/** Two of one database: the second one gets it when the first one lets go of it. */
async function shared(openStore) {
  const first = await openStore('shared', () => {})
  await first.write(['outbox', 'key', 'queued', undefined])
  const second = await openStore('shared', () => {})
  const early = await failure(second.read('outbox', '', undefined))
  await first.close()
  return { shared: [early, await second.read('outbox', '', undefined)] }
}

function failure(call) {
  return call.then(() => 'none', (reason) => reason)
}
