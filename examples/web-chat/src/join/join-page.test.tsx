import { createClient } from '@relaychat/client'
import { RelayProvider } from '@relaychat/client/react'
import { act, render, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, it, vi } from 'vitest'
import { rememberReturn, takeReturn } from '../platform/return-to'
import { JoinPage } from './join-page'

async function setUp(token: string) {
  history.replaceState(null, '', `/join#${token}`)
  rememberReturn(`/join#${token}`)
  const client = createClient({ url: 'http://localhost' })
  const accept = vi.spyOn(client, 'acceptInvite')
  const preview = vi.spyOn(client, 'previewInvite')
  render(
    <RelayProvider client={client}>
      <JoinPage />
    </RelayProvider>,
  )
  await act(() => client.connect())
  return { accept, preview }
}

it('a group is shown before one joins it, and opened afterwards', async () => {
  const { accept, preview } = await setUp('good')
  const join = await screen.findByRole('button', { name: 'Join the group' })
  expect(screen.getByRole('heading', { name: /^Sailing on Sundays/ })).toBeTruthy()
  expect(screen.getByText('1,204 members')).toBeTruthy()
  expect(preview).toHaveBeenCalledWith('good')
  await userEvent.click(join)
  await waitFor(() => expect(location.pathname).toBe('/chat/c-sailing'))
  expect(accept).toHaveBeenCalledTimes(1)
  expect(location.hash).toBe('')
  expect(takeReturn()).toBe('/')
})

it('a member goes in without joining again', async () => {
  const { accept } = await setUp('member')
  await userEvent.click(await screen.findByRole('button', { name: 'Open the group' }))
  expect(location.pathname).toBe('/chat/c-team')
  expect(accept).not.toHaveBeenCalled()
})

it('a link that leads nowhere says so, as does one without a token', async () => {
  await setUp('dead')
  expect(await screen.findByRole('heading', { name: 'This link leads nowhere' })).toBeTruthy()
  const { preview } = await setUp('')
  expect(await screen.findAllByRole('heading', { name: 'This link leads nowhere' })).toHaveLength(2)
  expect(preview).not.toHaveBeenCalled()
})

it.each([
  ['full', 'This group is full.'],
  ['spent', /^This link leads nowhere/],
])('a link that is %s when one joins says why', async (token, words) => {
  await setUp(token)
  await userEvent.click(await screen.findByRole('button', { name: 'Join the group' }))
  expect(await screen.findByText(words)).toBeTruthy()
  expect(location.pathname).toBe('/join')
})

it.each([
  ['good', 'Not now'],
  ['dead', 'Go to your chats'],
])('who turns away from a link that is %s is not led there again', async (token, words) => {
  await setUp(token)
  expect(takeReturn()).toBe(`/join#${token}`)
  await userEvent.click(await screen.findByRole('link', { name: words }))
  expect(takeReturn()).toBe('/')
})

it('what could not be loaded can be tried again', async () => {
  const { preview } = await setUp('down')
  preview.mockResolvedValueOnce({ chatId: 'c', name: 'Tea', memberCount: 2, isMember: false })
  await userEvent.click(await screen.findByRole('button', { name: 'Try again' }))
  expect(await screen.findByRole('heading', { name: 'Tea' })).toBeTruthy()
})

it('another link in the same tab is another group', async () => {
  await setUp('good')
  await screen.findByRole('button', { name: 'Join the group' })
  await act(async () => {
    location.hash = '#member'
    window.dispatchEvent(new HashChangeEvent('hashchange'))
  })
  expect(await screen.findByRole('button', { name: 'Open the group' })).toBeTruthy()
})
