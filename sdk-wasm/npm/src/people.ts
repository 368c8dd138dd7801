/** Other people: finding them, and seeing who is there. */

import type { Link } from './link.js'
import { parse } from './patch.js'
import type { Observable, People, Presence, User, UserPage } from './types.js'
import type { Views } from './views.js'

export function peopleFor(link: Link, views: Views): People {
  return {
    list: ({ query, cursor, signal } = {}) =>
      link.call<UserPage>((core) => core.listUsers(query === '' ? undefined : query, cursor), signal),
    get: (userId) => link.call<User>((core) => core.getUser(userId)),
    /** One view per person, however many places show them: the core counts one watcher. */
    presence: (userId): Observable<Presence | undefined> =>
      views.get<Presence | undefined>({
        topic: `presence/${userId}`,
        initial: undefined,
        decode: parse,
        isBlank: (presence) => presence === undefined,
      }).cell,
  }
}
