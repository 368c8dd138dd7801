import { describe, expect, it } from 'vitest'
import { isBigEmoji, linkify } from './linkify'

const links = (text: string) =>
  linkify(text).flatMap(piece => (piece.kind === 'link' ? [[piece.text, piece.href]] : []))

describe('linkify', () => {
  it.each([
    [
      'see https://example.com/a?b=c#d',
      [['https://example.com/a?b=c#d', 'https://example.com/a?b=c#d']],
    ],
    ['www.example.com is it', [['www.example.com', 'https://www.example.com/']]],
    ['write to ann@example.com.', [['ann@example.com', 'mailto:ann@example.com']]],
    ['(https://example.com/x)', [['https://example.com/x', 'https://example.com/x']]],
    [
      'https://en.example.org/wiki/Rust_(language)!',
      [
        [
          'https://en.example.org/wiki/Rust_(language)',
          'https://en.example.org/wiki/Rust_(language)',
        ],
      ],
    ],
    ['nothing here', []],
  ])('%s', (text, expected) => {
    expect(links(text)).toEqual(expected)
  })

  it.each([
    'javascript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:x',
    'file:///etc/passwd',
    'https://',
  ])('%s stays text', text => {
    expect(links(text)).toEqual([])
  })

  it('loses no character', () => {
    for (const text of [
      'a https://example.com, b www.example.org) c d@e.fr; <img src=x onerror=alert(1)>',
      'https://a.example https://b.example',
      '',
    ]) {
      expect(
        linkify(text)
          .map(piece => piece.text)
          .join(''),
      ).toBe(text)
    }
  })

  it('does not choke on a long text', () => {
    const started = performance.now()
    linkify(`${'a.'.repeat(5_000)}@${'('.repeat(5_000)}`)
    // One that tries each way to cut it would take minutes; a busy machine takes seconds.
    expect(performance.now() - started).toBeLessThan(20_000)
  })
})

it.each([
  ['😍', true],
  ['👩‍👩‍👧 ❤️', true],
  ['😀😀😀', true],
  ['😀😀😀😀', false],
  ['ok 👍', false],
  ['1', false],
  ['', false],
])('%s is drawn large: %s', (text, isIt) => {
  expect(isBigEmoji(text)).toBe(isIt)
})
