import { createClient, RelayError } from '@relaychat/client'
import { RelayProvider } from '@relaychat/client/react'
import { act, render, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, it, vi } from 'vitest'
import { askToReport } from './asked'
import { ReportDialog } from './report-dialog'

const ivo = { id: 'ivo', name: 'Ivo' }
const message = {
  id: 'm',
  seq: 7,
  chatId: 'c-mara',
  sender: ivo,
  isOwn: false,
  sentAt: 1_000,
  text: 'Buy now!',
  attachments: [],
  isDeleted: false,
  reactions: [],
} as const

function setUp() {
  const client = createClient({ url: 'http://localhost' })
  const report = vi.spyOn(client.people, 'report').mockResolvedValue()
  const ofMessage = vi.spyOn(client.chat('c-mara'), 'report').mockResolvedValue()
  render(
    <RelayProvider client={client}>
      <ReportDialog />
    </RelayProvider>,
  )
  return { client, report, ofMessage }
}

const send = () => userEvent.click(screen.getByRole('button', { name: 'Report' }))

it('a person is reported with a reason, and blocked where that is wanted', async () => {
  const { client, report } = setUp()
  act(() => askToReport({ user: ivo, offersBlock: true }))
  await screen.findByRole('dialog', { name: 'Report Ivo?' })
  await send()
  expect(screen.getByRole('alert').textContent).toBe('Choose what is wrong.')
  expect(report).not.toHaveBeenCalled()
  await userEvent.click(screen.getByRole('radio', { name: 'Spam or fraud' }))
  await userEvent.click(screen.getByRole('checkbox', { name: 'Also block Ivo' }))
  await send()
  const done = await screen.findByRole('dialog', { name: 'Thank you' })
  expect(report).toHaveBeenCalledExactlyOnceWith('ivo', { reason: 'spam' })
  expect(client.people.blocked.getSnapshot()?.map(({ id }) => id)).toEqual(['ivo'])
  within(done).getByText(/You have blocked Ivo\./)
  await userEvent.click(within(done).getAllByRole('button', { name: 'Close' })[0] as HTMLElement)
  expect(screen.queryByRole('dialog')).toBeNull()
})

it('a message is reported with its words, and again when nobody answered', async () => {
  const { report, ofMessage } = setUp()
  ofMessage.mockRejectedValueOnce(new RelayError('network', 'gone'))
  act(() => askToReport({ user: ivo, message, offersBlock: false }))
  const dialog = await screen.findByRole('dialog', { name: 'Report this message?' })
  within(dialog).getByText('Buy now!')
  expect(within(dialog).queryByRole('checkbox')).toBeNull()
  await userEvent.click(screen.getByRole('radio', { name: 'Something else' }))
  await userEvent.type(screen.getByRole('textbox'), ' third time ')
  await send()
  expect(screen.getByRole('alert').textContent).not.toBe('')
  await send()
  await screen.findByRole('dialog', { name: 'Thank you' })
  expect(ofMessage).toHaveBeenLastCalledWith('m', { reason: 'other', note: 'third time' })
  expect(report).not.toHaveBeenCalled()
  act(() => askToReport(undefined))
})

it('what was chosen for one is not chosen for the next', async () => {
  setUp()
  act(() => askToReport({ user: ivo, offersBlock: true }))
  await userEvent.click(await screen.findByRole('radio', { name: 'Something illegal' }))
  await userEvent.click(screen.getByRole('button', { name: 'Cancel' }))
  act(() => askToReport({ user: { id: 'mara', name: 'Mara' }, offersBlock: true }))
  await screen.findByRole('dialog', { name: 'Report Mara?' })
  const chosen = screen.getAllByRole('radio').filter(radio => (radio as HTMLInputElement).checked)
  expect(chosen).toEqual([])
  act(() => askToReport(undefined))
})
