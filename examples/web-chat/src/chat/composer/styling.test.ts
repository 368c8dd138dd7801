import { describe, expect, it } from 'vitest'
import { styled } from './styling'

/** The selection stands in brackets. */
function press(shown: string, sign: string): string {
  const from = shown.indexOf('[')
  const to = shown.indexOf(']') - 1
  const after = styled({ text: shown.replace(/[[\]]/g, ''), from, to }, sign)
  return `${after.text.slice(0, after.from)}[${after.text.slice(after.from, after.to)}]${after.text.slice(after.to)}`
}

describe('styled', () => {
  it.each([
    ['a [word] b', '**', 'a **[word]** b'],
    ['a **[word]** b', '**', 'a [word] b'],
    ['a **[word]** b', '*', 'a ***[word]*** b'],
    ['a ***[word]*** b', '*', 'a **[word]** b'],
    ['a ***[word]*** b', '**', 'a *[word]* b'],
    ['a[ word ]b', '*', 'a *[word]* b'],
    ['[]', '**', '**[]**'],
    ['**[]**', '**', '[]'],
  ])('%s with %s is %s', (before, sign, after) => {
    expect(press(before, sign)).toBe(after)
  })
})
