import { createClient, type ServerLimits } from '@relaychat/client'
import { RelayProvider } from '@relaychat/client/react'
import { act, render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, it, vi } from 'vitest'
import { PrivacySwitches } from './privacy-switches'

async function setUp() {
  const client = createClient({ url: 'http://localhost' })
  await client.connect()
  render(
    <RelayProvider client={client}>
      <PrivacySwitches />
    </RelayProvider>,
  )
  return client
}

it('each is switched off and on again, and says what it means', async () => {
  const client = await setUp()
  for (const [name, key] of [
    ['Read receipts', 'showsReadReceipts'],
    ['Online and last seen', 'showsLastSeen'],
  ] as const) {
    const control = screen.getByRole('switch', { name })
    for (const isOn of [false, true]) {
      await userEvent.click(control)
      await vi.waitFor(() => expect(control.getAttribute('aria-checked')).toBe(`${isOn}`))
      expect(client.me.getSnapshot()?.[key]).toBe(isOn)
    }
  }
})

it('where the host tells of nobody what they read there is nothing to choose', async () => {
  const client = await setUp()
  const limits = client.limits as unknown as { set: (limits: ServerLimits) => void }
  const known = client.limits.getSnapshot()
  if (known === undefined) throw new Error('they are known')
  act(() => limits.set({ ...known, readReceipts: false }))
  await vi.waitFor(() => expect(screen.queryByRole('switch', { name: 'Read receipts' })).toBeNull())
  expect(screen.getByRole('switch', { name: 'Online and last seen' })).toBeTruthy()
})
