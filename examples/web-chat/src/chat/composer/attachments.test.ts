import type { ServerLimits } from '@relaychat/client'
import { expect, it } from 'vitest'
import { bytesOver, defaultLimits, selectFiles } from './attachments'

const limits: ServerLimits = {
  ...defaultLimits,
  attachmentsPerMessage: 2,
  imageBytes: 1_048_576,
  fileBytes: 2_097_152,
}
const file = (name: string, type: string, bytes = 10) =>
  new File([new Uint8Array(bytes)], name, { type })

it('where only pictures go, names the kinds', () => {
  const picturesOnly = { ...defaultLimits, fileBytes: 0 }
  const { problems } = selectFiles([file('a.pdf', 'application/pdf')], 0, picturesOnly)
  expect(problems).toEqual(['a.pdf cannot be sent: choose PNG, JPEG, WEBP, or GIF.'])
})

it('takes files of any kind, and refuses one without anything in it', () => {
  const files = [file('a.pdf', 'application/pdf'), file('b.txt', 'text/plain', 0)]
  const { accepted, problems } = selectFiles(files, 0, limits)
  expect(accepted.map(taken => taken.name)).toEqual(['a.pdf'])
  expect(problems).toEqual(['b.txt is empty.'])
})

it('refuses what is too large and names the limit, which is another one for pictures', () => {
  const check = (name: string, type: string, bytes: number, limit: string | undefined) => {
    const { problems } = selectFiles([file(name, type, bytes)], 0, limits)
    expect(problems).toHaveLength(limit === undefined ? 0 : 1)
    if (limit !== undefined) expect(problems[0]).toContain(limit)
  }
  check('a.png', 'image/png', 1_048_577, '1 MB')
  check('a.pdf', 'application/pdf', 1_048_577, undefined)
  check('a.pdf', 'application/pdf', 2_097_153, '2 MB')
})

it('takes as many as fit, counting those chosen before', () => {
  const files = [file('a.png', 'image/png'), file('b.png', 'image/png'), file('c.png', 'image/png')]
  const { accepted, problems } = selectFiles(files, 1, limits)
  expect(accepted.map(taken => taken.name)).toEqual(['a.png'])
  expect(problems).toEqual(['You can send 2 files at once.'])
})

it('counts a text in bytes of UTF-8', () => {
  expect(bytesOver('abc', 3)).toBe(0)
  expect(bytesOver('äöü', 3)).toBe(3)
  expect(bytesOver('👋', 3)).toBe(1)
})
