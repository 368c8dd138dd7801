/** The emoji somebody used last on this device, newest first, and the skin tone they chose. */

import { readStored, writeStored } from '../../platform/stored'

/** Two rows of the picker. */
const kept = 16

export function recentEmoji(): readonly string[] {
  const stored = readStored('emoji')
  return stored === undefined ? [] : stored.split(' ').filter(Boolean).slice(0, kept)
}

export function rememberEmoji(emoji: string): void {
  const others = recentEmoji().filter(known => known !== emoji)
  writeStored('emoji', [emoji, ...others].slice(0, kept).join(' '))
}

export function skinTone(): number {
  const stored = Number(readStored('skin-tone') ?? 0)
  return Number.isInteger(stored) && stored >= 0 && stored <= 5 ? stored : 0
}

export function rememberSkinTone(tone: number): void {
  writeStored('skin-tone', tone === 0 ? undefined : String(tone))
}
