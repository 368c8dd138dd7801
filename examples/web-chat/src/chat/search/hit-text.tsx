import type { SearchHit } from '@relaychat/client'
import { lineOf } from '../message-text'
import { excerpt } from './excerpt'

/** What a message that was found says, with what was looked for underlined. */
export function HitText({ hit: { message, highlights } }: { hit: SearchHit }) {
  if (message.text === '') return lineOf(message)
  return excerpt(message.text, highlights).map(({ at, text, isHit }) =>
    isHit ? (
      <mark
        key={at}
        className="rounded-sm bg-transparent font-medium text-accent-text underline decoration-2 underline-offset-3"
      >
        {text}
      </mark>
    ) : (
      <span key={at}>{text}</span>
    ),
  )
}
