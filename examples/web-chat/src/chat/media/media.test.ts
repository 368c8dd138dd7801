import { expect, it, vi } from 'vitest'
import { isAudio, isVideo, isVoice, voiceFileName } from './kinds'
import { peaksOf } from './peaks'
import { playTime } from './play-time'
import { Recorder } from './recorder'

it.each([
  [0, '0:00'],
  [65.9, '1:05'],
  [3_605, '1:00:05'],
  [Number.POSITIVE_INFINITY, '0:00'],
  [Number.NaN, '0:00'],
  [-1, '0:00'],
])('%d seconds are read as %s', (seconds, text) => {
  expect(playTime(seconds)).toBe(text)
})

it('peaks are relative to the loudest part', () => {
  const samples = Float32Array.from([0, 0.25, -0.5, 0.1, 0, 0])
  expect(peaksOf(samples, 3)).toEqual([0.5, 1, 0])
})

it('silence and nothing have no peaks', () => {
  expect(peaksOf(new Float32Array(8), 2)).toEqual([0, 0])
  expect(peaksOf(new Float32Array(0), 2)).toEqual([0, 0])
})

it('a voice message is known by its name and its type', () => {
  const at = new Date(2026, 10, 23, 20, 41)
  const fileName = voiceFileName(at, 'audio/webm')
  expect(fileName).toBe('voice-2026-11-23-20-41.webm')
  expect(voiceFileName(at, 'audio/mp4')).toBe('voice-2026-11-23-20-41.m4a')
  expect(isVoice({ kind: 'file', fileName, contentType: 'audio/webm' })).toBe(true)
  expect(isVoice({ kind: 'file', fileName, contentType: 'text/plain' })).toBe(false)
  expect(isVoice({ kind: 'file', fileName: 'song.mp3', contentType: 'audio/mpeg' })).toBe(false)
  expect(isAudio({ kind: 'file', fileName: 'song.mp3', contentType: 'audio/mpeg' })).toBe(true)
  expect(isVideo({ kind: 'file', fileName: 'a.mp4', contentType: 'video/mp4' })).toBe(true)
})

class FakeMedia {
  state = 'inactive'
  mimeType = 'audio/webm;codecs=opus'
  ondataavailable: ((event: { data: Blob }) => void) | null = null
  onstop: (() => void) | null = null
  start() {
    this.state = 'recording'
  }
  say(text: string) {
    this.ondataavailable?.({ data: new Blob([text]) })
  }
  stop() {
    this.state = 'inactive'
    this.say('end')
    this.onstop?.()
  }
}

function setUp(open?: () => Promise<MediaStream>) {
  const stop = vi.fn()
  const media = new FakeMedia()
  const stream = { getTracks: () => [{ stop }] } as unknown as MediaStream
  const recorder = new Recorder({
    open: open ?? (() => Promise.resolve(stream)),
    record: () => media as unknown as MediaRecorder,
    now: () => 0,
  })
  return { stop, media, stream, recorder, status: () => recorder.getSnapshot().status }
}

it('what was said is handed over and the microphone is let go', async () => {
  const { recorder, media, stop, status } = setUp()
  await recorder.start(1_000)
  expect(status()).toBe('recording')
  media.say('hello ')
  const file = await recorder.finish()
  expect(await file?.text()).toBe('hello end')
  expect(file?.type).toBe('audio/webm')
  expect(stop).toHaveBeenCalledOnce()
  expect(status()).toBe('idle')
})

it('cancelling leaves nothing', async () => {
  const { recorder, media, stop, status } = setUp()
  await recorder.start(1_000)
  media.say('hello')
  recorder.cancel()
  expect(status()).toBe('idle')
  expect(stop).toHaveBeenCalledOnce()
  expect(await recorder.finish()).toBeUndefined()
})

it('a microphone that is granted after a cancel is let go', async () => {
  let grant: (stream: MediaStream) => void = () => {}
  const { recorder, stream, stop, status } = setUp(() => new Promise(done => (grant = done)))
  const starting = recorder.start(1_000)
  expect(status()).toBe('asking')
  recorder.cancel()
  grant(stream)
  await starting
  expect(stop).toHaveBeenCalledOnce()
  expect(status()).toBe('idle')
})

it('the limit holds the recording and keeps it', async () => {
  const { recorder, media, status } = setUp()
  await recorder.start(20)
  media.say('0123456789')
  await vi.waitFor(() => expect(status()).toBe('held'))
  expect(await (await recorder.finish())?.text()).toBe('0123456789end')
})

it('who sends while the limit ends it sends what was said', async () => {
  const { recorder, media, stop, status } = setUp()
  await recorder.start(1_000)
  media.say('hello ')
  void recorder.hold()
  expect(await (await recorder.finish())?.text()).toBe('hello end')
  expect(stop).toHaveBeenCalled()
  expect(status()).toBe('idle')
})

it('a recorder that does not begin lets the microphone go', async () => {
  const { recorder, media, stop } = setUp()
  media.start = () => {
    throw new DOMException('', 'NotSupportedError')
  }
  await recorder.start(1_000)
  expect(stop).toHaveBeenCalledOnce()
  expect(recorder.getSnapshot()).toEqual({ status: 'idle', problem: 'failed' })
})

it('a microphone that goes away keeps what was said', async () => {
  const { recorder, media, status } = setUp()
  await recorder.start(1_000)
  media.stop()
  await vi.waitFor(() => expect(status()).toBe('held'))
})

it.each([
  ['NotAllowedError', 'denied'],
  ['NotFoundError', 'missing'],
  ['AbortError', 'failed'],
])('%s is told as %s', async (name, problem) => {
  const { recorder } = setUp(() => Promise.reject(new DOMException('', name)))
  await recorder.start(1_000)
  expect(recorder.getSnapshot()).toEqual({ status: 'idle', problem })
})
