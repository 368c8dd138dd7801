/**
 * The public types of `@relaychat/client`.
 *
 * Two shapes recur. An {@link Observable} is a snapshot now and a notification when it changes: it
 * fits React's `useSyncExternalStore` as it is. Snapshots are immutable, an unchanged item keeps its
 * identity from one snapshot to the next, and there is at most one notification a frame.
 *
 * Times are milliseconds since the Unix epoch.
 */

import type { RelayError } from './errors.js'
import type { Attachment, AttachmentPage, DeliveryState, Draft, Mentions, Message, ReactionPage } from './message.js'

export type { RelayError } from './errors.js'
export type * from './message.js'

/** A value that can be read now and watched. Both functions may be passed around unbound. */
export interface Observable<T> {
  /** The present value. The same object until it changes. */
  readonly getSnapshot: () => T
  /** Calls `onChange` after every change until the returned function is called. */
  readonly subscribe: (onChange: () => void) => () => void
  /**
   * The value before `connect()`: what a server renders, and what a page has to begin with when it
   * takes over what a server rendered.
   */
  readonly getServerSnapshot?: () => T
}

/** What a client is made with. */
export interface ClientOptions {
  /** Root of the engine, such as `https://chat.example.com` or `https://example.com/chat`. */
  url: string
  /**
   * Gives an access token issued by the application's own backend. Called on connect and before a
   * token expires. Reject with an {@link RelayError} of code `unauthenticated` to sign out; any
   * other failure is tried again. Leave it out to log in with e-mail codes: see {@link Client.auth}.
   */
  getToken?: (context: { reason: 'connect' | 'expired' | 'rejected' }) => Promise<string>
  /**
   * Where the session of an e-mail login is kept. `local` (default) survives closing the browser,
   * `session` ends with the tab, `memory` ends with the page.
   */
  sessionStorage?: 'local' | 'session' | 'memory'
  /**
   * Where chats, messages, drafts and what is queued are kept: shown again before the network
   * answers, and sent when the page was closed in between. `indexeddb` is the default in browsers
   * that have it, for logins that outlive the tab; with `getToken` only together with
   * {@link ClientOptions.account}. `memory` ends with the page. See {@link Client.storage}.
   */
  store?: 'indexeddb' | 'memory'
  /**
   * With `getToken`: who is logged in, in the application's own words. What one account has left on
   * a device is not shown to another.
   */
  account?: string
  /**
   * `shared` (default): all tabs of the account have one connection, one queue, one read state. It
   * needs a page or worker in a secure context, and a session or tokens from which it is clear that
   * the tabs are the same person's; where it cannot be, and with `single`, each tab is a client of
   * its own. With `getToken` that takes {@link ClientOptions.account}, or JWTs with a `sub`.
   * {@link Client.role} says what it is.
   */
  tabs?: 'shared' | 'single'
}

/**
 * How well what the client knows is kept. `durable` outlives the page. `memory_only` ends with it:
 * the browser has no room for it, or was not asked. `lost`: there is a store and it failed, what
 * changes now is kept only if it recovers.
 */
export type StorageState = 'durable' | 'memory_only' | 'lost'

/**
 * What a tab is among those of its account. The `leader` has the connection; a `follower` shows what
 * the leader has, and takes over when that is gone; a `single` one shares nothing.
 */
export type TabRole = 'leader' | 'follower' | 'single'

/** How the connection is. */
export type ConnectionState =
  | { readonly status: 'connecting' }
  | { readonly status: 'connected' }
  | { readonly status: 'reconnecting'; readonly attempt: number; readonly retryAt: number }
  /** The device has no network; the client comes back by itself when it has. */
  | { readonly status: 'offline' }
  /** Nobody is logged in, or the session has ended. */
  | { readonly status: 'signed_out'; readonly reason?: string }
  /** `close()` was called, or the client failed for good. */
  | { readonly status: 'closed'; readonly error?: RelayError }

