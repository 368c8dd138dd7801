import { formatText, type TextBlock, type TextSpan } from '@relaychat/client/format'
import { type ReactNode, useMemo } from 'react'
import { Linkified } from './linkified'
import type { Mentioned } from './mentioned'

/**
 * A text with its bold words, quotes, lists and code. `end` stands behind its last character. Every
 * piece is rendered as text: nothing that is typed becomes an element of its own choosing.
 */
export function Formatted({
  text,
  mentioned,
  end,
}: {
  text: string
  mentioned: readonly Mentioned[]
  end: ReactNode
}) {
  const blocks = useMemo(() => formatText(text), [text])
  const isTextLast = blocks.at(-1)?.kind === 'text'
  return (
    <>
      {blocks.map((block, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text never move
        <Block key={index} block={block} mentioned={mentioned}>
          {isTextLast && index === blocks.length - 1 && end}
        </Block>
      ))}
      {!isTextLast && end}
    </>
  )
}

function Block({
  block,
  mentioned,
  children,
}: {
  block: TextBlock
  mentioned: readonly Mentioned[]
  children: ReactNode
}) {
  switch (block.kind) {
    case 'text':
      return (
        <p dir="auto" className="whitespace-pre-wrap">
          <Spans spans={block.spans} mentioned={mentioned} />
          {children}
        </p>
      )
    case 'quote':
      return (
        <blockquote
          dir="auto"
          className="my-1 border-s-3 border-current/40 ps-2.5 whitespace-pre-wrap"
        >
          <Spans spans={block.spans} mentioned={mentioned} />
        </blockquote>
      )
    case 'code':
      // Code reads from left to right in every language.
      return (
        <pre
          dir="ltr"
          className="my-1 rounded-lg bg-current/8 px-2.5 py-1.5 text-start font-mono text-sm whitespace-pre-wrap"
        >
          {block.text}
        </pre>
      )
    case 'list':
      return <List block={block} mentioned={mentioned} />
  }
}

function List({
  block: { isNumbered, items },
  mentioned,
}: {
  block: Extract<TextBlock, { kind: 'list' }>
  mentioned: readonly Mentioned[]
}) {
  const Kind = isNumbered ? 'ol' : 'ul'
  return (
    <Kind dir="auto" className={isNumbered ? 'list-decimal ps-7' : 'list-disc ps-5'}>
      {items.map(({ number, spans }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the entries of a text never move
        <li key={index} value={number} className="whitespace-pre-wrap">
          <Spans spans={spans} mentioned={mentioned} />
        </li>
      ))}
    </Kind>
  )
}

function Spans({
  spans,
  mentioned,
}: {
  spans: readonly TextSpan[]
  mentioned: readonly Mentioned[]
}) {
  return spans.map(({ text, styles }, index) => {
    let shown: ReactNode = <Linkified text={text} mentioned={mentioned} />
    if (styles.includes('code')) {
      shown = (
        <code
          dir="ltr"
          className="rounded-md bg-current/8 px-1 py-0.5 font-mono text-[0.9em] box-decoration-clone"
        >
          {text}
        </code>
      )
    }
    if (styles.includes('struck')) shown = <s>{shown}</s>
    if (styles.includes('italic')) shown = <em>{shown}</em>
    if (styles.includes('bold')) shown = <strong>{shown}</strong>
    // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a text never move
    return <span key={index}>{shown}</span>
  })
}
