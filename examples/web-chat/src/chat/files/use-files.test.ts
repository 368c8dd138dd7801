import type { ChatAttachment } from '@relaychat/client'
import { expect, it } from 'vitest'
import { withNewest, withOlder } from './use-files'

const file = (id: string): ChatAttachment => ({
  messageId: `m-${id}`,
  seq: Number(id),
  sender: { id: 'u', name: 'Ann' },
  sentAt: 0,
  attachment: { id, kind: 'file', contentType: 'x/y', sizeBytes: 1, width: 0, height: 0 },
})
const files = (...ids: string[]) => ids.map(file)
const ids = ({ items }: { items: readonly ChatAttachment[] }) =>
  items.map(({ attachment }) => attachment.id)
const nothing = { items: [], status: 'loading' } as const

it('reads on where the page before has ended', () => {
  const first = withNewest(nothing, { items: files('9', '8'), nextCursor: 'a' })
  const both = withOlder(first, { items: files('7') })
  expect(ids(both)).toEqual(['9', '8', '7'])
  expect([first.cursor, both.cursor]).toEqual(['a', undefined])
})

it('keeps what was read on when something new has come', () => {
  const first = withNewest(nothing, { items: files('9', '8'), nextCursor: 'a' })
  const both = withOlder(first, { items: files('7', '6'), nextCursor: 'b' })
  const now = withNewest(both, { items: files('10', '9'), nextCursor: 'c' })
  expect(ids(now)).toEqual(['10', '9', '8', '7', '6'])
  expect(now.cursor).toBe('b')
})

it('begins anew when more has come than a page holds', () => {
  const first = withNewest(nothing, { items: files('9', '8'), nextCursor: 'a' })
  const now = withNewest(first, { items: files('12', '11'), nextCursor: 'd' })
  expect(ids(now)).toEqual(['12', '11'])
  expect(now.cursor).toBe('d')
})
