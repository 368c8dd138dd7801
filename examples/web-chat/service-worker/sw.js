// Opens the application without a network: it keeps the files of one version, all of them or none.
//
// Pages come from the server while it answers in time, so that a new version is seen at the next
// visit; otherwise from here. Files whose name is known come from here at once. The interface of the
// engine is never touched. A new version is fetched whole while the old one is in use, and takes its
// place when the last page of the old one is gone: no page meets files of another version.

/** Written by the build: the paths of the files, relative to this one, and what they amount to. */
const files = self.__FILES__
const version = self.__VERSION__

const prefix = 'relaychat-shell-'
const root = new URL('./', self.location.href)
const paths = new Set(files.map(path => new URL(path, root).pathname))

/** Prefixes that are never pages of the application, as the server sees it. */
const notPages = ['v1', 'api', '_'].map(name => new URL(name, root).pathname)

/** Longer than a good connection takes, shorter than somebody waits in a train. */
const patienceMs = 4_000

self.addEventListener('install', event => {
  // The index has no hash in its name; everything else may come from the browser's own cache.
  const requests = ['./', ...files].map(path => {
    const isHashed = path.startsWith('assets/')
    return new Request(new URL(path, root), { cache: isHashed ? 'default' : 'no-cache' })
  })
  event.waitUntil(caches.open(prefix + version).then(cache => cache.addAll(requests)))
})

self.addEventListener('activate', event => {
  event.waitUntil(
    caches.keys().then(names => {
      const old = names.filter(name => name.startsWith(prefix) && name !== prefix + version)
      return Promise.all(old.map(name => caches.delete(name)))
    }),
  )
})

self.addEventListener('fetch', event => {
  const { request } = event
  const { origin, pathname } = new URL(request.url)
  if (request.method !== 'GET' || origin !== root.origin) return
  if (request.mode === 'navigate') {
    const isPage = !notPages.some(path => pathname === path || pathname.startsWith(`${path}/`))
    if (isPage) event.respondWith(page(request))
  } else if (paths.has(pathname)) {
    event.respondWith(kept(request).then(found => found ?? fetch(request)))
  }
})

/** A server that is being started anew answers through its proxy with 502. */
async function page(request) {
  const answer = fetch(request).then(response => {
    if (response.status >= 500) throw new Error(String(response.status))
    return response
  })
  const tooLate = new Promise((_, reject) => setTimeout(reject, patienceMs, new Error('too late')))
  try {
    return await Promise.race([answer, tooLate])
  } catch {
    return (await kept(root)) ?? answer
  }
}

async function kept(request) {
  const cache = await caches.open(prefix + version)
  return cache.match(request)
}
