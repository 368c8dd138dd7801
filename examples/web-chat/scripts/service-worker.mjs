// Writes the service worker of a build: which files the application consists of, and one word that
// changes when any of them does.
import { createHash } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'

/** The client's module as text, for servers that mishandle .wasm: this one does not. */
const spare = /^assets\/relaychat_inline-/

const root = process.argv[2] ?? 'dist'
const source = new URL('../service-worker/sw.js', import.meta.url)

const hash = createHash('sha256')
const files = []
for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile()) continue
  const path = relative(root, join(entry.parentPath, entry.name)).split(sep).join('/')
  if (path !== 'sw.js' && !spare.test(path)) files.push(path)
}
files.sort()
for (const path of files) hash.update(path).update(await readFile(join(root, path)))

/** The index is kept under the address that people open. */
const listed = files.filter(path => path !== 'index.html')
const script = (await readFile(source, 'utf8'))
  .replace('self.__FILES__', JSON.stringify(listed))
  .replace('self.__VERSION__', JSON.stringify(hash.digest('hex').slice(0, 16)))
await writeFile(join(root, 'sw.js'), script)
console.log(`service worker: ${listed.length + 1} files`)
