import { createClient } from '@relaychat/client'
import { RelayProvider } from '@relaychat/client/react'
import { render, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, expect, it, vi } from 'vitest'
import { writePendingLogin } from './pending-login'
import { VerifyPage } from './verify-page'

beforeEach(() => {
  vi.stubGlobal('fetch', () => Promise.resolve(new Response('', { status: 404 })))
  writePendingLogin({
    email: 'alice@example.com',
    requestId: 'r1',
    requestedAt: Date.now(),
    resendAt: Date.now() + 42_000,
    expiresAt: Date.now() + 600_000,
  })
})

function setUp() {
  const client = createClient({ url: 'http://localhost' })
  const verifyCode = vi.spyOn(client.auth, 'verifyCode')
  render(
    <RelayProvider client={client}>
      <VerifyPage />
    </RelayProvider>,
  )
  const field = screen.getByRole<HTMLInputElement>('textbox', { name: 'Six-digit code' })
  return { verifyCode, field }
}

it('there is exactly one real input, ready for a code', () => {
  const { field } = setUp()
  const inputs = document.querySelectorAll(
    'input[autocomplete="one-time-code"][inputmode="numeric"]',
  )
  expect([...inputs]).toEqual([field])
  expect(field).toBe(document.activeElement)
  expect(screen.getByText(/a•••e@example\.com/u)).toBeDefined()
})

it.each(['482 913', '482-913'])('pasting %s fills six digits and submits once', async pasted => {
  const { verifyCode, field } = setUp()
  verifyCode.mockReturnValue(new Promise(() => {}))
  await userEvent.paste(pasted)
  expect(field.value).toBe('482913')
  expect(verifyCode).toHaveBeenCalledTimes(1)
  expect(verifyCode).toHaveBeenCalledWith('r1', '482913')
})

it('a wrong code empties the boxes, says so and keeps the focus', async () => {
  const { verifyCode, field } = setUp()
  verifyCode.mockRejectedValue(Object.assign(new Error('x'), { code: 'code_invalid' }))
  await userEvent.type(field, '000000')
  expect((await screen.findByRole('alert')).textContent).toContain('not right')
  await waitFor(() => expect(field.value).toBe(''))
  expect(field).toBe(document.activeElement)
  expect(verifyCode).toHaveBeenCalledTimes(1)
})

it('too many tries are explained', async () => {
  const { verifyCode, field } = setUp()
  verifyCode.mockRejectedValue(Object.assign(new Error('x'), { code: 'code_exhausted' }))
  await userEvent.type(field, '000000')
  expect((await screen.findByRole('alert')).textContent).toContain('Ask for a new code')
})

it('another mail can be asked for when the wait is over, also after a reload', () => {
  setUp()
  const button = screen.getByRole<HTMLButtonElement>('button', { name: /Resend code in 4[12] s/u })
  expect(button.disabled).toBe(true)
})
