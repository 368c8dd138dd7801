/** Logging in with a one-time code, and sessions. */

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
    listSessions: () => link.call<Session[]>((core) => core.listSessions()),
    revokeSession: (sessionId) => link.run((core) => core.revokeSession(sessionId)),
    signOut: async () => {
      await link.run((core) => core.signOut())
      views.flush()
    },
  }
}
