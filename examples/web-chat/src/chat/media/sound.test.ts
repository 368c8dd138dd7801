import type { Client } from '@relaychat/client'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { decodedBytesMax, forgetSounds, holdSound, rememberRecording } from './sound'

const revoke = vi.fn()
let made = 0

beforeEach(() => {
  made = 0
  revoke.mockClear()
  vi.stubGlobal('URL', { createObjectURL: () => `blob:${++made}`, revokeObjectURL: revoke })
  vi.stubGlobal('fetch', () => Promise.resolve(new Response('sound')))
  vi.stubGlobal(
    'OfflineAudioContext',
    class {
      decodeAudioData() {
        return Promise.resolve({ duration: 2, getChannelData: () => Float32Array.of(0.5, 1) })
      }
    },
  )
})

afterEach(() => {
  forgetSounds()
  vi.unstubAllGlobals()
})

const links = vi.fn((id: string) => Promise.resolve({ url: `https://files.test/${id}` }))
const client = { attachmentLinks: links } as unknown as Client
const file = (id: string, sizeBytes = 1_000) => ({ id, sizeBytes, contentType: 'audio/webm' })
const revoked = async () => {
  await new Promise(resolve => setTimeout(resolve))
  return revoke.mock.calls.flat()
}

it('two who look at one sound share it, and it is there when one comes back', async () => {
  const [one, two] = [holdSound(client, file('a')), holdSound(client, file('a'))]
  expect(await one.sound).toEqual(await two.sound)
  expect((await one.sound).seconds).toBe(2)
  one.release()
  one.release()
  two.release()
  expect((await holdSound(client, file('a')).sound).url).toBe('blob:1')
  expect(await revoked()).toEqual([])
})

it('of those that nobody looks at the last few megabytes are kept', async () => {
  const held = []
  for (const id of ['a', 'b', 'c']) {
    const sound = holdSound(client, file(id, decodedBytesMax))
    await sound.sound
    held.push(sound)
  }
  expect(await revoked()).toEqual([])
  for (const sound of held) sound.release()
  expect(await revoked()).toEqual(['blob:1'])
})

it('who signs out leaves nothing, and what is held goes when it is let go', async () => {
  const [gone, held] = [holdSound(client, file('a')), holdSound(client, file('b'))]
  await Promise.all([gone.sound, held.sound])
  gone.release()
  forgetSounds()
  expect(await revoked()).toEqual(['blob:1'])
  held.release()
  expect(await revoked()).toEqual(['blob:1', 'blob:2'])
})

it('a failure is not kept', async () => {
  vi.stubGlobal('fetch', () => Promise.resolve(new Response('', { status: 503 })))
  const failed = holdSound(client, file('a'))
  await expect(failed.sound).rejects.toThrow('503')
  failed.release()
  vi.stubGlobal('fetch', () => Promise.resolve(new Response('sound')))
  expect((await holdSound(client, file('a')).sound).url).toBe('blob:1')
})

it('what is large or on its way is played from where it is', async () => {
  const large = holdSound(client, file('a', decodedBytesMax + 1))
  expect(await large.sound).toEqual({ url: 'https://files.test/a' })
  const local = holdSound(client, { ...file('b'), localUrl: 'blob:mine' })
  expect(await local.sound).toEqual({ url: 'blob:mine' })
  large.release()
  local.release()
  expect(await revoked()).toEqual([])
})

it('what was recorded here is seen at once', async () => {
  rememberRecording(new File(['sound'], 'voice.webm'))
  const own = { ...file('a', 5), localUrl: 'blob:mine', fileName: 'voice.webm' }
  expect(await holdSound(client, own).sound).toEqual({
    url: 'blob:mine',
    seconds: 2,
    peaks: expect.arrayContaining([1]),
  })
})
