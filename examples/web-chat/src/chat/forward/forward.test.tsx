import { type Client, createClient, type Message } from '@relaychat/client'
import { RelayProvider } from '@relaychat/client/react'
import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, expect, it, vi } from 'vitest'
import { ForwardDialog } from './forward-dialog'

afterEach(() => vi.unstubAllGlobals())

function newestOf(client: Client, chatId: string): Message | undefined {
  const items = client.chat(chatId).timeline.getSnapshot().items
  return items.flatMap(item => (item.kind === 'message' ? [item.message] : [])).at(-1)
}

async function setUp(find: (message: Message) => boolean) {
  const client = createClient({ url: 'http://localhost' })
  await client.connect()
  const { timeline } = client.chat('c-ann')
  timeline.subscribe(() => {})
  await vi.waitFor(() => expect(timeline.getSnapshot().isLoading).toBe(false))
  const items = timeline.getSnapshot().items
  const messages = items.flatMap(item => (item.kind === 'message' ? [item.message] : []))
  const message = messages.find(find)
  if (message === undefined) throw new Error('there is such a message')
  const onClose = vi.fn()
  render(
    <RelayProvider client={client}>
      <ForwardDialog message={message} onClose={onClose} />
    </RelayProvider>,
  )
  await screen.findAllByRole('checkbox')
  return { client, message, onClose }
}

const send = () => userEvent.click(screen.getByRole('button', { name: 'Send' }))

it('a text arrives in each chat that was ticked, as a message of its own', async () => {
  const { client, message, onClose } = await setUp(one => one.text !== '' && !one.isOwn)
  for (const name of ['Bob', 'Ivo']) {
    await userEvent.click(screen.getByRole('checkbox', { name: new RegExp(name) }))
  }
  await send()
  await vi.waitFor(() => expect(onClose).toHaveBeenCalled())
  for (const chatId of ['c-bob', 'c-ivo']) {
    const newest = newestOf(client, chatId)
    expect(newest).toMatchObject({ text: message.text, isOwn: true })
    expect(newest?.id).not.toBe(message.id)
  }
})

it('says so where nothing is ticked, and where no chat has the name', async () => {
  const { onClose } = await setUp(one => one.text !== '')
  await send()
  expect(screen.getByRole('alert').textContent).toBe('Choose at least one chat.')
  await userEvent.type(screen.getByRole('searchbox'), 'nobody at all')
  expect(screen.getByText('No chat found')).toBeTruthy()
  expect(onClose).not.toHaveBeenCalled()
})

it('no more than five chats are ticked at once', async () => {
  await setUp(one => one.text !== '')
  const boxes = screen.getAllByRole<HTMLInputElement>('checkbox')
  for (const box of boxes.slice(0, 5)) await userEvent.click(box)
  expect(boxes.slice(5).every(box => box.disabled)).toBe(true)
  expect(screen.getByRole('status').textContent).toContain('5')
})

it('nothing is sent where a picture cannot be had, and with its picture where it can', async () => {
  const { client, message, onClose } = await setUp(one => one.attachments.length > 0)
  const [picture] = message.attachments
  const answers = [new Response(null, { status: 503 })]
  for (const _ of message.attachments) answers.push(new Response('bytes'))
  const fetched = vi.fn(async () => answers.shift() ?? new Response('bytes'))
  vi.stubGlobal('fetch', fetched)
  await userEvent.click(screen.getByRole('checkbox', { name: /Bob/ }))
  await send()
  await vi.waitFor(() => expect(screen.getByRole('alert').textContent).not.toBe(''))
  expect(newestOf(client, 'c-bob')?.attachments ?? []).toEqual([])
  await send()
  await vi.waitFor(() => expect(onClose).toHaveBeenCalled())
  const newest = newestOf(client, 'c-bob')
  expect(newest?.attachments).toHaveLength(message.attachments.length)
  expect(newest?.attachments[0]?.kind).toBe(picture?.kind)
})
