/** The rows of the picker, and how the arrow keys move in them. */

export interface Section<T> {
  readonly heading: string
  readonly cells: readonly T[]
}

export const columns = 8

export interface Place {
  readonly section: number
  readonly index: number
}

type Direction = 'left' | 'right' | 'up' | 'down'

/** Where a step leads: along the line of reading to the next section, up and down by rows. */
export function step<T>(
  sections: readonly Section<T>[],
  { section, index }: Place,
  direction: Direction,
): Place {
  const cells = sections[section]?.cells.length ?? 0
  const here = { section, index }
  switch (direction) {
    case 'right':
      if (index + 1 < cells) return { section, index: index + 1 }
      return sections[section + 1] === undefined ? here : { section: section + 1, index: 0 }
    case 'left':
      if (index > 0) return { section, index: index - 1 }
      return section === 0 ? here : { section: section - 1, index: lastOf(sections, section - 1) }
    case 'down': {
      if (index + columns < cells) return { section, index: index + columns }
      // A last row may be short: from above it one still gets to its end.
      if (rowOf(index) < rowOf(cells - 1)) return { section, index: cells - 1 }
      const next = lastOf(sections, section + 1)
      if (sections[section + 1] === undefined) return here
      return { section: section + 1, index: Math.min(index % columns, next) }
    }
    case 'up': {
      if (index >= columns) return { section, index: index - columns }
      if (section === 0) return here
      const last = lastOf(sections, section - 1)
      return {
        section: section - 1,
        index: Math.min(rowOf(last) * columns + (index % columns), last),
      }
    }
  }
}

function rowOf(index: number): number {
  return Math.floor(index / columns)
}

function lastOf<T>(sections: readonly Section<T>[], section: number): number {
  return (sections[section]?.cells.length ?? 1) - 1
}
