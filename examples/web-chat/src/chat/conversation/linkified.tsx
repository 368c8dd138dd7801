import { useMemo } from 'react'
import { everyone, mentionsIn } from '../mentions'
import { linkify } from './linkify'
import type { Mentioned } from './mentioned'

/** Text in which addresses can be opened and names stand out. Never markup: every piece is rendered as text. */
export function Linkified({ text, mentioned }: { text: string; mentioned: readonly Mentioned[] }) {
  const pieces = useMemo(() => linkify(text), [text])
  return pieces.map((piece, index) =>
    piece.kind === 'text' ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a text never move
      <Named key={index} text={piece.text} mentioned={mentioned} />
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

/** Whoever is meant stands out, the reader more than others. */
function Named({ text, mentioned }: { text: string; mentioned: readonly Mentioned[] }) {
  const found = useMemo(() => mentionsIn(text, mentioned), [text, mentioned])
  if (found.length === 0) return text
  return (
    <>
      {found.map(({ from, to, who }, index) => (
        <span key={from}>
          {text.slice(found[index - 1]?.to ?? 0, from)}
          {who.isMe ? (
            <mark className="rounded-md bg-accent px-1 font-semibold text-accent-ink box-decoration-clone">
              {text.slice(from, to)}
            </mark>
          ) : (
            <span
              data-mention={who.id === everyone ? 'everyone' : 'person'}
              className="font-semibold"
            >
              {text.slice(from, to)}
            </span>
          )}
        </span>
      ))}
      {text.slice(found.at(-1)?.to)}
    </>
  )
}
