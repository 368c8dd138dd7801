/** Where somebody wanted to go before they had to sign in. Lives as long as the tab. */

const key = 'relaychat.return-to'

export function rememberReturn(path: string): void {
  if (!path.startsWith('/chat/')) return
  try {
    sessionStorage.setItem(key, path)
  } catch {
    // They will start at the list instead.
  }
}

/** The remembered path, once. */
export function takeReturn(): string {
  try {
    const path = sessionStorage.getItem(key)
    sessionStorage.removeItem(key)
    // Only paths of this page: the value could have been written by anything on this origin.
    return path?.startsWith('/chat/') ? path : '/'
  } catch {
    return '/'
  }
}
