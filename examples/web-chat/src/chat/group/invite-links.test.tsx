import { createClient } from '@relaychat/client'
import { RelayProvider } from '@relaychat/client/react'
import { render, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, it, vi } from 'vitest'
import { InviteLinks } from './invite-links'

const dayMs = 86_400_000

function setUp(isKeeper = true) {
  const client = createClient({ url: 'http://localhost' })
  const create = vi.spyOn(client.chat('c-team'), 'createInvite')
  render(
    <RelayProvider client={client}>
      <InviteLinks chatId="c-team" isKeeper={isKeeper} onDone={() => {}} />
    </RelayProvider>,
  )
  return { create }
}

it('a link has the term and the number that were chosen', async () => {
  const { create } = setUp()
  await screen.findByText('There is no link to this group.')
  await userEvent.selectOptions(screen.getByRole('combobox', { name: 'Valid for' }), '1 day')
  await userEvent.selectOptions(
    screen.getByRole('combobox', { name: 'Can be used' }),
    'By 10 people',
  )
  await userEvent.click(screen.getByRole('button', { name: 'Make a link' }))
  expect(await screen.findByText('0 of 10 people have joined')).toBeTruthy()
  const { expiresAt = 0, maxUses } = create.mock.calls[0]?.[0] ?? {}
  expect(maxUses).toBe(10)
  expect(Math.abs(expiresAt - Date.now() - dayMs)).toBeLessThan(dayMs / 24)
})

it('one without end says nothing of either, and its address is copied', async () => {
  const copy = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue()
  const { create } = setUp()
  await userEvent.selectOptions(screen.getByRole('combobox', { name: 'Valid for' }), 'For good')
  await userEvent.click(screen.getByRole('button', { name: 'Make a link' }))
  await screen.findByText('until it is revoked')
  expect(create).toHaveBeenCalledWith({})
  await userEvent.click(screen.getByRole('button', { name: 'Copy the link' }))
  expect(await screen.findByRole('button', { name: 'Copied' })).toBeTruthy()
  expect(copy.mock.calls[0]?.[0]).toMatch(/^http:\/\/localhost(:\d+)?\/join#[0-9a-f]{32}$/)
})

it('a link is revoked when one has said so twice', async () => {
  setUp()
  await userEvent.click(screen.getByRole('button', { name: 'Make a link' }))
  const row = within(await screen.findByRole('list', { name: 'Invite with a link' }))
  await userEvent.click(row.getByRole('button', { name: 'Revoke the link' }))
  await userEvent.click(row.getByRole('button', { name: 'Cancel' }))
  expect(row.getByRole('button', { name: 'Copy the link' })).toBeTruthy()
  await userEvent.click(row.getByRole('button', { name: 'Revoke the link' }))
  await userEvent.click(row.getByRole('button', { name: 'Revoke the link' }))
  expect(await screen.findByText('There is no link to this group.')).toBeTruthy()
})
