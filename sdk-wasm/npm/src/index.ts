/** The client for RelayChat. Nothing runs on import. */

import { ClientHandle } from './client.js'
import { loadCore } from './load.js'
import type { Client, ClientOptions } from './types.js'

export { RelayError } from './errors.js'
export { asFile } from './pixels.js'
export type {
  Attachment,
  AttachmentPage,
  Auth,
  Chat,
  ChatAttachment,
  ChatChanges,
  ChatEvent,
  ChatList,
  ChatListState,
  ChatSettings,
  ChatSummary,
  Client,
  ClientOptions,
  ConnectionState,
  DeliveryState,
  Draft,
  Invite,
  InvitePreview,
  InviteTerms,
  Me,
  Member,
  Mentions,
  Message,
  Observable,
  Outgoing,
  OutgoingEventMap,
  People,
  Presence,
  ProfileChanges,
  Quote,
  Reaction,
  ReactionPage,
  Report,
  ReportReason,
  Role,
  SearchHit,
  SearchOptions,
  SearchPage,
  ServerLimits,
  Session,
  StorageState,
  TabRole,
  Timeline,
  TimelineItem,
  TimelineState,
  UnreadTotal,
  User,
  UserPage,
} from './types.js'

/** A client for one engine and one user. It does nothing until {@link Client.connect}. */
export function createClient(options: ClientOptions): Client {
  return new ClientHandle(options, { loadCore })
}
