/** The hooks the pages are built on. The only file that knows where they come from. */

import type {
  Chat,
  ChatListState,
  ChatSummary,
  Client,
  ConnectionState,
  Me,
  Member,
  Observable,
  Presence,
  ServerLimits,
  TimelineState,
} from '@relaychat/client'
import { createContext, use, useSyncExternalStore } from 'react'

const ClientContext = createContext<Client | undefined>(undefined)
export const RelayProvider = ClientContext.Provider

export function useClient(): Client {
  const client = use(ClientContext)
  if (client === undefined) throw new Error('RelayProvider is missing above this component')
  return client
}

export function useObservable<T>(observable: Observable<T>): T {
  return useSyncExternalStore(observable.subscribe, observable.getSnapshot)
}

export const useConnection = (): ConnectionState => useObservable(useClient().connection)
export const useMe = (): Me | null => useObservable(useClient().me)
export const useChats = (): ChatListState => useObservable(useClient().chats)
export const useChatHandle = (id: string): Chat => useClient().chat(id)
export const useChat = (id: string): ChatSummary | null | undefined =>
  useObservable(useClient().chat(id).summary)
export const useMembers = (id: string): readonly Member[] =>
  useObservable(useClient().chat(id).members)
export const useTimeline = (id: string): TimelineState =>
  useObservable(useClient().chat(id).timeline)
export const useLimits = (): ServerLimits | undefined => useObservable(useClient().limits)
export const usePresence = (userId: string): Presence | undefined =>
  useObservable(useClient().people.presence(userId))