/** A person. */
export interface User {
  readonly id: string
  readonly name: string
  /** Absolute address of the picture. */
  readonly avatarUrl?: string
}

/** The person who is logged in. */
export interface Me extends User {
  readonly email?: string
  /** Whether the name was made from the address and never chosen. */
  readonly isNew: boolean
  /** Whether others are told how far the person has read, and the person is told of others. */
  readonly showsReadReceipts: boolean
  /** Whether others see when the person is online and was last seen, and the person sees it of others. */
  readonly showsLastSeen: boolean
}

/** What to change of the person who is logged in. What is absent stays as it is. */
export interface ProfileChanges {
  /** What others call them, 1 to 80 characters. */
  name?: string
  /**
   * Whether others are told from now on how far the person reads, and the person is told of others.
   * What was told before stays. The person's own devices have exact marks and counts in any case.
   */
  showsReadReceipts?: boolean
  /**
   * Whether others see from now on when the person is online and was last seen, and the person sees
   * it of others. Typing is shown in any case.
   */
  showsLastSeen?: boolean
}

/** One place where the person is logged in. */
export interface Session {
  readonly id: string
  readonly deviceName?: string
  readonly createdAt: number
  readonly lastUsedAt: number
  readonly expiresAt: number
  readonly isCurrent: boolean
}

/** Whether a person is there, and when last. */
export interface Presence {
  readonly isOnline: boolean
  readonly lastSeenAt?: number
}

/** What a member may do in a group. */
export type Role = 'member' | 'admin' | 'owner'

/** A person in a chat, and how far messages have come there. */
export interface Member {
  readonly user: User
  readonly role: Role
  readonly joinedAt: number
  readonly deliveredSeq: number
  readonly readSeq: number
}

/** `key` never changes, also not when the server acknowledges the message. */
export type TimelineItem =
  | { readonly kind: 'message'; readonly key: string; readonly message: Message }
  /** A system line: a message with an `event` and without text. */
  | { readonly kind: 'event'; readonly key: string; readonly message: Message }
  /** `day` is midnight of the day in the device's time zone. */
  | { readonly kind: 'date_divider'; readonly key: string; readonly day: number }
  | { readonly kind: 'unread_divider'; readonly key: string; readonly count: number }
  /** The beginning of the chat: there is nothing older. */
  | { readonly kind: 'start'; readonly key: string }

/** What a timeline shows now. */
export interface TimelineState {
  readonly items: readonly TimelineItem[]
  /** Nothing has been loaded yet: show a skeleton. */
  readonly isLoading: boolean
  readonly isLoadingBefore: boolean
  readonly hasBefore: boolean
  readonly isLoadingAfter: boolean
  /** Newer messages are known that are not loaded (after a jump). */
  readonly hasAfter: boolean
  readonly error?: RelayError
}

/** The messages of a chat, and how to move in them. */
export interface Timeline extends Observable<TimelineState> {
  /** Loads older messages. Resolves when they are in the snapshot. */
  loadBefore(): Promise<void>
  /** Loads newer messages, after a jump. */
  loadAfter(): Promise<void>
  /** Loads the part around a message and shows that instead. */
  jumpTo(seq: number): Promise<void>
  /** Back to the newest messages. */
  jumpToLatest(): Promise<void>
}

/** A chat as a list of chats shows it. */
export interface ChatSummary {
  readonly id: string
  readonly kind: 'direct' | 'group'
  /** Name of the group, or of the other person. */
  readonly title: string
  /** For a group that belongs to an object of the host application: what the host calls it. */
  readonly hostKey?: string
  /** What its members say about a group. */
  readonly description?: string
  readonly avatarUrl?: string
  /** The other person of a one-to-one chat. */
  readonly peer?: User
  readonly lastMessage?: Message
  /** The lowest role that writes messages; what others send is refused with `forbidden`. */
  readonly sendRole: Role
  /** The lowest role that adds people to a group and makes links to it. */
  readonly addRole: Role
  /** The lowest role that pins messages in a group. */
  readonly pinRole: Role
  readonly lastActivityAt: number
  readonly unreadCount: number
  /** Those of them that mention the person, or everyone. */
  readonly mentionCount: number
  readonly lastSeq: number
  readonly readSeq: number
  readonly memberCount: number
  /** The person keeps it at the top of the list. */
  readonly isPinned: boolean
  /** Put away by the person. It is in the list all the same: the application filters. */
  readonly isArchived: boolean
  /** To be shown as unread although everything was read. */
  readonly isMarkedUnread: boolean
  /** Absent: not muted; in the past: not muted any more. */
  readonly mutedUntil?: number
  /** People who are typing now. */
  readonly typing: readonly User[]
}

