import { expect, it } from 'vitest'
import { emailProblem, maskEmail } from './email'

it.each([
  ['ann@example.com', undefined],
  ['  ann@example.com ', undefined],
  ['ann+chat@mail.example.co', undefined],
  ['jörg@exämple.de', undefined],
  ['root@localhost', undefined],
  ['', 'empty'],
  ['   ', 'empty'],
  ['ann', 'malformed'],
  ['ann@', 'malformed'],
  ['@example.com', 'malformed'],
  ['ann@example', 'malformed'],
  ['ann@example..com', 'malformed'],
  ['ann@@example.com', 'malformed'],
  ['ann bob@example.com', 'malformed'],
  [`${'a'.repeat(250)}@example.com`, 'malformed'],
])('%j has the problem %j', (text, problem) => {
  expect(emailProblem(text)).toBe(problem)
})

it.each([
  ['alice@example.com', 'a•••e@example.com'],
  ['al@example.com', 'a•••@example.com'],
  ['a@example.com', 'a•••@example.com'],
])('%s is shown as %s', (email, masked) => {
  expect(maskEmail(email)).toBe(masked)
})
