import { useComposer, useLimits } from '@relaychat/client/react'
import { ImagePlus, SendHorizontal } from 'lucide-react'
import { type KeyboardEvent, useEffect, useRef } from 'react'
import { isTouch } from '../../platform/media'
import { t } from '../../strings'
import { IconButton } from '../../ui/button'
import { cx } from '../../ui/class-names'
import { bytesOver, defaultLimits } from './attachments'
import { Previews } from './previews'
import { TextArea } from './text-area'
import type { Attach } from './use-attach'

export function Composer({
  chatId,
  attach,
  onSent,
}: {
  chatId: string
  attach: Attach
  /** A message is on its way. */
  onSent: () => void
}) {
  const composer = useComposer(chatId)
  const limits = useLimits() ?? defaultLimits
  const field = useRef<HTMLTextAreaElement>(null)
  const picker = useRef<HTMLInputElement>(null)
  const over = bytesOver(composer.text, limits.textBytes)
  const canSend = composer.canSend && over === 0

  useEffect(() => {
    // On a phone the keyboard would cover half of what one came to read.
    if (!isTouch()) field.current?.focus({ preventScroll: true })
  }, [])

  const send = () => {
    if (!canSend) return
    const outgoing = composer.send()
    // The bubble shows what went wrong; here it would only be an unhandled rejection.
    outgoing?.delivered.catch(() => {})
    attach.clearProblems()
    onSent()
    field.current?.focus({ preventScroll: true })
  }

  const onKeyDown = (event: KeyboardEvent) => {
    if (!isSendKey(event)) return
    event.preventDefault()
    send()
  }

  const add = (files: FileList | null) => {
    if (files !== null && files.length > 0) attach.add([...files])
    field.current?.focus({ preventScroll: true })
  }

  return (
    <div className="bg-canvas px-2 pt-1 pb-[max(0.5rem,env(safe-area-inset-bottom))] md:px-5 md:pb-4">
      <div className="mx-auto w-full max-w-3xl rounded-3xl bg-raised shadow-card ring-1 ring-line transition-shadow forced-colors:border focus-within:ring-2 focus-within:ring-accent-text">
        {composer.attachments.length > 0 && (
          <Previews files={composer.attachments} onRemove={composer.removeAttachment} />
        )}
        <Problems
          texts={over > 0 ? [t.composer.textTooLong(over), ...attach.problems] : attach.problems}
        />
        <div className="flex items-end gap-0.5 p-1">
          <IconButton label={t.composer.attach} onClick={() => picker.current?.click()}>
            <ImagePlus aria-hidden />
          </IconButton>
          <input
            ref={picker}
            type="file"
            multiple
            hidden
            accept={limits.imageContentTypes.join(',')}
            data-testid="file-picker"
            onChange={event => {
              add(event.target.files)
              // Choosing the same file again must be a change.
              event.target.value = ''
            }}
          />
          <TextArea
            ref={field}
            value={composer.text}
            label={t.composer.label}
            placeholder={
              composer.attachments.length > 0 ? t.composer.caption : t.composer.placeholder
            }
            onChange={composer.setText}
            onKeyDown={onKeyDown}
            onBlur={composer.stopTyping}
            onPaste={event => {
              if (event.clipboardData.files.length === 0) return
              event.preventDefault()
              add(event.clipboardData.files)
            }}
          />
          <button
            type="button"
            aria-label={t.composer.send}
            title={t.composer.send}
            disabled={!canSend}
            // A tap must not take the focus from the field: the phone's keyboard would close.
            onPointerDown={event => event.preventDefault()}
            onClick={send}
            className={cx(
              'grid size-11 shrink-0 place-items-center rounded-full transition-[background-color,color,scale] active:scale-95',
              canSend ? 'bg-accent text-accent-ink hover:bg-accent-hover' : 'text-muted',
            )}
          >
            <SendHorizontal aria-hidden className="size-5 rtl:-scale-x-100" />
          </button>
        </div>
      </div>
    </div>
  )
}

/** Enter sends, except with Shift, while an input method composes, and on a touch keyboard. */
function isSendKey(event: KeyboardEvent): boolean {
  if (event.key !== 'Enter' || event.shiftKey) return false
  // 229 is what Safari says for the Enter that ends a composition.
  if (event.nativeEvent.isComposing || event.keyCode === 229) return false
  return !isTouch() || event.ctrlKey || event.metaKey
}

function Problems({ texts }: { texts: readonly string[] }) {
  return (
    <div role="alert">
      {texts.length > 0 && (
        <ul className="px-4 pt-3 pb-1.5 text-sm text-danger">
          {texts.map(text => (
            <li key={text}>{text}</li>
          ))}
        </ul>
      )}
    </div>
  )
}
