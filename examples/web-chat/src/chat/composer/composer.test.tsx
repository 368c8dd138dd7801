import { createClient } from '@relaychat/client'
import { RelayProvider } from '@relaychat/client/react'
import { act, fireEvent, render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, it, vi } from 'vitest'
import { readStored, writeStored } from '../../platform/stored'
import { Composer } from './composer'

const attach = { add: vi.fn(), problems: [], clearProblems: () => {} }

function setUp() {
  const client = createClient({ url: 'http://localhost' })
  const send = vi.spyOn(client.chat('c-ivo'), 'send')
  const { unmount } = render(
    <RelayProvider client={client}>
      <Composer chatId="c-ivo" attach={attach} onSent={() => {}} />
    </RelayProvider>,
  )
  const field = screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Message' })
  return { send, field, unmount }
}

it('Enter sends and empties the field, Shift+Enter makes a line', async () => {
  const { send, field } = setUp()
  await userEvent.type(field, 'one{Shift>}{Enter}{/Shift}two{Enter}')
  expect(send).toHaveBeenCalledTimes(1)
  expect(send.mock.calls[0]?.[0].text).toBe('one\ntwo')
  expect(field.value).toBe('')
})

it('the Enter that ends a composition does not send', async () => {
  const { send, field } = setUp()
  await userEvent.type(field, 'こんにちは')
  fireEvent.keyDown(field, { key: 'Enter', isComposing: true })
  fireEvent.keyDown(field, { key: 'Enter', keyCode: 229 })
  expect(send).not.toHaveBeenCalled()
})

it('nothing but space cannot be sent', async () => {
  const { send, field } = setUp()
  await userEvent.type(field, '   {Enter}')
  expect(send).not.toHaveBeenCalled()
  expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Send' }).disabled).toBe(true)
})

it('a text over the limit is not sent, and says by how much', async () => {
  const { send, field } = setUp()
  fireEvent.change(field, { target: { value: 'x'.repeat(16_385) } })
  expect(screen.getByRole('alert').textContent).toContain('1 byte')
  fireEvent.keyDown(field, { key: 'Enter' })
  expect(send).not.toHaveBeenCalled()
})

it('what was written is there after a reload, and gone once sent', async () => {
  writeStored('draft.c-ivo', 'half a thought')
  const { field } = setUp()
  expect(field.value).toBe('half a thought')
  await userEvent.type(field, '{Enter}')
  expect(readStored('draft.c-ivo')).toBeUndefined()
})

it('leaving keeps the draft', async () => {
  const { field, unmount } = setUp()
  await userEvent.type(field, 'later')
  unmount()
  expect(readStored('draft.c-ivo')).toBe('later')
})

it('pasted images are attached', () => {
  const { field } = setUp()
  const image = new File(['x'], 'a.png', { type: 'image/png' })
  fireEvent.paste(field, { clipboardData: { files: [image], types: ['Files'] } })
  expect(attach.add).toHaveBeenCalledWith([image])
})

it('a draft written in another tab is here too, unless something else is written here', async () => {
  const { field } = setUp()
  const elsewhere = (text: string | undefined) => {
    writeStored('draft.c-ivo', text)
    act(() => {
      window.dispatchEvent(new StorageEvent('storage', { key: 'relaychat.draft.c-ivo' }))
    })
  }
  elsewhere('from the other tab')
  expect(field.value).toBe('from the other tab')
  elsewhere(undefined)
  expect(field.value).toBe('')
  fireEvent.change(field, { target: { value: 'my own' } })
  elsewhere('theirs')
  expect(field.value).toBe('my own')
})
