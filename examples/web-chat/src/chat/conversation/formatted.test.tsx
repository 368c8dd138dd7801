import { render, screen } from '@testing-library/react'
import { expect, it } from 'vitest'
import { Formatted } from './formatted'

const show = (text: string) =>
  render(<Formatted text={text} mentioned={[]} end={<i data-testid="end" />} />).container

it('bold words, lists, quotes and code are what they are for everybody who looks or listens', () => {
  const shown = show('**Tea** _or_ ~~mud~~ `x`\n- one\n- two\n3. three\n> said\n```\na < b\n```')
  expect(shown.querySelector('strong')?.textContent).toBe('Tea')
  expect(shown.querySelector('em')?.textContent).toBe('or')
  expect(shown.querySelector('s')?.textContent).toBe('mud')
  expect(shown.querySelector('code')?.textContent).toBe('x')
  expect(screen.getAllByRole('listitem').map(item => item.textContent)).toEqual([
    'one',
    'two',
    'three',
  ])
  expect(shown.querySelector('ol > li')?.getAttribute('value')).toBe('3')
  expect(shown.querySelector('blockquote')?.textContent).toBe('said')
  expect(shown.querySelector('pre')?.textContent).toBe('a < b')
  expect(shown.lastElementChild).toBe(screen.getByTestId('end'))
})

it('nothing that is typed becomes an element', () => {
  const typed = '<img src=x onerror=alert(1)> **<b onclick=x>** [a](javascript:alert(1))'
  const shown = show(typed)
  expect(shown.querySelector('img, b, a, [onclick], [onerror]')).toBeNull()
  expect(shown.textContent).toBe(typed.replaceAll('**', ''))
  expect(shown.querySelector('p')?.contains(screen.getByTestId('end'))).toBe(true)
})

it('an address and bold words go together', () => {
  show('see **https://example.com/a_b_c**')
  const link = screen.getByRole('link', { name: 'https://example.com/a_b_c' })
  expect(link.closest('strong')).not.toBeNull()
})
