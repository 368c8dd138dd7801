/** Formatted text: what counts as a sign, and that nothing else is ever touched. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { formatText, plainText } from '../../dist/format.js'

/** Blocks in short: text as it is, styles as their first letters before it. */
function short(text) {
  const spans = (list) => list.map(({ text, styles }) => styles.map(([letter]) => letter).join('') + (styles.length > 0 ? `<${text}>` : text)).join('')
  return formatText(text).map((block) => {
    if (block.kind === 'code') return ['code', block.text]
    if (block.kind !== 'list') return [block.kind, spans(block.spans)]
    return ['list', ...block.items.map(({ number, spans: list }) => (number === undefined ? '- ' : `${number}. `) + spans(list))]
  })
}

const inline = {
  '**bold** and *italic*': 'b<bold> and i<italic>',
  '_italic_ ~~gone~~ `code`': 'i<italic> s<gone> c<code>',
  '***both*** of them': 'bi<both> of them',
  '**bold *both***': 'b<bold >bi<both>',
  '*a **b***': 'i<a >ib<b>',
  '*a _b_ c*': 'i<a >i<b>i< c>',
  '**これ**は*大事*': 'b<これ>はi<大事>',
  'in**side** words': 'inb<side> words',
  '`**as typed**`': 'c<**as typed**>',
  '``a ` b``': 'c<a ` b>',
  '**_**': 'b<_>',
  '**a `*` b**': 'b<a >bc<*>b< b>',
}
const untouched = [
  'snake_case_name', '2*3*4', '2 * 3 * 4', '** not bold **', '**open', 'closed**', '****', '*', '_', '~~', '`', '~one~',
  '¯\\_(ツ)_/¯', '__init__', '>_<', '>:(', '-5 degrees', '1.5 litres', '#no heading', '\\*no\\* sign', 'a\\`b`', '*a\nb*',
  'https://example.com/_a_/*b*/~~c~~', 'www.example.com/a_b_', '<b>no</b> &amp; <script>', '```', '```js\nno end', '- ', '>', '007. agent',
  '[no](link)', 'a **b', '____', '-----',
]

test('signs in pairs format what is between them', () => {
  for (const [typed, wanted] of Object.entries(inline)) assert.deepEqual(short(typed), [['text', wanted]], typed)
})

test('what is no pair is shown as it was typed', () => {
  for (const text of untouched) assert.deepEqual(formatText(text), [{ kind: 'text', spans: [{ text, styles: [] }] }], text)
  assert.deepEqual(formatText(''), [])
})

test('an address is left alone, and can be bold', () => {
  assert.deepEqual(short('**https://example.com/a_b_c** _x_'), [['text', 'b<https://example.com/a_b_c> i<x>']])
})

test('lines make quotes, lists and code', () => {
  const text = 'Look:\n\n> one\n>\n> **two**\nthen\n- a\n* b\n2. c\n10) d\n```rust\nlet *a* = 1;\n\n```\nend\n'
  assert.deepEqual(short(text), [
    ['text', 'Look:'],
    ['quote', 'one\n\nb<two>'],
    ['text', 'then'],
    ['list', '- a', '- b'],
    ['list', '2. c', '10. d'],
    ['code', 'let *a* = 1;\n'],
    ['text', 'end\n'],
  ])
  assert.equal(plainText('**a**\n- `b`\n3. c\n> d'), 'a\nb\n3. c\nd')
})

/** A small generator, so that a failure can be made again. */
function random(seed) {
  let state = seed
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state % limit
  }
}

const parts = ['*', '**', '***', '_', '~~', '~', '`', '``', '```', '\n', ' ', 'a', 'Ω', '語', '😀', '> ', '- ', '1. ', '\\', 'https://a.b/', '(', '.', '\u202e']

test('of any text only signs are taken away, and in order', () => {
  for (let seed = 1; seed <= 5_000; seed += 1) {
    const below = random(seed)
    const text = Array.from({ length: below(24) }, () => parts[below(parts.length)]).join('')
    const shown = formatText(text).flatMap((block) => {
      if (block.kind === 'code') return [block.text]
      const spans = block.kind === 'list' ? block.items.flatMap((item) => item.spans) : block.spans
      for (const { text: piece, styles } of spans) {
        assert.notEqual(piece, '')
        assert.equal(new Set(styles).size, styles.length)
      }
      return spans.map((span) => span.text)
    })
    let at = 0
    for (const character of shown.join('')) {
      const next = text.indexOf(character, at)
      const skipped = text.slice(at, next)
      assert.ok(next >= 0 && /^[*_~`>\-\s\d.]*$/u.test(skipped), `${JSON.stringify(text)} lost ${JSON.stringify(skipped)}`)
      at = next + character.length
    }
    assert.match(text.slice(at), /^[*_~`>\-\s\d.]*$/u, JSON.stringify(text))
    const words = (typed) => typed.replaceAll(/[^aΩ語😀]/gu, '')
    assert.equal(words(shown.join('')), words(text).slice(0), JSON.stringify(text))
  }
})

test('a hostile text takes no longer than a long one', () => {
  const length = 20_000
  for (const part of ['*', '**a', '_a ', '~~', '`', '`a``', '\n', '> \n', '- a\n', '```\n', '\\', '*a **', 'www.a']) {
    const text = part.repeat(length / part.length)
    const started = performance.now()
    formatText(text)
    // One that tries each pair would take minutes; a busy machine takes seconds.
    assert.ok(performance.now() - started < 20_000, part)
  }
})
