import { createClient } from '@relaychat/client'
import { RelayProvider } from '@relaychat/client/react'
import { act, fireEvent, render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, it, vi } from 'vitest'
import { Composer } from './composer'

const attach = { add: vi.fn(), problems: [], clearProblems: () => {} }

function setUp(draft = '') {
  const client = createClient({ url: 'http://localhost' })
  const chat = client.chat('c-ivo')
  chat.setDraft(draft)
  const send = vi.spyOn(chat, 'send')
  render(
    <RelayProvider client={client}>
      <Composer
        chatId="c-ivo"
        attach={attach}
        subject={undefined}
        onSubject={() => {}}
        onEditLast={() => {}}
        onSent={() => {}}
      />
    </RelayProvider>,
  )
  const field = screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Message' })
  return { chat, send, field }
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

it('what is written is the draft of the chat, until it is sent', async () => {
  const { chat, field } = setUp()
  await userEvent.type(field, 'half a thought')
  expect(chat.draft.getSnapshot()).toBe('half a thought')
  await userEvent.type(field, '{Enter}')
  expect(chat.draft.getSnapshot()).toBe('')
})

it('a draft that was left here, or in another tab, is there', async () => {
  const { chat, field } = setUp('left here')
  expect(field.value).toBe('left here')
  await act(async () => chat.setDraft('from the other tab'))
  expect(field.value).toBe('from the other tab')
})

it('pasted images are attached', () => {
  const { field } = setUp()
  const image = new File(['x'], 'a.png', { type: 'image/png' })
  fireEvent.paste(field, { clipboardData: { files: [image], types: ['Files'] } })
  expect(attach.add).toHaveBeenCalledWith([image])
})
