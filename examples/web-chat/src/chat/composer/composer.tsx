import { useClient, useLimits } from '@relaychat/client/react'
import { Check, Mic, Paperclip, SendHorizontal, Smile } from 'lucide-react'
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import { isTouch } from '../../platform/media'
import { t } from '../../strings'
import type { AnchorBox } from '../../ui/anchor-box'
import { IconButton } from '../../ui/button'
import { cx } from '../../ui/class-names'
import { EmojiPopover } from '../../ui/emoji/emoji-popover'
import type { RecorderState } from '../media/recorder'
import { RecordingBar } from '../media/recording-bar'
import { rememberRecording } from '../media/sound'
import { canRecord, useRecorder } from '../media/use-recorder'
import { bytesOver, defaultLimits } from './attachments'
import { ContextBar } from './context-bar'
import { MentionList } from './mention-list'
import { Previews } from './previews'
import { styled, styleSign } from './styling'
import type { Subject } from './subject'
import { TextArea } from './text-area'
import type { Attach } from './use-attach'
import {
  type Candidate,
  type MentionPicker,
  meantIn,
  pickedBefore,
  useCandidates,
  useMentionPicker,
} from './use-mentions'
import { useWriting } from './use-writing'

export function Composer({
  chatId,
  isGroup = false,
  attach,
  subject,
  onSubject,
  onEditLast,
  onSent,
}: {
  chatId: string
  isGroup?: boolean
  attach: Attach
  /** What is answered or changed. */
  subject: Subject | undefined
  onSubject: (subject: Subject | undefined) => void
  /** Asked for from an empty field. */
  onEditLast: () => void
  /** A message is on its way. */
  onSent: () => void
}) {
  const writing = useWriting(chatId, subject)
  const limits = useLimits() ?? defaultLimits
  const field = useRef<HTMLTextAreaElement>(null)
  const picker = useRef<HTMLInputElement>(null)
  const mic = useRef<HTMLButtonElement>(null)
  const listId = useId()
  const candidates = useCandidates(chatId, isGroup)
  const picked = useRef<readonly Candidate[]>([])
  const mentions = useMentionPicker({
    text: writing.text,
    setText: writing.setText,
    candidates,
    field,
    onPick: candidate => {
      picked.current = [...picked.current, candidate]
    },
  })
  const isEdit = subject?.kind === 'edit'
  const over = bytesOver(writing.text, limits.textBytes)
  const canSend = writing.canSend && over === 0
  const chat = useClient().chat(chatId)
  const { recorder, state: recording } = useRecorder()
  const voiceBytes = limits.fileBytes ?? 0
  const mayRecord = canRecord() && voiceBytes > 0 && writing.isEmpty && !isEdit

  useEffect(() => {
    // On a phone the keyboard would cover half of what one came to read.
    if (!isTouch()) field.current?.focus({ preventScroll: true })
  }, [])
  useEffect(() => {
    if (subject !== undefined) focusEnd(field.current)
  }, [subject])
  const isRecording = recording.status !== 'idle'
  const wasRecording = useRef(false)
  useEffect(() => {
    if (wasRecording.current && !isRecording) {
      // The buttons of the recording are gone, and the focus with them.
      const next = isTouch() ? mic : field
      next.current?.focus({ preventScroll: true })
    }
    wasRecording.current = isRecording
  }, [isRecording])

  const leave = () => {
    onSubject(undefined)
    field.current?.focus({ preventScroll: true })
  }
  const send = () => {
    if (!canSend) return
    const before = isEdit ? pickedBefore(subject.message, candidates) : []
    const isNew = writing.send(meantIn(writing.text, candidates, [...picked.current, ...before]))
    if (isNew) picked.current = []
    attach.clearProblems()
    leave()
    if (isNew) onSent()
  }

  const sendVoice = (file: File) => {
    const replyTo = subject?.kind === 'reply' ? { replyTo: subject.message.id } : {}
    rememberRecording(file)
    // The bubble shows what went wrong, and offers to try again.
    chat.send({ text: '', attachments: [file], ...replyTo }).delivered.catch(() => {})
    if (subject?.kind === 'reply') onSubject(undefined)
    onSent()
  }

  const onKeyDown = (event: KeyboardEvent) => {
    if (mentions.onKeyDown(event)) return
    const sign = styleSign(event)
    if (isSendKey(event)) {
      event.preventDefault()
      send()
    } else if (sign !== undefined) {
      event.preventDefault()
      style(field.current, sign, writing.setText)
    } else if (event.key === 'Escape' && subject !== undefined) {
      event.preventDefault()
      leave()
    } else if (event.key === 'ArrowUp' && writing.isEmpty && !hasModifier(event)) {
      event.preventDefault()
      onEditLast()
    }
  }

  const add = (files: FileList | null) => {
    if (files !== null && files.length > 0) attach.add([...files])
    field.current?.focus({ preventScroll: true })
  }

  return (
    <div className="bg-canvas px-2 pt-1 pb-[max(0.5rem,env(safe-area-inset-bottom))] md:px-5 md:pb-4">
      <div className="relative mx-auto w-full max-w-3xl rounded-3xl bg-raised shadow-card ring-1 ring-line transition-shadow forced-colors:border focus-within:ring-2 focus-within:ring-accent-text">
        <MentionList id={listId} picker={mentions} />
        {subject !== undefined && <ContextBar subject={subject} onLeave={leave} />}
        {writing.attachments.length > 0 && (
          <Previews files={writing.attachments} onRemove={writing.removeAttachment} />
        )}
        <Problems
          texts={[
            ...(over > 0 ? [t.composer.textTooLong(over)] : []),
            ...attach.problems,
            ...recordingProblem(recording),
          ]}
        />
        {recording.status !== 'idle' && (
          <RecordingBar recorder={recorder} state={recording} onSend={sendVoice} />
        )}
        <div className={cx('flex items-end gap-0.5 p-1', isRecording && 'hidden')}>
          {!isEdit && (
            <IconButton label={t.composer.attach} onClick={() => picker.current?.click()}>
              <Paperclip aria-hidden />
            </IconButton>
          )}
          <input
            ref={picker}
            type="file"
            multiple
            hidden
            data-testid="file-picker"
            onChange={event => {
              add(event.target.files)
              // Choosing the same file again must be a change.
              event.target.value = ''
            }}
          />
          <TextArea
            ref={field}
            value={writing.text}
            label={t.composer.label}
            placeholder={
              writing.attachments.length > 0 ? t.composer.caption : t.composer.placeholder
            }
            onChange={(text, cursor) => {
              writing.setText(text)
              mentions.onCursor(cursor)
            }}
            onSelect={event => mentions.onCursor(event.currentTarget.selectionStart)}
            onKeyDown={onKeyDown}
            onBlur={() => {
              mentions.onCursor(undefined)
              writing.stopTyping()
            }}
            {...listed(listId, mentions)}
            onPaste={event => {
              if (event.clipboardData.files.length === 0 || isEdit) return
              event.preventDefault()
              add(event.clipboardData.files)
            }}
          />
          <EmojiButton onPick={emoji => insert(field.current, emoji, writing.setText)} />
          {mayRecord ? (
            <IconButton
              ref={mic}
              label={t.media.record}
              onClick={() => {
                recorder.cancel()
                void recorder.start(voiceBytes)
              }}
            >
              <Mic aria-hidden />
            </IconButton>
          ) : (
            <SendButton canSend={canSend} isEdit={isEdit} onSend={send} />
          )}
        </div>
      </div>
    </div>
  )
}

