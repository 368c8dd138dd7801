import { createClient } from '@relaychat/client'
import { RelayProvider } from '@relaychat/client/react'
import { act, render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, it, vi } from 'vitest'
import { askToBlock } from './asked'
import { BlockDialog } from './block-dialog'
import { Unblock } from './unblock'

const ivo = { id: 'ivo', name: 'Ivo' }

function setUp() {
  const client = createClient({ url: 'http://localhost' })
  render(
    <RelayProvider client={client}>
      <BlockDialog />
      <Unblock user={ivo} />
    </RelayProvider>,
  )
  return client
}

it('a block that is refused says so, and can be tried again', async () => {
  const client = setUp()
  const block = vi.spyOn(client.people, 'block').mockRejectedValueOnce(new Error('gone'))
  act(() => askToBlock(ivo))
  const button = await screen.findByRole('button', { name: 'Block' })
  await userEvent.click(button)
  expect((await screen.findAllByRole('alert')).some(alert => alert.textContent !== '')).toBe(true)
  await userEvent.click(button)
  expect(block).toHaveBeenCalledTimes(2)
  expect(client.people.blocked.getSnapshot()?.map(({ id }) => id)).toEqual(['ivo'])
})

it('somebody is unblocked', async () => {
  const client = setUp()
  await client.people.block('ivo')
  await userEvent.click(screen.getByRole('button', { name: 'Unblock Ivo' }))
  expect(client.people.blocked.getSnapshot()).toEqual([])
})
