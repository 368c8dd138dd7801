/** What a message says in a line: its text, or what it is instead. */

import type { Attachment, Message } from '@relaychat/client'
import { plainText } from '@relaychat/client/format'
import { t } from '../strings'
import { isAudio, isVideo, isVoice } from './media/kinds'

type Said = Pick<Message, 'text' | 'isDeleted' | 'isOwn'> & {
  readonly attachments: readonly (Pick<Attachment, 'kind' | 'fileName'> &
    Partial<Pick<Attachment, 'contentType'>>)[]
}

export function lineOf({ text, isDeleted, isOwn, attachments }: Said): string {
  if (isDeleted) return isOwn ? t.message.deletedOwn : t.message.deleted
  return text === '' ? attachmentsLine(attachments) : plainText(text)
}

/** "3 photos", "Voice message", or the name of a file. */
function attachmentsLine(attachments: Said['attachments']): string {
  const [first] = attachments
  if (attachments.every(({ kind }) => kind === 'image')) {
    return attachments.length > 1 ? t.sidebar.photos(attachments.length) : t.sidebar.photo
  }
  if (attachments.length === 1 && first !== undefined) {
    const medium = mediumOf(first)
    if (medium !== undefined) return medium
  }
  if (attachments.length === 1 && first?.fileName !== undefined) return first.fileName
  return t.message.files(attachments.length)
}

/** What can be heard or watched, in a word. */
function mediumOf(file: Said['attachments'][number]): string | undefined {
  if (isVoice(file)) return t.media.voice
  if (isAudio(file)) return t.media.audio
  return isVideo(file) ? t.media.video : undefined
}