function recordingProblem(state: RecorderState): readonly string[] {
  if (state.status !== 'idle' || state.problem === undefined) return []
  if (state.problem === 'failed') return [t.media.failedRecording]
  return [t.media[state.problem]]
}

function SendButton({
  canSend,
  isEdit,
  onSend,
}: {
  canSend: boolean
  isEdit: boolean
  onSend: () => void
}) {
  const label = isEdit ? t.actions.saveEdit : t.composer.send
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      disabled={!canSend}
      // A tap must not take the focus from the field: the phone's keyboard would close.
      onPointerDown={event => event.preventDefault()}
      onClick={onSend}
      className={cx(
        'grid size-11 shrink-0 place-items-center rounded-full transition-[background-color,color,scale] active:scale-95',
        canSend ? 'bg-accent text-accent-ink hover:bg-accent-hover' : 'text-muted',
      )}
    >
      {isEdit ? (
        <Check aria-hidden className="size-5" />
      ) : (
        <SendHorizontal aria-hidden className="size-5 rtl:-scale-x-100" />
      )}
    </button>
  )
}

/** One's own keyboard has them on a phone. */
function EmojiButton({ onPick }: { onPick: (emoji: string) => void }) {
  const [anchor, setAnchor] = useState<AnchorBox>()
  return (
    <>
      <IconButton
        label={t.emoji.label}
        className="pointer-coarse:hidden"
        aria-expanded={anchor !== undefined}
        onClick={event => setAnchor(event.currentTarget)}
      >
        <Smile aria-hidden />
      </IconButton>
      <EmojiPopover
        anchor={anchor}
        onPick={emoji => {
          onPick(emoji)
          setAnchor(undefined)
        }}
        onClose={() => setAnchor(undefined)}
      />
    </>
  )
}

/** Tells a screen reader of the list that belongs to the field: the focus stays in the field. */
function listed(id: string, { options, active }: MentionPicker) {
  return options.length === 0
    ? {}
    : {
        'aria-autocomplete': 'list' as const,
        'aria-controls': id,
        'aria-activedescendant': `${id}-${active}`,
      }
}

/** Puts it where the cursor is. */
function insert(
  field: HTMLTextAreaElement | null,
  emoji: string,
  setText: (text: string) => void,
): void {
  if (field === null) return
  const { value, selectionStart, selectionEnd } = field
  setText(value.slice(0, selectionStart) + emoji + value.slice(selectionEnd))
  const at = selectionStart + emoji.length
  selectSoon(field, at, at)
}

/** Gives what is selected a style, or takes it away. */
function style(
  field: HTMLTextAreaElement | null,
  sign: string,
  setText: (text: string) => void,
): void {
  if (field === null) return
  const { value, selectionStart, selectionEnd } = field
  const after = styled({ text: value, from: selectionStart, to: selectionEnd }, sign)
  setText(after.text)
  selectSoon(field, after.from, after.to)
}

/** After the text is there, and after a picker has given the focus back. */
function selectSoon(field: HTMLTextAreaElement, from: number, to: number): void {
  setTimeout(() => {
    field.focus({ preventScroll: true })
    field.setSelectionRange(from, to)
  })
}

function focusEnd(field: HTMLTextAreaElement | null): void {
  if (field === null) return
  field.focus({ preventScroll: true })
  field.setSelectionRange(field.value.length, field.value.length)
}

function hasModifier({ shiftKey, ctrlKey, altKey, metaKey }: KeyboardEvent): boolean {
  return shiftKey || ctrlKey || altKey || metaKey
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
