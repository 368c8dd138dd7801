/**
 * Whether this client shares a core with the other tabs of its account; if so, `tabs/shared.ts` says
 * how.
 *
 * It does where a browser has what that takes, and where it is certain that all tabs are the same
 * person. Otherwise it has a core of its own, and says so in `Client.role`.
 */

import type { CoreOptions, Host, LoadCore } from './core.js'
import type { SessionStore } from './session.js'
import { identify } from './tabs/account.js'
import { findPlatform } from './tabs/platform.js'
import { loadShared } from './tabs/shared.js'
import type { TabPlatform } from './tabs/tab.js'
import type { ClientOptions } from './types.js'

export function loadWithTabs(
  load: LoadCore,
  { tabs, account }: ClientOptions,
  session: SessionStore,
  platform: TabPlatform | undefined = findPlatform(),
): LoadCore {
  const loadSingle: LoadCore = async (options, host, onPanic) => {
    const core = await load(options, host, onPanic)
    host.seated?.('single')
    return core
  }
  if (tabs === 'single' || platform === undefined) return loadSingle
  return async (options: CoreOptions, host: Host, onPanic) => {
    const identified = await identify(options.url, host, session, account)
    if (identified === undefined) return loadSingle(options, host, onPanic)
    const name = `relaychat:tabs:${options.url}#${identified.account}`
    return loadShared(load, name, platform)(options, identified.host, onPanic)
  }
}
