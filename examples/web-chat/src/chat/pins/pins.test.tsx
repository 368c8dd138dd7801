import { createClient, type Message } from '@relaychat/client'
import { RelayProvider } from '@relaychat/client/react'
import { act, render, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, it, vi } from 'vitest'
import { type MessageActions, MessageActionsContext } from '../conversation/actions'
import { rightsOn } from '../conversation/rights'
import { PinnedBar } from './pinned-bar'

const known = { kind: 'direct', role: 'member', pinRole: 'admin', mayWrite: true } as const

function setUp() {
  const client = createClient({ url: 'http://localhost' })
  const goTo = vi.fn<MessageActions['goTo']>()
  const actions = {
    goTo,
    rightsOn: (message: Message) => rightsOn(message, { ...known, editWindowMs: 0, nowMs: 0 }),
  } as unknown as MessageActions
  render(
    <RelayProvider client={client}>
      <MessageActionsContext value={actions}>
        <PinnedBar chatId="c-ann" />
      </MessageActionsContext>
    </RelayProvider>,
  )
  const chat = client.chat('c-ann')
  return { chat, goTo }
}

async function withTwo() {
  const set = setUp()
  const off = set.chat.timeline.subscribe(() => {})
  await vi.waitFor(() => expect(set.chat.timeline.getSnapshot().isLoading).toBe(false))
  off()
  const items = set.chat.timeline.getSnapshot().items
  const texts = items.flatMap(item =>
    item.kind === 'message' && item.message.text !== '' ? [item.message] : [],
  )
  const [older, newer] = texts.slice(-2)
  if (older === undefined || newer === undefined) throw new Error('two messages')
  await act(async () => set.chat.pin(older.id))
  await act(async () => set.chat.pin(newer.id))
  return { ...set, older, newer }
}

it('nothing is shown where nothing is pinned', () => {
  setUp()
  expect(screen.queryByRole('region', { name: 'Pinned messages' })).toBeNull()
})

it('a press goes to the newest, the next one to the one before', async () => {
  const { goTo, older, newer } = await withTwo()
  await userEvent.click(screen.getByRole('button', { name: /^Pinned message 1 of 2/ }))
  await userEvent.click(screen.getByRole('button', { name: /^Pinned message 2 of 2/ }))
  await userEvent.click(screen.getByRole('button', { name: /^Pinned message 1 of 2/ }))
  expect(goTo.mock.calls.map(([target]) => target.messageId)).toEqual([
    newer.id,
    older.id,
    newer.id,
  ])
})

it('the list goes to a message, unpins, and closes with the last one', async () => {
  const { goTo, older } = await withTwo()
  await userEvent.click(screen.getByRole('button', { name: 'All pinned messages (2)' }))
  const dialog = await screen.findByRole('dialog', { name: 'Pinned messages' })
  const [, second] = within(dialog).getAllByRole('listitem')
  const [entry] = within(second as HTMLElement).getAllByRole('button')
  await userEvent.click(entry as HTMLElement)
  expect(goTo).toHaveBeenCalledWith({ messageId: older.id, seq: older.seq })
  await userEvent.click(screen.getByRole('button', { name: 'All pinned messages (2)' }))
  for (let left = 2; left > 0; left -= 1) {
    const [unpin] = await screen.findAllByRole('button', { name: /^Unpin: / })
    await userEvent.click(unpin as HTMLElement)
  }
  await vi.waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
  expect(screen.queryByRole('region', { name: 'Pinned messages' })).toBeNull()
})
