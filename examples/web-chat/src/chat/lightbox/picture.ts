import type { Attachment } from '@relaychat/client'

/** An image to look at, with the words that describe it. */
export interface Picture {
  readonly attachment: Attachment
  readonly alt: string
}

export type OpenPicture = (pictures: readonly Picture[], index: number) => void
