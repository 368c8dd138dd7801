/**
 * Records a voice message: idle, asking for the microphone, recording, held (ended by itself at a limit,
 * waits for the person). Every way out stops the tracks, so that the light of the microphone goes off.
 * It draws nothing and sends nothing.
 */

import { voiceFileName } from './kinds'

export type RecorderProblem = 'denied' | 'missing' | 'failed'

export type RecorderState =
  | { readonly status: 'idle'; readonly problem?: RecorderProblem }
  | { readonly status: 'asking' }
  | { readonly status: 'recording'; readonly stream: MediaStream; readonly startedAt: number }
  | { readonly status: 'held'; readonly file: File; readonly lengthMs: number }

/** What it needs of the browser. */
export interface Microphone {
  readonly open: () => Promise<MediaStream>
  readonly record: (stream: MediaStream) => MediaRecorder
  readonly now: () => number
}

/** How often the browser hands over what it has. */
const sliceMs = 1_000
const idle: RecorderState = { status: 'idle' }

export class Recorder {
  #state: RecorderState = idle
  #media: MediaRecorder | undefined
  /** While it stops. */
  #holding: Promise<void> | undefined
  #chunks: Blob[] = []
  /** Told apart, since an answer may come after a cancel. */
  #attempt = 0
  readonly #listeners = new Set<() => void>()
  readonly #microphone: Microphone

  constructor(microphone: Microphone) {
    this.#microphone = microphone
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly getSnapshot = (): RecorderState => this.#state

  /** Ends by itself at `limitBytes`. */
  async start(limitBytes: number): Promise<void> {
    if (this.#state.status !== 'idle') return
    this.#attempt += 1
    const attempt = this.#attempt
    this.#become({ status: 'asking' })
    let stream: MediaStream | undefined
    try {
      stream = await this.#microphone.open()
      if (attempt !== this.#attempt) return stopTracks(stream)
      this.#begin(stream, limitBytes)
    } catch (error) {
      if (stream !== undefined) stopTracks(stream)
      if (attempt === this.#attempt) this.#become({ status: 'idle', problem: problemOf(error) })
    }
  }

  #begin(stream: MediaStream, limitBytes: number): void {
    const media = this.#microphone.record(stream)
    const chunks: Blob[] = []
    let sizeBytes = 0
    let largestBytes = 0
    media.ondataavailable = ({ data }) => {
      chunks.push(data)
      sizeBytes += data.size
      largestBytes = Math.max(largestBytes, data.size)
      // What the end still brings must fit too.
      if (media.state === 'recording' && sizeBytes + 2 * largestBytes > limitBytes) void this.hold()
    }
    // The microphone was pulled out: what was said is kept.
    media.onstop = () => void this.hold()
    media.start(sliceMs)
    this.#media = media
    this.#chunks = chunks
    this.#become({ status: 'recording', stream, startedAt: this.#microphone.now() })
  }

  /** Stops, and keeps what was said until `finish` or `cancel`. */
  hold(): Promise<void> {
    this.#holding ??= this.#stop().finally(() => {
      this.#holding = undefined
    })
    return this.#holding
  }

  async #stop(): Promise<void> {
    const before = this.#state
    const media = this.#media
    if (before.status !== 'recording' || media === undefined) return
    const attempt = this.#attempt
    const lengthMs = this.#microphone.now() - before.startedAt
    this.#media = undefined
    await ended(media)
    stopTracks(before.stream)
    if (attempt !== this.#attempt) return
    const type = media.mimeType.split(';')[0] || 'audio/webm'
    const file = new File(this.#chunks, voiceFileName(new Date(), type), { type })
    this.#become(file.size === 0 ? { status: 'idle', problem: 'failed' } : held(file, lengthMs))
  }

  /** Stops and hands over what was said. */
  async finish(): Promise<File | undefined> {
    await this.hold()
    if (this.#state.status !== 'held') return undefined
    const { file } = this.#state
    this.#become(idle)
    return file
  }

  /** Nothing is left of it. */
  cancel(): void {
    const before = this.#state
    this.#attempt += 1
    const media = this.#media
    this.#media = undefined
    if (media !== undefined) {
      media.ondataavailable = null
      media.onstop = null
      if (media.state !== 'inactive') media.stop()
    }
    if (before.status === 'recording') stopTracks(before.stream)
    this.#chunks = []
    if (before.status !== 'idle' || before.problem !== undefined) this.#become(idle)
  }

  #become(state: RecorderState): void {
    this.#state = state
    for (const listener of this.#listeners) listener()
  }
}

function held(file: File, lengthMs: number): RecorderState {
  return { status: 'held', file, lengthMs }
}

/** The last piece comes before `stop` does. */
function ended(media: MediaRecorder): Promise<void> {
  if (media.state === 'inactive') return Promise.resolve()
  return new Promise(resolve => {
    media.onstop = () => resolve()
    media.stop()
  })
}

function stopTracks(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop()
}

function problemOf(error: unknown): RecorderProblem {
  const name = error instanceof Error ? error.name : ''
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied'
  return name === 'NotFoundError' ? 'missing' : 'failed'
}
