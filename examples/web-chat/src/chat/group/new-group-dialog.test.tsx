import { createClient } from '@relaychat/client'
import { RelayProvider } from '@relaychat/client/react'
import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, it, vi } from 'vitest'
import { NewGroupDialog } from './new-group-dialog'

async function setUp() {
  const client = createClient({ url: 'http://localhost' })
  const create = vi.spyOn(client.chats, 'createGroup').mockResolvedValue('c-new')
  const onClose = vi.fn()
  render(
    <RelayProvider client={client}>
      <NewGroupDialog isOpen onClose={onClose} />
    </RelayProvider>,
  )
  const [first] = await screen.findAllByRole('checkbox')
  if (first === undefined) throw new Error('there are people')
  const name = screen.getByRole('textbox', { name: 'Name of the group' })
  const submit = () => userEvent.click(screen.getByRole('button', { name: /^Create group/ }))
  return { create, onClose, first, name, submit }
}

it('a group is made of its name and those who were ticked, and opened', async () => {
  const { create, onClose, first, name, submit } = await setUp()
  await userEvent.type(name, '  Weekend trip ')
  await userEvent.click(first)
  await submit()
  expect(create).toHaveBeenCalledWith('Weekend trip', [expect.any(String)])
  expect(onClose).toHaveBeenCalled()
  expect(location.pathname).toBe('/chat/c-new')
})

it('without a name or without people nothing is made, and it says why', async () => {
  const { create, first, name, submit } = await setUp()
  await userEvent.click(first)
  await submit()
  expect(screen.getByText('A group needs a name.')).toBeTruthy()
  expect(document.activeElement).toBe(name)
  await userEvent.type(name, 'Trip')
  await userEvent.click(first)
  await submit()
  expect(screen.getByText('Choose at least one person.')).toBeTruthy()
  expect(create).not.toHaveBeenCalled()
})
