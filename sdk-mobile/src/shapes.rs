//! How values look in Kotlin and Swift. `convert` fills them.
//!
//! Plain copies of the core's values: ids are their texts, times are milliseconds since 1970.

use crate::Failure;

/// How a client is made.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct ClientOptions {
    /// The address of the engine, such as `https://chat.example.com`.
    pub url: String,
    /// The file that keeps chats, messages and what is unsent, one for each account. Without it all
    /// of that ends with the client.
    #[uniffi(default = None)]
    pub store_path: Option<String>,
    /// What to call this device in the person's list of sessions.
    #[uniffi(default = None)]
    pub device_name: Option<String>,
    /// How far local time is ahead of UTC, for the date dividers.
    #[uniffi(default = 0)]
    pub utc_offset_ms: i64,
}

/// Why a token is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum TokenReason {
    /// The client connects.
    Connect,
    /// The present token ends soon.
    Expired,
    /// The server refused the present token.
    Rejected,
}

/// How the connection is.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum ConnectionState {
    /// The first attempt is under way.
    Connecting,
    /// Everything works.
    Connected,
    /// The connection was lost, or not found. `retry_at_ms`: when the next attempt starts.
    Reconnecting { attempt: u32, retry_at_ms: i64 },
    /// The device has no network; the client comes back by itself when it has.
    Offline,
    /// Nobody is logged in, or the session has ended: then `reason` is the code of the error.
    SignedOut { reason: Option<String> },
    /// The client was closed, or cannot be used with this server: then `failure` says why.
    Closed { failure: Option<Failure> },
}

/// How well a client keeps what it knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum StorageState {
    /// It outlives the program.
    Durable,
    /// It ends with the program: there is no store.
    MemoryOnly,
    /// There is a store, and it failed: what changes now is kept only if it recovers.
    Lost,
}

/// A person.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct User {
    pub id: String,
    /// Display name; empty while it is not known.
    pub name: String,
    /// Absolute address of the picture.
    pub avatar_url: Option<String>,
}

/// The caller's own profile.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct Me {
    /// What others see.
    pub user: User,
    /// The address the caller logs in with.
    pub email: Option<String>,
    /// Whether the name was made from the address and never chosen.
    pub is_new: bool,
    /// Whether others are told how far the caller has read, and the caller is told of others.
    pub shows_read_receipts: bool,
    /// Whether others see when the caller is online and was last seen, and the caller sees it of
    /// others.
    pub shows_last_seen: bool,
}

/// A page of people.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct UserPage {
    pub items: Vec<User>,
    /// Pass it back to read on; absent on the last page.
    pub next_cursor: Option<String>,
}

/// Whether somebody is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Record)]
pub struct Presence {
    /// Whether at least one of their devices is connected.
    pub is_online: bool,
    /// When they were last connected, if they are not now and it is known.
    pub last_seen_at_ms: Option<i64>,
}

/// A code is on its way.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct CodeRequested {
    /// Goes with the code.
    pub request_id: String,
    pub expires_in_ms: u64,
    /// How long until another mail to this address is possible.
    pub resend_after_ms: u64,
}

/// One login of the caller on one device.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct Session {
    pub id: String,
    pub device_name: Option<String>,
    pub created_at_ms: i64,
    pub last_used_at_ms: i64,
    pub expires_at_ms: i64,
    /// Whether it is the one that asks.
    pub is_current: bool,
}

/// What the server accepts, as far as a person who writes can meet it.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct Limits {
    pub text_bytes: u64,
    /// How long after it was sent a message can be edited; 0: not at all.
    pub edit_window_ms: u64,
    pub attachments_per_message: u64,
    pub image_bytes: u64,
    /// Largest file of any type; 0: none but images.
    pub file_bytes: u64,
    pub image_pixels: u64,
    pub image_content_types: Vec<String>,
    /// Whether people are told how far others have read. Off, it is told of nobody.
    pub read_receipts: bool,
}

/// Unread messages over all chats that are neither muted nor archived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Record)]
pub struct UnreadTotal {
    pub unread_count: u64,
    /// Chats that have at least one, or are marked unread.
    pub unread_chat_count: u64,
}

