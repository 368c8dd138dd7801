/**
 * The address of an invitation: `/join#<token>`. The token is in the fragment, which no server and no
 * log sees. It stays in the address bar until one has joined: it is no secret of the reader's, and the
 * page can be loaded again.
 */

import { useSyncExternalStore } from 'react'

export const joinPath = '/join'

export function joinAddress(token: string): string {
  return `${location.origin}${joinPath}#${token}`
}

/** The token of the address that the page is at. Another link may be opened in the same tab. */
export function useInviteToken(): string {
  return useSyncExternalStore(subscribe, () => location.hash.slice(1))
}

function subscribe(onChange: () => void): () => void {
  window.addEventListener('hashchange', onChange)
  return () => window.removeEventListener('hashchange', onChange)
}