/** What a person sets for a chat for themselves, on all their devices. What is absent stays. */
export interface ChatSettings {
  isPinned?: boolean
  /** New messages do not bring it back. */
  isArchived?: boolean
  /** Until somebody looks at it. */
  isMarkedUnread?: boolean
  /** `null` ends it. */
  mutedUntil?: number | null
}

/** What a message on its way tells: bytes of an upload, and changes of its state. */
export interface OutgoingEventMap {
  progress: ProgressEvent
  statechange: Event
}

/** A message on its way. It is in the timeline already. */
export interface Outgoing extends EventTarget {
  readonly id: string
  readonly state: DeliveryState
  /** Why the last try failed, while it is tried again. Later messages of the chat wait with it. */
  readonly heldUpBy: RelayError | undefined
  /** Resolves when the server has it; rejects with a {@link RelayError} when it failed. */
  readonly delivered: Promise<Message>
  /** Tries a failed message again. */
  retry(): void
  /**
   * Gives it another text, and other mentions if they are given, while it waits, uploads or has
   * failed; one that has failed stays so until it is tried again. Throws a {@link RelayError} with `already_sent` once it has left this device.
   */
  edit(text: string, mentions?: Mentions): void
  /** Takes it back while the server does not have it; removes a failed one. */
  cancel(): void
  /** Listens for the progress of an upload or a change of `state`. */
  addEventListener<K extends keyof OutgoingEventMap>(
    type: K,
    listener: (event: OutgoingEventMap[K]) => void,
    options?: boolean | AddEventListenerOptions,
  ): void
}

/** What may be changed of a group. What is absent stays as it is. */
export interface ChatChanges {
  readonly name?: string
  /** Empty for none. */
  readonly description?: string
  /** Its centre is cut to a square; `null` for none. */
  readonly avatar?: Blob | null
}

/** A link with which people join a group by themselves. */
export interface Invite {
  readonly id: string
  /** What the link carries: whoever has it may join. The address around it is the application's. */
  readonly token: string
  /** Id of who made it. */
  readonly createdBy: string
  readonly createdAt: number
  /** Until when people can join with it; absent: until it is revoked. */
  readonly expiresAt?: number
  /** How many people can join with it; absent: any number. */
  readonly maxUses?: number
  /** How many have. */
  readonly uses: number
}

/** How long a new link is good, and for how many. Absent: without end, and for any number. */
export interface InviteTerms {
  readonly expiresAt?: number
  /** At least 1. */
  readonly maxUses?: number
}

/** What somebody sees of a group before they join it. */
export interface InvitePreview {
  readonly chatId: string
  readonly name: string
  readonly avatarUrl?: string
  readonly memberCount: number
  /** Whether the person is one of them. */
  readonly isMember: boolean
}

/** Why something is reported: spam, harassment, violence, somebody may harm themselves, against the law, anything else. */
export type ReportReason = 'spam' | 'harassment' | 'violence' | 'self_harm' | 'illegal' | 'other'

/** What the host of the application is told of a message or a person. */
export interface Report {
  readonly reason: ReportReason
  /** At most 1,000 characters. */
  readonly note?: string
}