/// Short-lived absolute addresses of the bytes of an attachment.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct AttachmentLinks {
    pub url: String,
    /// A small version.
    pub thumbnail_url: String,
    pub expires_at_ms: i64,
}

/// What kind of file an attachment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum AttachmentKind {
    /// A picture.
    Image,
    /// Any file, byte for byte.
    File,
    /// A kind this build does not know.
    Unknown,
}

/// A file of a message.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct Attachment {
    pub id: String,
    pub kind: AttachmentKind,
    pub content_type: String,
    pub size_bytes: u64,
    pub width: u32,
    pub height: u32,
    /// A very small picture to show while the image loads: base64 of a ThumbHash.
    pub thumb_hash: Option<String>,
    pub file_name: Option<String>,
    /// Where the file is on this device, for what it sent from a file not long ago.
    pub local_path: Option<String>,
}

/// How far an own message has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum DeliveryState {
    /// It waits for the connection, or for its turn.
    Queued,
    /// Its files are being uploaded.
    Uploading,
    /// It was sent, and the server has not answered yet.
    Sending,
    /// The server has it, durably.
    Sent,
    /// It reached everybody else.
    Delivered,
    /// Everybody else has read it.
    Read,
    /// It will not be sent unless it is tried again.
    Failed,
}

/// A message as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct Message {
    /// The same before and after the server has it.
    pub id: String,
    /// Place in the chat; absent until the server has it.
    pub seq: Option<u64>,
    pub chat_id: String,
    pub sender: User,
    /// Whether the caller sent it.
    pub is_own: bool,
    pub sent_at_ms: i64,
    pub text: String,
    pub attachments: Vec<Attachment>,
    /// For own messages.
    pub state: Option<DeliveryState>,
    /// While it is uploading, from 0 to 1000.
    pub upload_permille: Option<u16>,
    /// While it has failed.
    pub failure: Option<Failure>,
    /// When its text was last edited.
    pub edited_at_ms: Option<i64>,
    /// Deleted for everyone: no text, no attachments, no reactions.
    pub is_deleted: bool,
    /// The message that this one answers.
    pub reply_to: Option<Quote>,
    /// How people reacted, in the order in which each emoji was first used.
    pub reactions: Vec<Reaction>,
    /// Whom it is meant for in particular, if anybody.
    pub mentions: Option<Mentions>,
    /// When it was pinned for everyone in the chat, if it is.
    pub pinned_at_ms: Option<i64>,
    /// What it tells of, if it is a system line: nobody wrote it, and nothing can be done to it.
    pub event: Option<ChatEvent>,
    /// A change of it that the server does not have yet, or refused.
    pub pending: Option<PendingChange>,
}

/// Whom a message is meant for in particular: they count it apart, and hear of it also where they
/// muted the rest.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct Mentions {
    /// Ids of people, at most 50. Whoever is not in the chat hears nothing.
    #[uniffi(default = [])]
    pub user_ids: Vec<String>,
    /// All members of the chat.
    #[uniffi(default = false)]
    pub is_everyone: bool,
}

/// What a system line tells of: something that `sender` of the line did to the group.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct ChatEvent {
    pub kind: ChatEventKind,
    /// Who was added or removed, or whose role changed: at most 50 people.
    pub users: Vec<User>,
    /// How many people were added, also where that is more than `users` names; 0 otherwise.
    pub member_count: u64,
    /// The role that they have now.
    pub role: Option<Role>,
    /// The name that the group has now.
    pub name: Option<String>,
}

/// A kind of change that a system line tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum ChatEventKind {
    /// The sender added `member_count` people, the first of whom are `users`.
    MembersAdded,
    /// The sender joined by a link.
    MemberJoined,
    /// The sender left.
    MemberLeft,
    /// The sender removed `users`.
    MemberRemoved,
    /// The sender gave `users` the role `role`.
    RoleChanged,
    /// The sender gave the group the name `name`.
    Renamed,
    /// The sender changed or removed the description.
    Described,
    /// The sender changed or removed the picture.
    PictureChanged,
    /// One that this build does not know: best shown as nothing.
    Unknown,
}

