/**
 * Whose client this is, as far as it must be known before there is a connection: only tabs of the
 * same person may share one.
 *
 * A session in `localStorage` is the same for all tabs of the origin. An application that gives its own
 * tokens may be used by different people in two tabs: it says who it is (`ClientOptions.account`), or the
 * name in the token does (`sub`). The token is then asked for once, and the name kept so that a page can
 * find the other tabs without a network. A token in which no name can be read shares nothing.
 */

import type { Host } from '../core.js'
import { RelayError } from '../errors.js'
import type { SessionStore } from '../session.js'

export interface Identified {
  /** Nobody's in particular where the origin has one session. */
  readonly account: string
  /** Gives no other person's tokens. */
  readonly host: Host
}

/** `named` is what the application says. */
export async function identify(
  url: string,
  host: Host,
  session: SessionStore,
  named: string | undefined,
): Promise<Identified | undefined> {
  const { getToken } = host
  if (getToken === undefined) return session.isShared ? { account: '', host } : undefined
  if (named !== undefined) return { account: named, host }
  const key = `relaychat:account:${url}`
  let first: string | undefined
  let account: string | undefined
  try {
    first = await getToken('connect')
    account = subjectOf(first)
    keep(key, account)
  } catch (error) {
    if (!(error instanceof RelayError && error.code === 'unauthenticated')) account = kept(key)
  }
  if (account === undefined) return undefined
  return {
    account,
    host: {
      ...host,
      getToken: async (reason) => {
        const token = reason === 'connect' && first !== undefined ? first : await getToken(reason)
        first = undefined
        if (subjectOf(token) === account) return token
        keep(key, undefined)
        throw new RelayError('unauthenticated', 'The tokens are another person’s now. Load the page again.')
      },
    },
  }
}

/** The claim `sub` of a JWT. Whether the token is genuine is for the server to find out. */
function subjectOf(token: string): string | undefined {
  try {
    const [, payload = ''] = token.split('.')
    const { sub } = JSON.parse(atob(payload.replace(/-/g, '+').replace(/_/g, '/')))
    return typeof sub === 'string' ? sub : undefined
  } catch {
    return undefined
  }
}

function kept(key: string): string | undefined {
  try {
    return localStorage.getItem(key) ?? undefined
  } catch {
    return undefined
  }
}

function keep(key: string, account: string | undefined): void {
  try {
    if (account === undefined) localStorage.removeItem(key)
    else localStorage.setItem(key, account)
  } catch {
    // Without it the next page asks for a token first.
  }
}
