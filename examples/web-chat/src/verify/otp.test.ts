import { describe, expect, it } from 'vitest'
import { activeBox, codeDigits, pasteInto, typeInto } from './otp'

describe('codeDigits', () => {
  it.each([
    ['482 913', '482913'],
    ['482-913', '482913'],
    [' 482913\n', '482913'],
    ['４８２９１３', '482913'],
    ['Your code is 482913.', '482913'],
    ['4829137', '482913'],
    ['abc', ''],
  ])('%j holds the code %j', (text, code) => {
    expect(codeDigits(text)).toBe(code)
  })
})

describe('pasteInto', () => {
  it.each([
    { code: '', pasted: '482 913', at: [0, 0], becomes: '482913', caret: 6 },
    { code: '111111', pasted: '482-913', at: [3, 3], becomes: '482913', caret: 6 },
    { code: '123456', pasted: '99', at: [2, 2], becomes: '129956', caret: 4 },
    { code: '12', pasted: '345', at: [2, 2], becomes: '12345', caret: 5 },
    { code: '123456', pasted: '9', at: [0, 6], becomes: '9', caret: 1 },
    { code: '12', pasted: 'nothing', at: [1, 1], becomes: '12', caret: 1 },
  ])('$pasted into "$code" at $at gives $becomes', ({ code, pasted, at, becomes, caret }) => {
    const [start = 0, end = 0] = at
    expect(pasteInto(code, pasted, start, end)).toEqual({ code: becomes, caret })
  })
})

describe('typeInto', () => {
  it('appends at the end', () => {
    expect(typeInto('48', '482', 3)).toEqual({ code: '482', caret: 3 })
  })
  it('overwrites the digit that follows, as separate boxes would', () => {
    expect(typeInto('482913', '4802913', 3)).toEqual({ code: '480913', caret: 3 })
  })
  it('closes the hole that Backspace makes', () => {
    expect(typeInto('4829', '489', 2)).toEqual({ code: '489', caret: 2 })
  })
  it('ignores letters', () => {
    expect(typeInto('48', '48x', 3)).toEqual({ code: '48', caret: 2 })
  })
  it('takes a whole code that a phone fills in at once', () => {
    expect(typeInto('', '482913', 6)).toEqual({ code: '482913', caret: 6 })
  })
})

it('shows the caret in the last box when all are full', () => {
  expect([0, 3, 6].map(activeBox)).toEqual([0, 3, 5])
})