/** One chat. It need not exist: see {@link Chat.summary}. */
export interface Chat {
  readonly id: string
  /**
   * `undefined` while it is being looked up, `null` when it does not exist or is not visible to
   * this user.
   */
  readonly summary: Observable<ChatSummary | null | undefined>
  readonly members: Observable<readonly Member[]>
  readonly timeline: Timeline
  /**
   * What is pinned in the chat, the message that was pinned last in front; `undefined` until something
   * of it is known. Kept right while somebody watches.
   */
  readonly pinned: Observable<readonly Message[] | undefined>
  /** What was typed and not sent, here, in another tab, on another device or at an earlier visit. */
  readonly draft: Observable<string>
  /** Keeps what is typed, and tells the other devices after a pause. An empty text forgets it. */
  setDraft(text: string): void
  /** Sends at once: the echo is in the timeline when this returns. */
  send(draft: Draft): Outgoing
  /** Tries a failed message again, or what the engine refused to do with a sent one. */
  retry(messageId: string): void
  /**
   * Gives an own message another text, and other mentions if they are given: shown at once, and told to the engine as soon as there is a
   * connection; the last edit to arrive stays. What it refuses (`edit_too_late`, `forbidden`) is in
   * {@link Message.pending}. Throws `validation_failed` for a text that leaves nothing of the message.
   */
  edit(messageId: string, text: string, mentions?: Mentions): void
  /** Deletes a message for everyone, in the same way. One that was not sent is taken back. */
  delete(messageId: string): void
  /** Reacts to a message with an emoji, or takes that back, in the same way. */
  react(messageId: string, emoji: string, isOn: boolean): void
  /**
   * Pins a message for everyone in the chat, in the same way. For both people of a one-to-one chat, and
   * in a group for whom it lets; a chat has at most 100 pinned messages (`too_many_pins`).
   */
  pin(messageId: string): void
  /** Unpins it. */
  unpin(messageId: string): void
  /**
   * Everybody who reacted to a message with an emoji, a page of 50 at a time; `cursor` is the
   * `nextCursor` of the page before. {@link Message.reactions} has the first of them.
   */
  reactions(messageId: string, emoji: string, cursor?: string): Promise<ReactionPage>
  /**
   * The images or the other files that messages of the chat carry, newest first, a page of 50 at a time; `cursor` is the
   * `nextCursor` of the page before. Asked of the engine, so it needs a connection.
   */
  attachments(kind: Attachment['kind'], cursor?: string): Promise<AttachmentPage>
  /**
   * Reports a message to the host of the application, who gets a copy of it as it is now. Asked at once, not queued. Nobody
   * else learns of it; while nobody has decided, the same again changes nothing. Rejects with
   * `not_reportable` for one's own, and with `message_deleted`.
   */
  report(messageId: string, report: Report): Promise<void>
  /** Removes a message that was not sent. Of a sent one it drops what the engine refused to do with it. */
  cancel(messageId: string): void
  /** Shown at once, and told to the server as soon as there is a connection; the last wish holds. */
  set(settings: ChatSettings): void
  /** Everything up to `seq` has been seen by the person. Never moves backwards. */
  markRead(seq: number): void
  /** Call on every keystroke; throttled, and ended by itself. `false` ends it at once. */
  setTyping(isTyping: boolean): void
  /**
   * Changes a group, for its owner and admins. This and what follows asks the engine at once and
   * rejects with a {@link RelayError}: `forbidden` when the person's role does not allow it.
   */
  update(changes: ChatChanges): Promise<void>
  /** Puts people into the group; who is in it already stays as they are. */
  addMembers(userIds: readonly string[]): Promise<void>
  /** Takes somebody out. Admins remove members, the owner removes admins too. */
  removeMember(userId: string): Promise<void>
  /** Lets a member do more or less; for the owner, who hands the group over with `owner`. */
  setRole(userId: string, role: Role): Promise<void>
  /**
   * Says who writes messages: the lowest role that does, at most the person's own. Whoever may not
   * write still edits, deletes and reacts.
   */
  setSendRole(role: Role): Promise<void>
  /** Says who adds people and makes links, in the same way. Links that were made before stay. */
  setAddRole(role: Role): Promise<void>
  /** Says who pins messages, in the same way. */
  setPinRole(role: Role): Promise<void>
  /** Makes a link with which people join the group by themselves; at most 50 are good at a time. */
  createInvite(terms?: InviteTerms): Promise<Invite>
  /** The links with which people can join now, newest first. */
  invites(): Promise<readonly Invite[]>
  /** Takes a link back, one's own or as an admin anybody's: nobody joins with it any more. Who has joined stays. */
  revokeInvite(inviteId: string): Promise<void>
  /** Leaves the group, which is not in the list any more. */
  leave(): Promise<void>
}

