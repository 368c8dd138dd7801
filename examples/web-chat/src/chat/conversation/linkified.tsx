import { useMemo } from 'react'
import { linkify } from './linkify'

/** Text in which addresses can be opened. Never markup: every piece is rendered as text. */
export function Linkified({ text }: { text: string }) {
  const pieces = useMemo(() => linkify(text), [text])
  return pieces.map((piece, index) =>
    piece.kind === 'text' ? (
      piece.text
    ) : (
      <a
        // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a text never move
        key={index}
        href={piece.href}
        target="_blank"
        rel="noopener noreferrer"
        className="underline decoration-current/45 underline-offset-3 hover:decoration-current"
      >
        {piece.text}
      </a>
    ),
  )
}
