/** What a message says in a line: its text, or what it is instead. */

import type { Attachment, Message } from '@relaychat/client'
import { plainText } from '@relaychat/client/format'
import { t } from '../strings'

type Said = Pick<Message, 'text' | 'isDeleted' | 'isOwn'> & {
  readonly attachments: readonly Pick<Attachment, 'kind' | 'fileName'>[]
}

export function lineOf({ text, isDeleted, isOwn, attachments }: Said): string {
  if (isDeleted) return isOwn ? t.message.deletedOwn : t.message.deleted
  return text === '' ? attachmentsLine(attachments) : plainText(text)
}

/** "3 photos", or the name of a file. */
function attachmentsLine(attachments: Said['attachments']): string {
  const [first] = attachments
  if (attachments.every(({ kind }) => kind === 'image')) {
    return attachments.length > 1 ? t.sidebar.photos(attachments.length) : t.sidebar.photo
  }
  if (attachments.length === 1 && first?.fileName !== undefined) return first.fileName
  return t.message.files(attachments.length)
}
