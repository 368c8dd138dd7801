/** `npm run reference`: the reference of all public exports; fails where one is not documented. */

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import process from 'node:process'

import { installLocked, PACKAGE } from '../test/packed/places.mjs'

const folder = join(PACKAGE, 'reference')
await installLocked(folder)
const typedoc = join(folder, 'node_modules', '.bin', 'typedoc')
const { status } = spawnSync(typedoc, ['--options', join(folder, 'typedoc.json')], { cwd: folder, stdio: 'inherit' })
process.exitCode = status ?? 1
