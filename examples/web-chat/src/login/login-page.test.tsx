import { createClient } from '@relaychat/client'
import { RelayProvider } from '@relaychat/client/react'
import { render, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, it, vi } from 'vitest'
import { LoginPage } from './login-page'

function setUp() {
  const client = createClient({ url: 'http://localhost' })
  const requestCode = vi.spyOn(client.auth, 'requestCode')
  render(
    <RelayProvider client={client}>
      <LoginPage />
    </RelayProvider>,
  )
  return { client, requestCode, field: screen.getByRole('textbox', { name: 'E-mail address' }) }
}

it('the one field is an e-mail field and has the focus', () => {
  const { field } = setUp()
  expect(field).toBe(document.activeElement)
  expect(field.getAttribute('type')).toBe('email')
  expect(field.getAttribute('autocomplete')).toBe('email')
})

it('a bad address is explained at the field, and nobody is asked', async () => {
  const { requestCode, field } = setUp()
  await userEvent.type(field, 'ann@{Enter}')
  const problem = screen.getByRole('alert')
  expect(field.getAttribute('aria-describedby')).toBe(problem.id)
  expect(field.getAttribute('aria-invalid')).toBe('true')
  expect(field).toBe(document.activeElement)
  expect(requestCode).not.toHaveBeenCalled()
})

it('two fast clicks send one request, and the page goes on to the code', async () => {
  const { requestCode, field } = setUp()
  await userEvent.type(field, 'ann@example.com')
  await userEvent.dblClick(screen.getByRole('button', { name: 'Continue' }))
  await waitFor(() => expect(location.pathname).toBe('/verify'))
  expect(requestCode).toHaveBeenCalledTimes(1)
  expect(requestCode).toHaveBeenCalledWith('ann@example.com')
})

it('a refusal is explained, and can be tried again', async () => {
  const { requestCode, field } = setUp()
  requestCode.mockRejectedValueOnce(Object.assign(new Error('x'), { code: 'rate_limited' }))
  await userEvent.type(field, 'ann@example.com{Enter}')
  expect((await screen.findByRole('alert')).textContent).toContain('Too many requests')
  expect(screen.getByRole('button', { name: 'Continue' }).getAttribute('aria-busy')).toBeNull()
})

it('the token of a link leaves the address bar and is traded once', async () => {
  history.replaceState(null, '', '/login#token=secret')
  const client = createClient({ url: 'http://localhost' })
  const verifyLink = vi.spyOn(client.auth, 'verifyLink').mockRejectedValue(new Error('spent'))
  render(
    <RelayProvider client={client}>
      <LoginPage />
    </RelayProvider>,
  )
  expect(location.hash).toBe('')
  expect((await screen.findByRole('alert')).textContent).toContain('used already')
  expect(verifyLink).toHaveBeenCalledTimes(1)
  expect(verifyLink).toHaveBeenCalledWith('secret')
})
