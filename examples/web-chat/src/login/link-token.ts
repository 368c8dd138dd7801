/**
 * The one-time token of a mail's link: `/login#token=…`. It is in the fragment, which no server
 * and no log sees, and it leaves the address bar and the history before anything else happens.
 */

let taken: string | undefined

export function takeLinkToken(): string | undefined {
  const token = new URLSearchParams(location.hash.slice(1)).get('token')
  if (token !== null && token !== '') {
    taken = token
    history.replaceState(history.state, '', location.pathname)
  }
  // React may ask twice for the same page (StrictMode): the answer is the same.
  return taken
}

export function forgetLinkToken(): void {
  taken = undefined
}
