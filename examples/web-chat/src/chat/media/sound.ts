/** The bytes of a recording and what they look like: fetched once, kept while the page is open. */

import type { Attachment, Client } from '@relaychat/client'
import { peaksOf } from './peaks'

/** Larger ones are played from their address and have a plain line: decoding takes ten times the memory. */
export const decodedBytesMax = 8 * 1024 * 1024
/** Addresses hold the bytes in memory, so that only the last ones are kept. */
const keptMax = 40
const peakCount = 48
/** What is needed for peaks; less is less to decode. */
const sampleRate = 8_000

export interface Sound {
  readonly url: string
  /** Absent where the browser cannot decode it. */
  readonly peaks?: readonly number[]
  readonly seconds?: number
}

const sounds = new Map<string, Promise<Sound>>()

export function soundOf(client: Client, file: Attachment): Promise<Sound> {
  // On its way: the address ends when the message has arrived, and the policy of the page forbids to fetch it.
  if (file.localUrl !== undefined) return Promise.resolve({ url: file.localUrl })
  const known = sounds.get(file.id)
  if (known !== undefined) return known
  const made = load(client, file)
  sounds.set(file.id, made)
  // An address that did not answer is asked for again at the next press.
  made.catch(() => sounds.delete(file.id))
  const [oldest] = sounds.keys()
  if (sounds.size > keptMax && oldest !== undefined) sounds.delete(oldest)
  return made
}

async function load(client: Client, file: Attachment): Promise<Sound> {
  const address = (await client.attachmentLinks(file.id)).url
  if (file.sizeBytes > decodedBytesMax) return { url: address }
  const answer = await fetch(address)
  if (!answer.ok) throw new Error(`the sound could not be fetched: ${answer.status}`)
  const bytes = await answer.arrayBuffer()
  const url = URL.createObjectURL(new Blob([bytes], { type: file.contentType }))
  try {
    const decoded = await new OfflineAudioContext(1, 1, sampleRate).decodeAudioData(bytes)
    return { url, seconds: decoded.duration, peaks: peaksOf(decoded.getChannelData(0), peakCount) }
  } catch {
    return { url }
  }
}
