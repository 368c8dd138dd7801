import { type ClipboardEvent, useEffect, useId, useLayoutEffect, useRef, useState } from 'react'
import { t } from '../strings'
import { cx } from '../ui/class-names'
import { activeBox, codeLength, pasteInto, typeInto } from './otp'

/**
 * Six boxes drawn over one real input. The input is what the keyboard, the clipboard, the phone's
 * code suggestion and the screen reader see; the boxes only show what it holds.
 */
export function CodeField({
  value,
  isBusy,
  problem,
  failures,
  onChange,
}: {
  value: string
  isBusy: boolean
  problem: string | undefined
  /** Counts refused codes: each one shakes the boxes once. */
  failures: number
  onChange: (code: string) => void
}) {
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const [selection, setSelection] = useState<readonly [number, number]>([0, 0])
  const [hasFocus, setHasFocus] = useState(false)
  const wanted = useRef<number>(undefined)

  useLayoutEffect(() => {
    if (wanted.current === undefined || input.current === null) return
    input.current.setSelectionRange(wanted.current, wanted.current)
    wanted.current = undefined
  })

  // The caret moves by keys, taps and by the browser itself: this event is the only one that sees all.
  useEffect(() => {
    const follow = () => {
      const { current } = input
      if (current === null || document.activeElement !== current) return
      setSelection([current.selectionStart ?? 0, current.selectionEnd ?? 0])
    }
    document.addEventListener('selectionchange', follow)
    return () => document.removeEventListener('selectionchange', follow)
  }, [])

  useEffect(() => {
    if (failures > 0) input.current?.focus()
  }, [failures])

  const apply = ({ code, caret }: { code: string; caret: number }) => {
    wanted.current = caret
    setSelection([caret, caret])
    onChange(code)
  }

  const paste = (event: ClipboardEvent<HTMLInputElement>) => {
    event.preventDefault()
    const { selectionStart, selectionEnd } = event.currentTarget
    const text = event.clipboardData.getData('text')
    apply(pasteInto(value, text, selectionStart ?? value.length, selectionEnd ?? value.length))
  }

  const [start, end] = selection
  // A refused code is emptied from outside, where no caret moves.
  const active = activeBox(Math.min(start, value.length))
  return (
    <div>
      <label htmlFor={id} className="mb-2 block text-sm font-medium text-soft">
        {t.verify.code}
      </label>
      <div className="relative" dir="ltr">
        <div
          // A new key plays the animation again; the input is outside and keeps the focus.
          key={failures}
          aria-hidden
          className={cx('flex gap-2', failures > 0 && 'animate-shake')}
        >
          {Array.from({ length: codeLength }, (_, box) => {
            const isMarked = hasFocus && (end > start ? box >= start && box < end : box === active)
            return (
              <span
                // biome-ignore lint/suspicious/noArrayIndexKey: six fixed boxes, named by their place
                key={box}
                className={cx(
                  'grid h-14 flex-1 place-items-center rounded-xl border bg-canvas text-2xl font-semibold tabular-nums transition-colors',
                  problem === undefined ? 'border-line-strong' : 'border-danger',
                  isMarked && 'outline-2 outline-offset-1 outline-accent-text',
                  box === 3 && 'ml-2',
                )}
              >
                {value[box] ??
                  (isMarked && !isBusy ? (
                    <span className="h-6 w-0.5 animate-blink rounded bg-accent-text" />
                  ) : null)}
              </span>
            )
          })}
        </div>
        <input
          ref={input}
          id={id}
          type="text"
          name="code"
          inputMode="numeric"
          autoComplete="one-time-code"
          enterKeyHint="done"
          // biome-ignore lint/a11y/noAutofocus: the page has one field and nothing to read before it
          autoFocus
          readOnly={isBusy}
          value={value}
          aria-invalid={problem !== undefined || undefined}
          aria-describedby={problem === undefined ? undefined : `${id}-problem`}
          onPaste={paste}
          onFocus={() => setHasFocus(true)}
          onBlur={() => setHasFocus(false)}
          onChange={event => {
            const { value: raw, selectionStart } = event.target
            apply(typeInto(value, raw, selectionStart ?? raw.length))
          }}
          className="absolute inset-0 size-full cursor-text bg-transparent pl-[4%] font-mono text-2xl tracking-[1.6em] text-transparent caret-transparent outline-none selection:bg-transparent"
        />
      </div>
      {problem !== undefined && (
        <p id={`${id}-problem`} role="alert" className="mt-3 text-sm text-danger">
          {problem}
        </p>
      )}
    </div>
  )
}
