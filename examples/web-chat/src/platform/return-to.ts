/** Where somebody wanted to go before they had to sign in. Lives as long as the tab. */

const key = 'relaychat.return-to'

/** Only places of this page: what is remembered could have been written by anything on this origin. */
const places = ['/chat/', '/join#']

export function rememberReturn(place: string): void {
  if (!isPlace(place)) return
  try {
    sessionStorage.setItem(key, place)
  } catch {
    // They will start at the list instead.
  }
}

/** The remembered place, once. */
export function takeReturn(): string {
  const place = read()
  try {
    sessionStorage.removeItem(key)
  } catch {
    // As above.
  }
  return place ?? '/'
}

/** Whether an invitation waits behind the login. */
export function isInvited(): boolean {
  return read()?.startsWith('/join') === true
}

function read(): string | undefined {
  try {
    const place = sessionStorage.getItem(key)
    return place !== null && isPlace(place) ? place : undefined
  } catch {
    return undefined
  }
}

function isPlace(place: string): boolean {
  return places.some(beginning => place.startsWith(beginning))
}
