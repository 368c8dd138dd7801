/** How large an image is drawn in a conversation, known from its dimensions alone. */

import type { Attachment } from '@relaychat/client'

const widthMax = 340
export const heightMax = 380
/** Smaller would leave no room for the time and the button to cancel. */
const sideMin = 96

/** A caption needs room for a few words, however narrow its picture is. */
const captionMin = 220
/** Several images share a grid of this width. */
const gridWidth = 320

export interface Box {
  readonly width: number
  readonly aspectRatio: string
}

/** The width of the bubble around images, so that a long caption does not pull it wider than them. */
export function bubbleWidthOf(
  attachments: readonly Pick<Attachment, 'width' | 'height'>[],
  hasCaption: boolean,
): number | undefined {
  const [only] = attachments
  if (only === undefined) return undefined
  if (attachments.length > 1) return gridWidth
  return Math.max(boxOf(only).width, hasCaption ? captionMin : 0)
}

export function boxOf({ width, height }: Pick<Attachment, 'width' | 'height'>): Box {
  const naturalWidth = Math.max(1, width)
  const naturalHeight = Math.max(1, height)
  const scale = Math.min(1, widthMax / naturalWidth, heightMax / naturalHeight)
  const boxWidth = Math.max(sideMin, Math.round(naturalWidth * scale))
  const boxHeight = Math.max(sideMin, Math.round(naturalHeight * scale))
  return { width: boxWidth, aspectRatio: `${boxWidth} / ${boxHeight}` }
}
