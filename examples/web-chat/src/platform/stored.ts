/** `localStorage` that never throws: private windows and full disks lose a preference, not the page. */

const prefix = 'relaychat.'

export function readStored(name: string): string | undefined {
  try {
    return localStorage.getItem(prefix + name) ?? undefined
  } catch {
    return undefined
  }
}

/** `undefined` removes the value. */
export function writeStored(name: string, value: string | undefined): void {
  try {
    if (value === undefined) localStorage.removeItem(prefix + name)
    else localStorage.setItem(prefix + name, value)
  } catch {
    // Kept for this page only.
  }
}

/** Calls `onChange` when another tab of this browser changes the value. */
export function watchStored(name: string, onChange: () => void): () => void {
  const listener = (event: StorageEvent) => {
    if (event.key === prefix + name || event.key === null) onChange()
  }
  window.addEventListener('storage', listener)
  return () => window.removeEventListener('storage', listener)
}