/// The message that another one answers, as it is now.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct Quote {
    pub message_id: String,
    /// Its place in the same chat, to jump to.
    pub seq: u64,
    pub sender: User,
    /// Its text, or the beginning of it.
    pub text: String,
    pub attachment_count: u64,
    pub is_deleted: bool,
}

/// One emoji under a message.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct Reaction {
    pub emoji: String,
    /// How many people reacted with it.
    pub count: u64,
    /// Whether the caller is one of them.
    pub is_own: bool,
    /// The first 50 of them.
    pub users: Vec<User>,
}

/// What is being changed of a message that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum ChangeKind {
    Edit,
    Delete,
    Reaction,
    Pin,
}

/// A change of a message that the server does not have yet.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct PendingChange {
    pub kind: ChangeKind,
    /// Why the server refused it. The message is shown as the server has it until the change is
    /// tried again or cancelled.
    pub failure: Option<Failure>,
}

/// One entry of a timeline. Its `key` names it for ever.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum TimelineItem {
    /// The beginning of the chat: there is nothing older.
    Start { key: String },
    /// A new day. `day_ms`: its midnight in the device's time zone.
    DateDivider { key: String, day_ms: i64 },
    /// What follows was unread when the timeline was opened.
    UnreadDivider { key: String, count: u64 },
    /// A message, or the echo of one on its way.
    Posted { key: String, message: Message },
    /// A system line: a message with an `event` and without text.
    Told { key: String, message: Message },
}

/// A change of a timeline: at `index`, `removed_count` items give place to `inserted`.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct TimelineSplice {
    pub index: u32,
    pub removed_count: u32,
    pub inserted: Vec<TimelineItem>,
}

/// Everything of a timeline but its items.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct TimelineStatus {
    /// Nothing has been loaded yet.
    pub is_loading: bool,
    pub is_loading_before: bool,
    /// There are older messages that are not here.
    pub has_before: bool,
    pub is_loading_after: bool,
    /// There are newer messages that are not here (after a jump).
    pub has_after: bool,
    /// Why the last load failed.
    pub failure: Option<Failure>,
}

/// How a timeline has changed. The splices are applied one after the other; the first update leads
/// from an empty list.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct TimelineUpdate {
    pub splices: Vec<TimelineSplice>,
    pub status: TimelineStatus,
}

/// One-to-one or group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum ChatKind {
    /// Exactly two people, for ever.
    Direct,
    /// Any number of people, with roles.
    Group,
}

/// What a member may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum Role {
    /// Reads and writes.
    Member,
    /// Also adds and removes members.
    Admin,
    /// Also cannot be removed by others.
    Owner,
}

/// A member of a chat.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct Member {
    pub user: User,
    pub role: Role,
    pub joined_at_ms: i64,
    /// Highest `seq` that reached one of their devices.
    pub delivered_seq: u64,
    /// Highest `seq` they have read.
    pub read_seq: u64,
}

/// A chat as the list shows it.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct ChatSummary {
    pub id: String,
    pub kind: ChatKind,
    /// Name of the group, or of the other person.
    pub title: String,
    /// For a group that belongs to an object of the host application: what the host calls it.
    pub host_key: Option<String>,
    /// What its members say about a group.
    pub description: Option<String>,
    /// Picture of the group, or of the other person.
    pub avatar_url: Option<String>,
    /// The other person of a one-to-one chat.
    pub peer: Option<User>,
    pub last_message: Option<Message>,
    /// The lowest role that writes messages; an application hides the field from those below.
    pub send_role: Role,
    /// The lowest role that adds people to a group and makes links to it.
    pub add_role: Role,
    /// The lowest role that pins messages in a group.
    pub pin_role: Role,
    pub last_activity_at_ms: i64,
    /// Messages the caller has not read.
    pub unread_count: u64,
    /// Those of them that mention the caller, or everyone.
    pub mention_count: u64,
    /// The `seq` of the newest message, 0 when there is none.
    pub last_seq: u64,
    /// Up to where the caller has read.
    pub read_seq: u64,
    pub member_count: u64,
    /// The person keeps it at the top of the list.
    pub is_pinned: bool,
    /// Put away by the person. It is in the list all the same.
    pub is_archived: bool,
    /// To be shown as unread although everything was read.
    pub is_marked_unread: bool,
    /// Muted until then; in the past: not muted any more.
    pub muted_until_ms: Option<i64>,
    /// People who are typing now.
    pub typing: Vec<User>,
}

