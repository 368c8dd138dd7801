// Writes .br and .gz beside every text-like file of a folder, so that the server never compresses.
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const compressible = new Set([
  '.html',
  '.js',
  '.css',
  '.svg',
  '.json',
  '.wasm',
  '.webmanifest',
  '.txt',
])
const root = process.argv[2] ?? 'dist'
let files = 0
let before = 0
let after = 0

for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !compressible.has(extname(entry.name))) continue
  const path = join(entry.parentPath, entry.name)
  const bytes = await readFile(path)
  const br = brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  })
  await writeFile(`${path}.br`, br)
  await writeFile(`${path}.gz`, gzipSync(bytes, { level: 9 }))
  files += 1
  before += bytes.length
  after += br.length
}

console.log(`precompressed ${files} files: ${kib(before)} -> ${kib(after)} (brotli)`)

function kib(bytes) {
  return `${(bytes / 1024).toFixed(1)} KiB`
}
