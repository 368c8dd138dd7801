/**
 * Dark, light or as the system says. The script in index.html sets the class before the first
 * paint; this keeps it right afterwards, over tabs too.
 */

import { useSyncExternalStore } from 'react'
import { readStored, watchStored, writeStored } from './stored'

export type Theme = 'dark' | 'light' | 'system'

const themes: readonly Theme[] = ['dark', 'light', 'system']
const listeners = new Set<() => void>()
const systemIsLight = window.matchMedia('(prefers-color-scheme: light)')

export function readTheme(): Theme {
  const stored = readStored('theme')
  return themes.find(theme => theme === stored) ?? 'dark'
}

export function setTheme(theme: Theme): void {
  writeStored('theme', theme)
  applyTheme()
  for (const listener of listeners) listener()
}

/** Applies the theme now and whenever the system or another tab changes it. */
export function startTheme(): void {
  applyTheme()
  systemIsLight.addEventListener('change', applyTheme)
  watchStored('theme', () => {
    applyTheme()
    for (const listener of listeners) listener()
  })
}

export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, readTheme)
}

function subscribe(onChange: () => void): () => void {
  listeners.add(onChange)
  return () => listeners.delete(onChange)
}

function applyTheme(): void {
  const theme = readTheme()
  const isDark = theme === 'dark' || (theme === 'system' && !systemIsLight.matches)
  document.documentElement.classList.toggle('dark', isDark)
  const canvas = getComputedStyle(document.documentElement).backgroundColor
  document.querySelector('meta[name="theme-color"]')?.setAttribute('content', canvas)
}
