import type { Virtualizer } from '@tanstack/react-virtual'

export type ListVirtualizer = Virtualizer<HTMLDivElement, Element>
