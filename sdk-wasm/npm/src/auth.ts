/** Logging in with a one-time code, and sessions. */

import { exchange, piece } from './exchange.js'
import type { Link } from './link.js'
import type { Auth, Me, Session } from './types.js'
import type { Views } from './views.js'

export function authFor(link: Link, views: Views): Auth {
  /** What the log-in changed is in the snapshots when the promise resolves. */
  const loggedIn = async (login: Promise<Me>): Promise<Me> => {
    const me = await login
    views.flush()
    return me
  }
  return {
    requestCode: (email) => link.call((core) => core.requestCode(email)),
    verifyCode: (requestId, code) => loggedIn(link.call<Me>((core) => core.verifyCode(requestId, code))),
    verifyLink: (token) => loggedIn(link.call<Me>((core) => core.verifyLink(token))),
    listSessions: async () => (await exchange<{ items: Session[] }>(link, 'GET', '/sessions')).items,
    revokeSession: async (sessionId) => {
      await exchange(link, 'DELETE', `/sessions/${piece(sessionId)}`)
    },
    signOut: async () => {
      await link.run((core) => core.signOut())
      views.flush()
    },
  }
}
