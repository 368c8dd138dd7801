/** Which attachments can be heard or watched, and what a voice message is called. */

import type { Attachment } from '@relaychat/client'

type Named = Pick<Attachment, 'kind' | 'fileName'> & { readonly contentType?: string }

const voiceName = /^voice-\d{4}-\d{2}-\d{2}-\d{2}-\d{2}\./u

export function isAudio({ kind, contentType = '' }: Named): boolean {
  return kind === 'file' && contentType.startsWith('audio/')
}

export function isVideo({ kind, contentType = '' }: Named): boolean {
  return kind === 'file' && contentType.startsWith('video/')
}

/** Whether this browser says that it may be able to. */
export function isPlayable(contentType: string): boolean {
  return document.createElement('video').canPlayType(contentType) !== ''
}

/** Recorded here: its name says nothing to a person. */
export function isVoice(file: Named): boolean {
  return isAudio(file) && voiceName.test(file.fileName ?? '')
}

/** "voice-2026-11-23-20-41.webm", in the time of this place. */
export function voiceFileName(at: Date, contentType: string): string {
  const parts = [at.getMonth() + 1, at.getDate(), at.getHours(), at.getMinutes()]
  const digits = parts.map(part => String(part).padStart(2, '0')).join('-')
  return `voice-${at.getFullYear()}-${digits}.${extensionOf(contentType)}`
}

function extensionOf(contentType: string): string {
  if (contentType.startsWith('audio/mp4')) return 'm4a'
  return contentType.startsWith('audio/ogg') ? 'ogg' : 'webm'
}
