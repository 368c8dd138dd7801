/**
 * Requests that the façade writes itself, and answers that it reads: of what the core neither keeps
 * nor learns from. The core adds who asks.
 */

import type { Link } from './link.js'
import { revive } from './patch.js'

export type Method = 'GET' | 'POST' | 'DELETE'

/** `path` follows `/v1`. */
export async function exchange<T>(link: Link, method: Method, path: string, body?: object): Promise<T> {
  const json = body && JSON.stringify(body)
  return JSON.parse((await link.run((core) => core.exchange(method, path, json))) || 'null', rename)
}

/** A piece of a path that came from outside. */
export const piece = encodeURIComponent

/** `expires_at_ms` of the protocol is `expiresAt` here, and a thumb hash a picture. */
function rename(key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const named = ([name, of]: [string, unknown]): [string, unknown] => [
    name.replace(/_ms$/, '').replace(/_(.)/g, (_, letter: string) => letter.toUpperCase()),
    of,
  ]
  return revive(key, Object.fromEntries(Object.entries(value).map(named)))
}