/** What the list of chats shows now. */
export interface ChatListState {
  /** Pinned ones first, the newest pin before the others; then by activity, the newest first. */
  readonly items: readonly ChatSummary[]
  /** Nothing has been loaded yet: show a skeleton. */
  readonly isLoading: boolean
  readonly hasMore: boolean
  /** Unread messages over the loaded chats that are neither muted nor archived. */
  readonly unreadCount: number
  /** How many of these chats have any, or are marked unread. */
  readonly unreadChatCount: number
}

/** Unread messages over all chats that are neither muted nor archived. */
export type UnreadTotal = Pick<ChatListState, 'unreadCount' | 'unreadChatCount'>

/** The list of chats, and how new ones begin. */
export interface ChatList extends Observable<ChatListState> {
  /** Loads older chats. Resolves when they are in the snapshot. */
  loadMore(): Promise<void>
  /**
   * Unread messages over *all* chats that are neither muted nor archived, also those that are not
   * loaded: for a badge. Asked of the server, while {@link ChatListState.unreadCount} is known.
   */
  unreadTotal(): Promise<UnreadTotal>
  /** The one-to-one chat with a person, made if it does not exist. Resolves to its id. */
  openDirect(userId: string): Promise<string>
  /** A new group. Resolves to its id. */
  createGroup(name: string, userIds: readonly string[]): Promise<string>
}

/** Some people, and where more are. */
export interface UserPage {
  readonly items: readonly User[]
  readonly nextCursor?: string
}

/** What to search messages for. Times are milliseconds. */
export interface SearchOptions {
  /** Words; each is found by its beginning, whatever its case and accents. */
  readonly query: string
  /** Only in this chat. */
  readonly chatId?: string
  /** Only by this person. */
  readonly senderId?: string
  /** Only sent before this time. */
  readonly before?: number
  /** Only sent at this time or later. */
  readonly after?: number
  /** Only with a file that is no picture, with a picture, or with a link in the text. */
  readonly has?: 'file' | 'image' | 'link'
  /** `nextCursor` of the page before. */
  readonly cursor?: string
  readonly signal?: AbortSignal
}

/** A message that was found. */
export interface SearchHit {
  readonly message: Message
  /** Its chat, where that is known here. */
  readonly chat?: ChatSummary
  /** What to highlight in `message.text`: ascending, none touches the next. */
  readonly highlights: readonly (readonly [start: number, end: number])[]
}

/** A part of what was found, newest first. */
export interface SearchPage {
  /** There may be few or none while there are more. */
  readonly items: readonly SearchHit[]
  readonly nextCursor?: string
  /** There is no connection: only what this device holds was searched. */
  readonly isLocal: boolean
}

/** Other people: finding them, seeing who is there, blocking and reporting them. */
export interface People {
  /** People by name, or by exact address. */
  list(options?: { query?: string; cursor?: string; signal?: AbortSignal }): Promise<UserPage>
  /** One person; rejects with code `not_found`. */
  get(userId: string): Promise<User>
  /** Watches while there is a subscriber. `undefined` until known. */
  presence(userId: string): Observable<Presence | undefined>
  /**
   * Blocks a person, who is not told: in the one-to-one chat with them nobody can say anything new,
   * and neither sees the other be online or type. What the caller sends there fails with
   * `blocked_by_you`, what the other sends with `unreachable`. Groups are shared as before.
   */
  block(userId: string): Promise<void>
  /** Takes a block back. */
  unblock(userId: string): Promise<void>
  /** Reports a person to the host of the application, as {@link Chat.report} a message. */
  report(userId: string, report: Report): Promise<void>
  /** Everybody whom the caller blocks, on any device, ordered by id. `undefined` until known. */
  readonly blocked: Observable<readonly User[] | undefined>
}

