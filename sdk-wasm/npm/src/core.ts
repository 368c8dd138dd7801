/**
 * What the façade asks of the WebAssembly module, and what the module asks of the façade.
 *
 * Private. Strings cross the boundary as JSON because one long string is cheaper than many small
 * objects; of a list only the items that changed are written out (see `patch.ts`). The unit tests
 * have a fake of this interface.
 */

import type { Method } from './exchange.js'
import type { TabRole } from './types.js'

/**
 * A value of the core that can be watched: `connection`, `me`, `limits`, `storage`, `chats`,
 * `blocked`, and with an id behind a slash `summary`, `members`, `pinned`, `draft`, `timeline`, `presence`,
 * `outgoing`. A name and an `@` in front make it another reader's: what one reader has read another
 * has not.
 */
export type Topic = string

/** Which part of a group changes. `avatar` without an image is none. */
export type ChatChange = 'name' | 'description' | 'avatar' | 'add' | 'remove' | 'role' | 'sendRole' | 'addRole' | 'pinRole' | 'leave'

/**
 * What is asked by a word: who reacted (`texts`: chat, message, emoji, cursor), to join where a link
 * leads (token), and to block a person or not (person).
 */
export type Question = 'reactions' | 'acceptInvite' | 'block' | 'unblock'

/** The class `Core` of the generated module. A promise rejects with the JSON of an error report. */
export interface Core {
  connect(): Promise<void>
  reconnectNow(): void
  setOnline(isOnline: boolean): void
  /** What it keeps was removed, or shut: it looks, and writes it anew. */
  checkStorage(): void

  /** Starts watching: `wake` is called after every change. `false` when it names nothing. */
  open(topic: Topic): boolean
  shut(topic: Topic): void
  /**
   * JSON of the changes since the last read, `undefined` when there are none. Empty for a value
   * that is not known, `null` when the topic was found to name nothing after it was opened.
   */
  read(topic: Topic): string | null | undefined

  requestCode(email: string): Promise<string>
  verifyCode(requestId: string, code: string): Promise<string>
  verifyLink(token: string): Promise<string>
  signOut(): Promise<void>

  updateProfile(
    name: string | undefined,
    showsReadReceipts: boolean | undefined,
    showsLastSeen: boolean | undefined,
  ): Promise<string>
  setAvatar(image: Blob): Promise<string>
  removeAvatar(): Promise<string>
  attachmentLinks(attachmentId: string): Promise<string>
  listUsers(query: string | undefined, cursor: string | undefined): Promise<string>
  getUser(userId: string): Promise<string>
  /** `filters` are pairs of a name and a value, one after the other. */
  search(query: string, filters: string[]): Promise<string>

  loadMoreChats(): Promise<void>
  openDirect(userId: string): Promise<string>
  createGroup(name: string, userIds: string[]): Promise<string>
  /** `texts` is the name or description, or ids of people; for a role the person and the role; for a rule the role. */
  changeChat(chatId: string, what: ChatChange, texts: string[], image?: Blob): Promise<void>

  /** Whatever may be asked twice. JSON; of joining the id of the group, of blocking nothing. */
  ask(what: Question, texts: string[]): Promise<string>
  /** A request as the protocol has it: see `exchange.ts`. The answer, empty if there is none. */
  exchange(method: Method, path: string, body?: string): Promise<string>

  /** `topic` is that of a timeline. */
  loadBefore(topic: Topic): Promise<void>
  loadAfter(topic: Topic): Promise<void>
  jumpTo(topic: Topic, seq: number): Promise<void>
  jumpToLatest(topic: Topic): Promise<void>
  /**
   * Queues a message, whose echo then is in the timeline. The same id again changes nothing.
   * `pixels` has width and height of every attachment, zeros where they are not known. Of
   * `mentions` `*` is everyone.
   */
  send(
    chatId: string,
    messageId: string,
    text: string,
    attachments: Blob[],
    pixels: Uint32Array,
    replyTo?: string,
    mentions?: string[],
  ): void
  retry(chatId: string, messageId: string): void
  /** Without `mentions` it is meant for those it was meant for. */
  edit(chatId: string, messageId: string, text: string, mentions?: string[]): void
  /** Not `delete`, which is no name for what generated code binds. */
  deleteMessage(chatId: string, messageId: string): void
  react(chatId: string, messageId: string, emoji: string, isOn: boolean): void
  pin(chatId: string, messageId: string, isPinned: boolean): void
  cancel(chatId: string, messageId: string): void
  /** What is absent stays; a `mutedUntil` of 0 ends the muting. */
  setChat(
    chatId: string,
    isPinned?: boolean,
    isArchived?: boolean,
    isMarkedUnread?: boolean,
    mutedUntil?: number,
  ): void
  markRead(chatId: string, seq: number): void
  setDraft(chatId: string, text: string): void
  setTyping(chatId: string, isTyping: boolean): void

  close(): void
  free(): void
}

/** `index` is the place of the file among those of the message. */
export type FoundFile = (messageId: string, index: number, file: Blob) => void

/** What the module calls. */
export interface Host {
  /** The topic changed. Must not call the core at once. */
  wake(topic: Topic): void
  /** Absent when people log in with codes. */
  getToken?: (reason: 'connect' | 'expired' | 'rejected') => Promise<string>
  loadSession(): string | undefined
  /** `undefined` forgets it. */
  saveSession(session: string | undefined): void
  /** Not called by the module but by its store, which has this file of a message that is still queued. */
  foundFile?: FoundFile
  /**
   * Not called by the module but by what stands between it and the façade: the core is another one
   * from now on, and what is open begins anew. `undefined` while there is none.
   */
  seated?: (role: TabRole | undefined) => void
}

/**
 * Where a core keeps records under keys, in tables: the seam `Store` of the core, which has its
 * contract. One call at a time. A promise rejects with `full`, `damaged` or `unavailable`.
 */
export interface CoreStore {
  /** Keys and values in turn, in the order of the keys; of `until` on they are not meant. */
  read(table: string, from: string, until: string | undefined): Promise<unknown[]>
  /** Of each change the table, the key, the value and `until`; what has no value is removed. */
  write(changes: unknown[]): Promise<void>
  clear(): Promise<void>
  close(): Promise<void>
}

export interface CoreOptions {
  readonly url: string
  readonly deviceName?: string
  /** Name of the database; absent when everything ends with the page. */
  readonly storeName?: string
}

/** Makes a core; rejects when the module cannot be had. Loads it on the first call. */
export interface LoadCore {
  (options: CoreOptions, host: Host, onPanic: (report: string) => void): Promise<Core>
  /** Loads the module before it is needed, so that it is there when there may be no network. */
  readonly warmUp?: () => Promise<unknown>
}
