// The emoji with their names, cut down from emojibase to what the picker shows and searches: a third
// of the data, and none of it asked of anybody else's server.
import { createRequire } from 'node:module'
import type { Plugin } from 'vite'

interface Entry {
  readonly unicode: string
  readonly label: string
  readonly tags?: readonly string[]
  readonly group?: number
  readonly order?: number
  readonly skins?: readonly { readonly unicode: string }[]
}

const prefix = 'virtual:emoji/'
/** Skin tones alone and the like: parts of emoji, not emoji. */
const components = 2

/** `virtual:emoji/<language>` gives `[emoji, group, name, other words, takes a skin tone]` each. */
export function emoji(): Plugin {
  const require = createRequire(import.meta.url)
  return {
    name: 'emoji',
    resolveId: id => (id.startsWith(prefix) ? `\0${id}` : undefined),
    load(id) {
      if (!id.startsWith(`\0${prefix}`)) return undefined
      const language = id.slice(prefix.length + 1)
      const all: readonly Entry[] = require(`emojibase-data/${language}/compact.json`)
      const rows = all
        .filter(entry => entry.group !== undefined && entry.group !== components)
        .sort((a, b) => (a.order ?? 0) - (b.order ?? 0))
        .map(row)
      // Read as text, which is several times faster than as a program of that size.
      return `export default JSON.parse(${JSON.stringify(JSON.stringify(rows))})`
    },
  }
}

function row({ unicode, group, label, tags = [], skins = [] }: Entry) {
  // Where the tone simply follows the first sign, the picker can put any tone there.
  const takesTone = skins[0]?.unicode === toned(unicode, '\u{1F3FB}')
  return [unicode, group, label, tags.join(' '), takesTone ? 1 : 0]
}

function toned(unicode: string, tone: string): string {
  const [first = '', ...rest] = unicode
  return first + tone + rest.join('').replace(/^\uFE0F/u, '')
}
