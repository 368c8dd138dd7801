/** Other people: finding them, seeing who is there, blocking and reporting them. */

import { exchange } from './exchange.js'
import type { Link } from './link.js'
import { parse } from './patch.js'
import type { Observable, People, Presence, User, UserPage } from './types.js'
import type { Views } from './views.js'

export function peopleFor(link: Link, views: Views): People {
  /** The answer of a change is what `blocked` shows. */
  const change = async (what: 'block' | 'unblock', userId: string): Promise<void> => {
    await link.run((core) => core.ask(what, [userId]))
    views.pull('blocked')
  }
  return {
    list: ({ query, cursor, signal } = {}) =>
      link.call<UserPage>((core) => core.listUsers(query === '' ? undefined : query, cursor), signal),
    get: (userId) => link.call<User>((core) => core.getUser(userId)),
    report: async (userId, report) => {
      await exchange(link, 'POST', '/reports', { user_id: userId, ...report })
    },
    block: (userId) => change('block', userId),
    unblock: (userId) => change('unblock', userId),
    blocked: views.get<readonly User[] | undefined>({
      topic: 'blocked',
      initial: undefined,
      decode: parse,
      isBlank: (users) => users === undefined,
    }).cell,
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
