/**
 * React hooks over the client: thin, each one `useSyncExternalStore` on an observable.
 *
 * Every snapshot is the client's own object, so nothing re-renders that did not change. On a
 * server, and while a page takes over what a server rendered, the snapshot is what it is before
 * `connect()`: loading, nobody logged in. The directive below
 * lets server components import this file; what it exports runs on the client's side of them.
 */

'use client'

import {
  createContext,
  createElement,
  type ReactElement,
  type ReactNode,
  useCallback,
  useContext,
  useMemo,
  useSyncExternalStore,
} from 'react'
import { type Composer, composerFor, type ComposerState } from './composer.js'
import type {
  Chat,
  ChatList,
  ChatListState,
  ChatSummary,
  Client,
  ConnectionState,
  Draft,
  Me,
  Member,
  Message,
  Observable,
  Outgoing,
  Presence,
  ServerLimits,
  StorageState,
  Timeline,
  TimelineState,
  User,
} from './types.js'

export type { Composer, ComposerState } from './composer.js'

const ClientContext = /* @__PURE__ */ createContext<Client | null>(null)

const NOBODY: readonly User[] = []

const UNKNOWN_PRESENCE: Observable<Presence | undefined> = {
  getSnapshot: () => undefined,
  subscribe: () => () => {},
}

/** What {@link RelayProvider} takes. */
export interface RelayProviderProps {
  /** Made by the application with `createClient`, and closed by it. */
  client: Client
  /** Everything that uses the hooks. */
  children?: ReactNode
}

/** Gives the client to the hooks below it. */
export function RelayProvider({ client, children }: RelayProviderProps): ReactElement {
  return createElement(ClientContext.Provider, { value: client }, children)
}

/** The client of the nearest {@link RelayProvider}. */
export function useClient(): Client {
  const client = useContext(ClientContext)
  if (client === null) throw new Error('Put <RelayProvider client={client}> around this component.')
  return client
}

/** Watches any observable of the client. */
export function useObservable<T>(observable: Observable<T>): T {
  const { subscribe, getSnapshot, getServerSnapshot = getSnapshot } = observable
  return useSyncExternalStore(subscribe, getSnapshot, getServerSnapshot)
}

/** How the connection is. */
export function useConnection(): ConnectionState {
  return useObservable(useClient().connection)
}

/** `null` when nobody is logged in. */
export function useMe(): Me | null {
  return useObservable(useClient().me)
}

/** `undefined` until the first connection. */
export function useLimits(): ServerLimits | undefined {
  return useObservable(useClient().limits)
}

/** How well what the client knows is kept. */
export function useStorage(): StorageState {
  return useObservable(useClient().storage)
}

/** What {@link useChats} gives. */
export type UseChats = ChatListState & Pick<ChatList, 'loadMore' | 'openDirect' | 'createGroup'>

/** The list of chats, and what one can do with it. */
export function useChats(): UseChats {
  const { chats } = useClient()
  const state = useObservable(chats)
  return useMemo(() => {
    const { loadMore, openDirect, createGroup } = chats
    return { ...state, loadMore, openDirect, createGroup }
  }, [chats, state])
}

/** `undefined` while it is being looked up, `null` when there is no such chat for this user. */
export function useChat(chatId: string): ChatSummary | null | undefined {
  return useObservable(useChatHandle(chatId).summary)
}

/** Who is in a chat, oneself first. */
export function useMembers(chatId: string): readonly Member[] {
  return useObservable(useChatHandle(chatId).members)
}

/** What is pinned in a chat, the message that was pinned last in front; `undefined` until known. */
export function usePinned(chatId: string): readonly Message[] | undefined {
  return useObservable(useChatHandle(chatId).pinned)
}

/** What {@link useTimeline} gives. */
export type UseTimeline = TimelineState & Pick<Timeline, 'loadBefore' | 'loadAfter' | 'jumpTo' | 'jumpToLatest'>

/** The messages of a chat, and how to move in them. */
export function useTimeline(chatId: string): UseTimeline {
  const { timeline } = useChatHandle(chatId)
  const state = useObservable(timeline)
  return useMemo(() => {
    const { loadBefore, loadAfter, jumpTo, jumpToLatest } = timeline
    return { ...state, loadBefore, loadAfter, jumpTo, jumpToLatest }
  }, [timeline, state])
}

/** Who is typing in a chat, without oneself. */
export function useTyping(chatId: string): readonly User[] {
  return useChat(chatId)?.typing ?? NOBODY
}

/** Whether a person is there; `undefined` until known, or without a person. */
export function usePresence(userId: string | undefined): Presence | undefined {
  const { people } = useClient()
  const presence = useMemo(
    () => (userId === undefined ? UNKNOWN_PRESENCE : people.presence(userId)),
    [people, userId],
  )
  return useObservable(presence)
}

/** Sends to a chat; the function stays the same from render to render. */
export function useSend(chatId: string): (draft: Draft) => Outgoing {
  const chat = useChatHandle(chatId)
  return useCallback((draft: Draft) => chat.send(draft), [chat])
}

/** What {@link useComposer} gives. */
export type UseComposer = ComposerState & Omit<Composer, keyof Observable<ComposerState>>

/** The draft of a chat. It is kept while one looks at another chat. */
export function useComposer(chatId: string): UseComposer {
  const client = useClient()
  const userId = useMe()?.id
  const composer = useMemo(() => composerFor(client, userId, chatId), [client, userId, chatId])
  const state = useObservable(composer)
  return useMemo(() => {
    const { setText, addAttachments, removeAttachment, send, stopTyping } = composer
    return { ...state, setText, addAttachments, removeAttachment, send, stopTyping }
  }, [composer, state])
}

function useChatHandle(chatId: string): Chat {
  const client = useClient()
  return useMemo(() => client.chat(chatId), [client, chatId])
}
