/**
 * The bytes of a recording and what they look like. They are fetched once and kept in memory while
 * somebody looks at them, and some of them longer, since one scrolls back.
 */

import type { Attachment, Client } from '@relaychat/client'
import { peaksOf } from './peaks'

/** Larger ones are played from their address and have a plain line: decoding takes ten times the memory. */
export const decodedBytesMax = 8 * 1024 * 1024
/** Of sounds that nobody looks at. */
const keptBytesMax = 16 * 1024 * 1024
const peakCount = 48
/** What is needed for peaks; less is less to decode. */
const sampleRate = 8_000

type Sent = Pick<Attachment, 'id' | 'localUrl' | 'fileName' | 'sizeBytes' | 'contentType'>

/** Empty where the browser cannot decode it. */
interface Looks {
  readonly peaks?: readonly number[]
  readonly seconds?: number
}

export interface Sound extends Looks {
  readonly url: string
}

/** The address works until `release`. */
export interface HeldSound {
  readonly sound: Promise<Sound>
  readonly release: () => void
}

interface Kept {
  readonly sound: Promise<Sound>
  readonly sizeBytes: number
  holders: number
}

/** The one that was let go last is the last. */
const kept = new Map<string, Kept>()
/** What was recorded here looks like, by name and size: its bytes are not fetched. */
const recorded = new Map<string, Promise<Looks>>()

export function holdSound(client: Client, file: Sent): HeldSound {
  // The client ends this address, and the policy of the page forbids to fetch it.
  const { localUrl: url } = file
  if (url !== undefined) return notKept(looksOfOwn(file).then(looks => ({ url, ...looks })))
  if (file.sizeBytes > decodedBytesMax) return notKept(addressOf(client, file))
  const known = kept.get(file.id) ?? load(client, file)
  known.holders += 1
  return { sound: known.sound, release: onlyOnce(() => letGo(file.id, known)) }
}

/** Before it is sent: its sender sees at once what it looks like. */
export function rememberRecording(file: File): void {
  if (file.size > decodedBytesMax) return
  recorded.set(nameOf(file.name, file.size), file.arrayBuffer().then(looksOf))
}

/** Who signs out leaves nothing; what is still held goes when it is let go. */
export function forgetSounds(): void {
  const all = [...kept.values()]
  kept.clear()
  recorded.clear()
  for (const sound of all) if (sound.holders === 0) revoke(sound)
}

function load(client: Client, file: Sent): Kept {
  const made: Kept = { sound: fetched(client, file), sizeBytes: file.sizeBytes, holders: 0 }
  kept.set(file.id, made)
  // An address that did not answer is asked for again at the next press.
  made.sound.catch(() => {
    if (kept.get(file.id) === made) kept.delete(file.id)
  })
  return made
}

function letGo(id: string, sound: Kept): void {
  sound.holders -= 1
  if (sound.holders > 0) return
  if (kept.get(id) !== sound) {
    revoke(sound)
    return
  }
  kept.delete(id)
  kept.set(id, sound)
  let rest = keptBytesMax
  for (const [oldId, old] of [...kept].reverse()) {
    if (old.holders > 0) continue
    rest -= old.sizeBytes
    if (rest >= 0) continue
    kept.delete(oldId)
    revoke(old)
  }
}

function revoke({ sound }: Kept): void {
  sound.then(
    ({ url }) => URL.revokeObjectURL(url),
    () => undefined,
  )
}

async function addressOf(client: Client, { id }: Sent): Promise<Sound> {
  return { url: (await client.attachmentLinks(id)).url }
}

async function fetched(client: Client, file: Sent): Promise<Sound> {
  const answer = await fetch((await addressOf(client, file)).url)
  if (!answer.ok) throw new Error(`the sound could not be fetched: ${answer.status}`)
  const bytes = await answer.arrayBuffer()
  const url = URL.createObjectURL(new Blob([bytes], { type: file.contentType }))
  return { url, ...(await looksOf(bytes)) }
}

async function looksOf(bytes: ArrayBuffer): Promise<Looks> {
  try {
    const decoded = await new OfflineAudioContext(1, 1, sampleRate).decodeAudioData(bytes)
    return { seconds: decoded.duration, peaks: peaksOf(decoded.getChannelData(0), peakCount) }
  } catch {
    return {}
  }
}

function looksOfOwn({ fileName = '', sizeBytes }: Sent): Promise<Looks> {
  return recorded.get(nameOf(fileName, sizeBytes)) ?? Promise.resolve({})
}

function nameOf(fileName: string, sizeBytes: number): string {
  return `${sizeBytes} ${fileName}`
}

function notKept(sound: Promise<Sound>): HeldSound {
  return { sound, release: () => {} }
}

function onlyOnce(act: () => void): () => void {
  let isDone = false
  return () => {
    if (isDone) return
    isDone = true
    act()
  }
}
