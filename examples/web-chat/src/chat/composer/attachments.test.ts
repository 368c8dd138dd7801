import { expect, it } from 'vitest'
import { bytesOver, defaultLimits, selectFiles } from './attachments'

const limits = { ...defaultLimits, attachmentsPerMessage: 2, imageBytes: 1_048_576 }
const file = (name: string, type: string, bytes = 10) =>
  new File([new Uint8Array(bytes)], name, { type })

it('refuses other kinds of files and names the kinds that go', () => {
  const { accepted, problems } = selectFiles([file('a.pdf', 'application/pdf')], 0, limits)
  expect(accepted).toEqual([])
  expect(problems).toEqual(['a.pdf cannot be sent: choose PNG, JPEG, WEBP, or GIF.'])
})

it('refuses what is too large and names the limit', () => {
  const { accepted, problems } = selectFiles([file('a.png', 'image/png', 1_048_577)], 0, limits)
  expect(accepted).toEqual([])
  expect(problems).toHaveLength(1)
  expect(problems[0]).toContain('1 MB')
})

it('takes as many as fit, counting those chosen before', () => {
  const files = [file('a.png', 'image/png'), file('b.png', 'image/png'), file('c.png', 'image/png')]
  const { accepted, problems } = selectFiles(files, 1, limits)
  expect(accepted.map(taken => taken.name)).toEqual(['a.png'])
  expect(problems).toEqual(['You can send 2 images at once.'])
})

it('counts a text in bytes of UTF-8', () => {
  expect(bytesOver('abc', 3)).toBe(0)
  expect(bytesOver('äöü', 3)).toBe(3)
  expect(bytesOver('👋', 3)).toBe(1)
})
