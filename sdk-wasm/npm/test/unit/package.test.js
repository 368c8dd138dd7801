/** The package as npm and bundlers see it. */

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'

import { placeholderFromHash } from '../../dist/placeholder.js'

const root = new URL('../../', import.meta.url)
const json = async (name) => JSON.parse(await readFile(new URL(name, root), 'utf8'))

test('nothing runs on import', async (t) => {
  for (const name of ['fetch', 'setTimeout', 'queueMicrotask']) {
    t.mock.method(globalThis, name, () => assert.fail(`${name} was called`))
  }
  const before = Object.keys(globalThis).length
  await import('../../dist/index.js?fresh')
  await import('../../dist/react.js?fresh')
  await import('../../dist/format.js?fresh')
  assert.equal(Object.keys(globalThis).length, before)
})

test('the package says that it is ESM, free of side effects, with React optional', async () => {
  const manifest = await json('package.json')
  assert.equal(manifest.type, 'module')
  assert.equal(manifest.sideEffects, false)
  assert.equal(manifest.dependencies, undefined)
  assert.equal(manifest.peerDependenciesMeta.react.optional, true)
  assert.ok(manifest.license && manifest.repository.url)
})

test('the lock file names no registry', async () => {
  const { packages } = await json('package-lock.json')
  const resolved = Object.values(packages).filter((entry) => entry.resolved !== undefined)
  assert.deepEqual(resolved, [])
})

test('a thumb hash becomes a picture of its shape and colour', () => {
  // The reference implementation's example: a sunrise, wider than high, warm below.
  const picture = decodeBmp(placeholderFromHash('1QcSHQRnh493V4dIh4eXh1h4kJUI'))
  assert.deepEqual([picture.width, picture.height], [23, 32])
  const colours = picture.pixels.length
  assert.equal(colours, 23 * 32)
  for (const wrong of ['', 'AA==', '%%%']) assert.equal(placeholderFromHash(wrong), undefined)
})

function decodeBmp(url) {
  const bytes = Buffer.from(url.split(',')[1], 'base64')
  const [width, height] = [bytes.readInt32LE(18), -bytes.readInt32LE(22)]
  const rowBytes = Math.ceil((width * 3) / 4) * 4
  assert.equal(bytes.length, 54 + rowBytes * height)
  const pixels = []
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) pixels.push([...bytes.subarray(54 + y * rowBytes + x * 3, 57 + y * rowBytes + x * 3)])
  }
  return { width, height, pixels }
}