/** Logging in with a one-time code. */
export interface Auth {
  /** Sends a code to the address. */
  requestCode(email: string): Promise<{ requestId: string; expiresInMs: number; resendAfterMs: number }>
  /** Trades a code for a session and connects. */
  verifyCode(requestId: string, code: string): Promise<Me>
  /** Trades the one-time link of the mail for a session and connects. */
  verifyLink(token: string): Promise<Me>
  /** The caller's sessions. */
  listSessions(): Promise<readonly Session[]>
  /** Ends one of them; whoever uses it is logged out. */
  revokeSession(sessionId: string): Promise<void>
  /** Ends this session, forgets everything on this device. Works offline too. */
  signOut(): Promise<void>
}

/** What the engine accepts. */
export interface ServerLimits {
  readonly textBytes: number
  /** How long after it was sent a message can be edited; 0: not at all. */
  readonly editWindowMs: number
  /** Whether people are told how far others have read. Where the host has it off, it is told of nobody. */
  readonly readReceipts: boolean
  readonly attachmentsPerMessage: number
  readonly imageBytes: number
  /** Largest file of any type; 0: none but images. */
  readonly fileBytes: number
  readonly imagePixels: number
  readonly imageContentTypes: readonly string[]
}

/** One engine, one user, one connection. */
export interface Client {
  readonly auth: Auth
  readonly connection: Observable<ConnectionState>
  /** `null` when nobody is logged in. */
  readonly me: Observable<Me | null>
  readonly chats: ChatList
  readonly people: People
  /** `undefined` until the first connection. */
  readonly limits: Observable<ServerLimits | undefined>
  /** How well what the client knows is kept. `memory_only` until it has started. */
  readonly storage: Observable<StorageState>
  /** `undefined` before {@link Client.connect}, and for the moment in which another tab takes over. */
  readonly role: Observable<TabRole | undefined>
  /** One object per id: the same id gives the same object. */
  chat(id: string): Chat
  /**
   * Loads the WebAssembly module and opens the connection. Resolves when connected, or when it is
   * clear that nobody is logged in (see {@link Client.connection}). Failures of the network do not
   * reject: the client goes on trying.
   */
  connect(): Promise<void>
  /** Tries to connect now instead of waiting for the next attempt. */
  reconnectNow(): void
  /** Changes what others see of the person, and what they are told. Needs a connection. */
  updateProfile(changes: ProfileChanges): Promise<Me>
  /** Takes another picture. */
  setAvatar(image: Blob): Promise<Me>
  /** Goes without a picture. */
  removeAvatar(): Promise<Me>
  /**
   * Messages of the caller's chats that a query finds, newest first. Without a connection what this
   * device holds is searched. Rejects with `validation_failed` for a query without a word.
   */
  search(options: SearchOptions): Promise<SearchPage>
  /**
   * Short-lived addresses of the bytes of an attachment; for a file both are the same. Cached until
   * shortly before they expire.
   */
  attachmentLinks(attachmentId: string): Promise<{ url: string; thumbnailUrl: string }>
  /**
   * The group that a link with this token leads to, without joining it. Rejects with `not_found`
   * for a link that has ended, is used up, revoked or made up.
   */
  previewInvite(token: string): Promise<InvitePreview>
  /**
   * Joins the group that a link with this token leads to, and resolves to its id: then it is in the
   * list. Rejects as {@link Client.previewInvite}.
   */
  acceptInvite(token: string): Promise<string>
  /** Closes the connection and frees everything. The client cannot be used afterwards. */
  close(): void
}
