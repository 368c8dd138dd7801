import { Search } from 'lucide-react'
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react'
import { isTouch } from '../../platform/media'
import { t } from '../../strings'
import { cx } from '../class-names'
import { announce } from '../live-region'
import { type Emoji, inTone, loadEmoji, matching } from './emoji-data'
import { columns, type Place, type Section, step } from './grid'
import { recentEmoji, rememberEmoji, rememberSkinTone, skinTone } from './recent'
import { SkinTones } from './skin-tones'

/** What one picks: with its tone, as it is sent. */
interface Cell {
  readonly unicode: string
  readonly name: string
}

const start: Place = { section: 0, index: 0 }

/**
 * Any emoji by a word, by browsing, or of those used last. The focus stays in the field; the arrow
 * keys move among the emoji, Enter takes one.
 */
export default function EmojiPicker({ onPick }: { onPick: (emoji: string) => void }) {
  const field = useRef<HTMLInputElement>(null)
  const id = useId()
  const [query, setQuery] = useState('')
  const [tone, setTone] = useState(skinTone)
  const [at, setAt] = useState<Place>(start)
  const all = useEmoji()
  const sections = useMemo(() => sectionsOf(all, query.trim(), tone), [all, query, tone])
  const active = sections[at.section]?.cells[at.index]
  const activeId = active === undefined ? undefined : `${id}-${at.section}-${at.index}`
  const isNothing = all.length > 0 && sections.length === 0

  useEffect(() => {
    // On a phone the keyboard would cover what one came to see.
    if (!isTouch()) field.current?.focus()
  }, [])
  useEffect(() => {
    if (activeId !== undefined)
      document.getElementById(activeId)?.scrollIntoView({ block: 'nearest' })
  }, [activeId])
  useEffect(() => {
    if (isNothing) announce(t.emoji.none)
  }, [isNothing])

  const pick = (emoji: string) => {
    rememberEmoji(emoji)
    onPick(emoji)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Enter' && active !== undefined) {
      event.preventDefault()
      return pick(active.unicode)
    }
    const direction = directionOf(event.key)
    if (direction === undefined || sections.length === 0) return
    event.preventDefault()
    setAt(step(sections, at, direction))
  }

  return (
    <div className="flex h-full flex-col">
      <div className="flex items-center gap-1 border-b border-line ps-4 pe-2">
        <Search aria-hidden className="size-[1.05rem] shrink-0 text-muted" />
        <input
          ref={field}
          role="combobox"
          aria-expanded={sections.length > 0}
          aria-controls={`${id}-list`}
          aria-activedescendant={activeId}
          aria-autocomplete="list"
          aria-label={t.emoji.search}
          placeholder={t.emoji.search}
          value={query}
          autoComplete="off"
          spellCheck={false}
          onChange={event => {
            setQuery(event.target.value)
            setAt(start)
          }}
          onKeyDown={onKeyDown}
          className="h-12 min-w-0 flex-1 bg-transparent px-1.5 text-base outline-none placeholder:text-muted md:text-sm"
        />
        <SkinTones
          tone={tone}
          onChange={chosen => {
            setTone(chosen)
            rememberSkinTone(chosen)
          }}
        />
      </div>
      {isNothing ? (
        <p className="m-auto p-6 text-center text-sm text-muted">{t.emoji.none}</p>
      ) : (
        <div
          id={`${id}-list`}
          role="listbox"
          aria-label={t.emoji.label}
          className="min-h-0 flex-1 overflow-y-auto overscroll-contain px-2 pb-2"
        >
          {sections.map((section, index) => (
            <Cells
              key={section.heading}
              section={section}
              idPrefix={`${id}-${index}`}
              active={at.section === index ? at.index : undefined}
              onPick={pick}
            />
          ))}
        </div>
      )}
      <Footer active={active} />
    </div>
  )
}

function useEmoji(): readonly Emoji[] {
  const [all, setAll] = useState<readonly Emoji[]>([])
  useEffect(() => {
    let isWanted = true
    loadEmoji().then(
      loaded => isWanted && setAll(loaded),
      // Without a network the ones used last are there, and the next opening asks again.
      () => {},
    )
    return () => {
      isWanted = false
    }
  }, [])
  return all
}

/** What there is in the order of the data, or what was found; those used last first. */
function sectionsOf(all: readonly Emoji[], query: string, tone: number): readonly Section<Cell>[] {
  const cellOf = (emoji: Emoji): Cell => ({ unicode: inTone(emoji, tone), name: emoji.name })
  if (query !== '') {
    const found = matching(all, query, t.language).map(cellOf)
    return found.length === 0 ? [] : [{ heading: t.emoji.found, cells: found }]
  }
  const names = new Map(all.map(emoji => [emoji.unicode, emoji.name]))
  const recent = recentEmoji().map(unicode => ({ unicode, name: names.get(unicode) ?? unicode }))
  const sections: Section<Cell>[] = []
  if (recent.length > 0) sections.push({ heading: t.emoji.recent, cells: recent })
  for (const [group, heading] of t.emoji.groups) {
    const cells = all.filter(emoji => emoji.group === group).map(cellOf)
    if (cells.length > 0) sections.push({ heading, cells })
  }
  return sections
}

function Cells({
  section: { heading, cells },
  idPrefix,
  active,
  onPick,
}: {
  section: Section<Cell>
  idPrefix: string
  active: number | undefined
  onPick: (emoji: string) => void
}) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset has no place in a list of options
    <div
      role="group"
      aria-label={heading}
      // What is not on screen is not drawn: there are nearly two thousand of them.
      className="[contain-intrinsic-size:auto_24rem] [content-visibility:auto]"
    >
      <div
        aria-hidden
        className="sticky top-0 z-1 bg-overlay px-1.5 pt-2.5 pb-1 text-xs font-semibold text-muted"
      >
        {heading}
      </div>
      <div className="grid" style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}>
        {cells.map(({ unicode, name }, index) => (
          // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the field, see aria-activedescendant
          // biome-ignore lint/a11y/useKeyWithClickEvents: as above, the field takes the keys
          <div
            key={unicode}
            id={`${idPrefix}-${index}`}
            role="option"
            aria-label={name}
            aria-selected={index === active}
            title={name}
            onClick={() => onPick(unicode)}
            // A press must not take the focus from the field.
            onPointerDown={event => event.preventDefault()}
            className={cx(
              'grid h-10 cursor-pointer place-items-center rounded-xl text-2xl leading-none transition-transform select-none hover:bg-hover active:scale-90 pointer-coarse:h-11',
              index === active && 'bg-selected outline-2 -outline-offset-2 outline-accent-text',
            )}
          >
            {unicode}
          </div>
        ))}
      </div>
    </div>
  )
}

/** Says what the emoji is that Enter would take. */
function Footer({ active }: { active: Cell | undefined }) {
  return (
    <div
      aria-hidden
      className="flex h-11 shrink-0 items-center gap-2.5 border-t border-line px-4 text-sm text-muted pointer-coarse:hidden"
    >
      {active !== undefined && (
        <>
          <span className="text-xl leading-none">{active.unicode}</span>
          <span className="truncate">{active.name}</span>
        </>
      )}
    </div>
  )
}

function directionOf(key: string): 'left' | 'right' | 'up' | 'down' | undefined {
  const isMirrored = t.direction === 'rtl'
  if (key === 'ArrowUp') return 'up'
  if (key === 'ArrowDown') return 'down'
  if (key === 'ArrowLeft') return isMirrored ? 'right' : 'left'
  if (key === 'ArrowRight') return isMirrored ? 'left' : 'right'
  return undefined
}
