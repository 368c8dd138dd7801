/** How large an image is drawn in a conversation, known from its dimensions alone. */

import type { Attachment } from '@relaychat/client'

const widthMax = 340
const heightMax = 380
/** Smaller would leave no room for the time and the button to cancel. */
const sideMin = 96

export interface Box {
  readonly width: number
  readonly aspectRatio: string
}

export function boxOf({ width, height }: Pick<Attachment, 'width' | 'height'>): Box {
  const naturalWidth = Math.max(1, width)
  const naturalHeight = Math.max(1, height)
  const scale = Math.min(1, widthMax / naturalWidth, heightMax / naturalHeight)
  const boxWidth = Math.max(sideMin, Math.round(naturalWidth * scale))
  const boxHeight = Math.max(sideMin, Math.round(naturalHeight * scale))
  return { width: boxWidth, aspectRatio: `${boxWidth} / ${boxHeight}` }
}