/// What a person sets for a chat for themselves; an absent field stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Record)]
pub struct ChatSettings {
    /// Kept at the top of the list.
    #[uniffi(default)]
    pub is_pinned: Option<bool>,
    /// Put away. New messages do not bring it back.
    #[uniffi(default)]
    pub is_archived: Option<bool>,
    /// Shown as unread although everything was read, until somebody looks at it.
    #[uniffi(default)]
    pub is_marked_unread: Option<bool>,
    /// Muted until then; 0: not any more.
    #[uniffi(default)]
    pub muted_until_ms: Option<i64>,
}

/// One chat, while it is looked up and after.
#[expect(
    clippy::large_enum_variant,
    reason = "a box would not cross the border, and values are made to be handed over"
)]
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum SummaryState {
    /// It is being looked up.
    Pending,
    /// It does not exist, or is not visible to the caller.
    Missing,
    /// Here it is.
    Found { summary: ChatSummary },
}

/// A change of the list of chats: at `index`, `removed_count` chats give place to `inserted`.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct ChatListSplice {
    pub index: u32,
    pub removed_count: u32,
    pub inserted: Vec<ChatSummary>,
}

/// Everything of the list of chats but the chats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Record)]
pub struct ChatListStatus {
    /// Nothing has been loaded yet.
    pub is_loading: bool,
    /// Whether there are older ones that can be loaded.
    pub has_more: bool,
    /// Unread messages over the chats that are neither muted nor archived.
    pub unread_count: u64,
    /// How many of these chats have any, or are marked unread.
    pub unread_chat_count: u64,
}

/// How the list of chats has changed: see `TimelineUpdate`.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct ChatListUpdate {
    pub splices: Vec<ChatListSplice>,
    pub status: ChatListStatus,
}

/// Where the bytes of an upload come from.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum UploadContent {
    /// Memory.
    Bytes { bytes: Vec<u8> },
    /// A file of the device, read when it is sent.
    File { path: String },
}

/// A file to upload.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct Upload {
    pub content: UploadContent,
    /// Its type, such as `image/png`.
    pub content_type: String,
    /// The name the others see.
    #[uniffi(default = None)]
    pub file_name: Option<String>,
    /// In pixels, if it is known: the echo reserves the room.
    #[uniffi(default = None)]
    pub width: Option<u32>,
    /// In pixels, if it is known.
    #[uniffi(default = None)]
    pub height: Option<u32>,
}

/// What to send.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct Draft {
    /// May be empty when there are files.
    pub text: String,
    #[uniffi(default = [])]
    pub uploads: Vec<Upload>,
}

/// How far a message on its way is.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct OutgoingState {
    /// Ends at `Sent` or `Failed`; ticks are in the timeline.
    pub state: DeliveryState,
    /// Uploaded bytes of all files.
    pub loaded_bytes: u64,
    /// Bytes of all files.
    pub total_bytes: u64,
    /// Why the last try failed, while it is tried again.
    pub held_up_by: Option<Failure>,
    /// While it has failed, and after a cancel.
    pub failure: Option<Failure>,
    /// Once it is sent.
    pub message: Option<Message>,
}

/// Which service wakes this device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum PushService {
    /// Apple Push Notification service.
    Apns,
    /// Firebase Cloud Messaging.
    Fcm,
    /// UnifiedPush: the token is an address.
    UnifiedPush,
}

/// Under what name a push service knows this device.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct PushToken {
    pub service: PushService,
    pub token: String,
}
