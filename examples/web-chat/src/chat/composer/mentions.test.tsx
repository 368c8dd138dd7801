import { createClient } from '@relaychat/client'
import { RelayProvider } from '@relaychat/client/react'
import { render, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, it, vi } from 'vitest'
import { Composer } from './composer'
import type { Subject } from './subject'
import { meantIn } from './use-mentions'

function setUp({ chatId = 'c-team', subject }: { chatId?: string; subject?: Subject } = {}) {
  const client = createClient({ url: 'http://localhost' })
  const chat = client.chat(chatId)
  const send = vi.spyOn(chat, 'send')
  const edit = vi.spyOn(chat, 'edit')
  render(
    <RelayProvider client={client}>
      <Composer
        chatId={chatId}
        isGroup={chatId === 'c-team'}
        attach={{ add: () => {}, problems: [], clearProblems: () => {} }}
        subject={subject}
        onSubject={() => {}}
        onEditLast={() => {}}
        onSent={() => {}}
      />
    </RelayProvider>,
  )
  const field = screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Message' })
  return { chat, send, edit, field }
}
const list = () => screen.queryByRole('listbox', { name: 'People to mention' })

it('a name is offered behind an @, chosen by keyboard, and sent as a mention', async () => {
  const { send, field } = setUp()
  await userEvent.type(field, 'Hi @')
  const options = within(list() as HTMLElement).getAllByRole('option')
  expect(options.map(option => option.textContent)).toEqual(
    expect.arrayContaining([expect.stringContaining('everyone')]),
  )
  expect(field.getAttribute('aria-activedescendant')).toBe(options[0]?.id)
  await userEvent.type(field, 'cem{Enter}')
  expect(field.value).toBe('Hi @Cem Yıldız ')
  expect(list()).toBeNull()
  expect(field.getAttribute('aria-activedescendant')).toBeNull()
  await userEvent.type(field, '{Enter}')
  expect(send.mock.calls[0]?.[0]).toMatchObject({
    text: 'Hi @Cem Yıldız',
    mentions: { userIds: ['cem'], isEveryone: false },
  })
})

it('arrows choose another one, Escape leaves the text as it is', async () => {
  const { send, field } = setUp()
  await userEvent.type(field, '@{ArrowUp}{Tab}')
  expect(field.value).toBe('@everyone ')
  await userEvent.type(field, '@b{Escape}{Enter}')
  expect(send.mock.calls[0]?.[0]).toMatchObject({
    text: '@everyone @b',
    mentions: { userIds: [], isEveryone: true },
  })
})

it('where two talk nobody is offered, and a text without names means nobody', async () => {
  const { send, field } = setUp({ chatId: 'c-ivo' })
  await userEvent.type(field, '@ivo')
  expect(list()).toBeNull()
  await userEvent.type(field, '{Enter}')
  expect(send.mock.calls[0]?.[0]).not.toHaveProperty('mentions')
})

it('whoever a changed text still names is still meant', async () => {
  const message = {
    id: 'm',
    chatId: 'c-team',
    sender: { id: 'me', name: 'Mira Sandberg' },
    isOwn: true,
    sentAt: 0,
    text: '@Cem Yıldız come',
    attachments: [],
    isDeleted: false,
    reactions: [],
    mentions: { userIds: ['cem'], isEveryone: false },
  }
  const { edit, field } = setUp({ subject: { kind: 'edit', message } })
  await userEvent.type(field, '!{Enter}')
  expect(edit).toHaveBeenCalledWith('m', '@Cem Yıldız come!', {
    userIds: ['cem'],
    isEveryone: false,
  })
})

it('of two people with one name the one who was picked is meant', () => {
  const [first, second] = [
    { id: '1', name: 'Ann' },
    { id: '2', name: 'Ann' },
  ]
  const ids = (picked: { id: string; name: string }[]) =>
    meantIn('@Ann', [first, second], picked).mentions?.userIds
  expect(ids([])).toEqual(['1'])
  expect(ids([second])).toEqual(['2'])
  expect(ids([first, second])).toEqual(['1', '2'])
})
