/** Which files may go with a message. Refuses before uploading, and says which limit was met. */

import type { ServerLimits } from '@relaychat/client'
import { bytesLabel } from '../../format/bytes'
import { t } from '../../strings'

/** Used until the server has told its own: the defaults of the protocol. */
export const defaultLimits: ServerLimits = {
  textBytes: 16_384,
  editWindowMs: 172_800_000,
  readReceipts: true,
  attachmentsPerMessage: 10,
  imageBytes: 10_485_760,
  fileBytes: 104_857_600,
  imagePixels: 40_000_000,
  imageContentTypes: ['image/png', 'image/jpeg', 'image/webp', 'image/gif'],
}

export interface Selection {
  readonly accepted: readonly File[]
  readonly problems: readonly string[]
}

export function selectFiles(
  files: readonly File[],
  alreadyChosen: number,
  limits: ServerLimits,
): Selection {
  const accepted: File[] = []
  const problems: string[] = []
  for (const file of files) {
    const problem = fileProblem(file, limits)
    if (problem !== undefined) problems.push(problem)
    else if (alreadyChosen + accepted.length >= limits.attachmentsPerMessage) {
      const tooMany = t.composer.tooMany(limits.attachmentsPerMessage)
      if (!problems.includes(tooMany)) problems.push(tooMany)
    } else accepted.push(file)
  }
  return { accepted, problems }
}

function fileProblem(file: File, limits: ServerLimits): string | undefined {
  if (file.size === 0) return t.composer.emptyFile(file.name)
  const limitBytes = isImage(file, limits) ? limits.imageBytes : (limits.fileBytes ?? 0)
  if (limitBytes === 0) {
    return t.composer.wrongType(file.name, typeNames(limits.imageContentTypes))
  }
  if (file.size > limitBytes) return t.composer.tooLarge(file.name, bytesLabel(limitBytes))
  return undefined
}

/** "PNG, JPEG, WEBP or GIF". */
function typeNames(types: readonly string[]): string {
  const names = types.map(type => type.replace('image/', '').toUpperCase())
  return new Intl.ListFormat(t.language, { type: 'disjunction' }).format(names)
}

/** What is shown as a picture. Everything else is a file, also a picture of a rarer kind. */
export function isImage(file: Blob, limits: ServerLimits): boolean {
  return limits.imageContentTypes.includes(file.type)
}

/** How far a text is over the limit, in bytes of UTF-8. */
export function bytesOver(text: string, limitBytes: number): number {
  // A UTF-16 unit is at most three bytes: short texts need no counting.
  if (text.length * 3 <= limitBytes) return 0
  return Math.max(0, new TextEncoder().encode(text).length - limitBytes)
}
