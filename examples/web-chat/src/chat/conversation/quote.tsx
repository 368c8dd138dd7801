import type { Quote as Quoted } from '@relaychat/client'
import { plainText } from '@relaychat/client/format'
import { useMe } from '@relaychat/client/react'
import { t } from '../../strings'
import { cx } from '../../ui/class-names'
import { useMessageActions } from './actions'

/** What a message answers, in two lines; a press leads there. */
export function Quote({ quote, isInOwn }: { quote: Quoted; isInOwn: boolean }) {
  const { goTo } = useMessageActions()
  const me = useMe()
  const name = quote.sender.id === me?.id ? t.message.you : quote.sender.name
  return (
    <button
      type="button"
      onClick={() => goTo({ messageId: quote.messageId, seq: quote.seq })}
      className={cx(
        'mx-1.5 mt-1.5 flex flex-1 max-w-[calc(100%-0.75rem)] min-w-0 flex-col rounded-xl border-s-3 px-2.5 py-1.5 text-start text-sm transition-colors outline-offset-[-2px]',
        isInOwn
          ? 'border-own-ink/60 bg-own-ink/8 hover:bg-own-ink/12'
          : 'border-accent-text bg-hover hover:bg-selected',
      )}
    >
      <span className="sr-only">{t.actions.goToQuoted(name)}</span>
      <span dir="auto" className="name max-w-full text-xs font-semibold">
        {name}
      </span>
      <span
        dir="auto"
        className={cx(
          'line-clamp-2 max-w-full wrap-anywhere',
          isInOwn ? 'text-own-soft' : 'text-muted',
          quote.isDeleted && 'italic',
        )}
      >
        {quotedLine(quote)}
      </span>
    </button>
  )
}

export function quotedLine({ text, attachmentCount, isDeleted }: Quoted): string {
  if (isDeleted) return t.message.deleted
  if (text !== '') return plainText(text)
  return t.message.attachments(attachmentCount)
}
