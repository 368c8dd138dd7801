import { type ComponentProps, type Ref, useLayoutEffect, useRef } from 'react'

/** Beyond this the field scrolls. */
const linesMax = 8

/** A text field that is as high as its text, up to eight lines. */
export function TextArea({
  ref,
  value,
  label,
  onChange,
  ...rest
}: Omit<ComponentProps<'textarea'>, 'onChange' | 'ref' | 'value'> & {
  ref: Ref<HTMLTextAreaElement>
  value: string
  label: string
  onChange: (text: string, cursor: number) => void
}) {
  const own = useRef<HTMLTextAreaElement>(null)

  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the text
  useLayoutEffect(() => {
    const { current } = own
    if (current === null) return
    const { lineHeight, paddingTop, paddingBottom } = getComputedStyle(current)
    const padding = Number.parseFloat(paddingTop) + Number.parseFloat(paddingBottom)
    const highest = Number.parseFloat(lineHeight) * linesMax + padding
    current.style.height = 'auto'
    const wanted = current.scrollHeight
    current.style.height = `${Math.min(wanted, highest)}px`
    current.style.overflowY = wanted > highest ? 'auto' : 'hidden'
  }, [value])

  return (
    <textarea
      {...rest}
      ref={element => {
        own.current = element
        if (typeof ref === 'function') ref(element)
        else if (ref !== null) ref.current = element
      }}
      rows={1}
      dir="auto"
      aria-label={label}
      value={value}
      onChange={event => onChange(event.target.value, event.target.selectionStart)}
      className="min-w-0 flex-1 resize-none bg-transparent px-1.5 py-[0.625rem] text-base leading-6 outline-none placeholder:text-muted"
    />
  )
}
