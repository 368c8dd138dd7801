//! Chats and their members.

use serde::{Deserialize, Serialize};

use crate::{
    AttachmentId, ChatId, UserId, rest::chat_settings::ChatSettings, rest::flat,
    rest::messages::Message, rest::users::User,
};

/// What kind of conversation a chat is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ChatKind {
    /// Exactly two people, for ever.
    Direct,
    /// Any number of people, with roles.
    Group,
}

/// What a member may do. Each role may what those before it may, and a group says of a few things
/// which role it takes: `send_role`, `add_role` and `pin_role`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Reads, and writes where the group lets every member write.
    Member,
    /// Also adds and removes members, and changes the group's settings.
    Admin,
    /// Also cannot be removed by others.
    Owner,
}

/// Who writes messages in a group that says nothing else, and in a one-to-one chat.
pub const DEFAULT_SEND_ROLE: Role = Role::Member;
/// Who adds people to a group that says nothing else.
pub const DEFAULT_ADD_ROLE: Role = Role::Admin;
/// Who pins messages in a group that says nothing else.
pub const DEFAULT_PIN_ROLE: Role = Role::Admin;

/// The part of a chat that is the same for all its members.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ChatInfo {
    /// Names the chat.
    pub id: ChatId,
    /// One-to-one or group.
    pub kind: ChatKind,
    /// Name of a group. A one-to-one chat has none: show the other person's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What its members say about a group, 1 to 500 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Address of a group's picture, relative to the root of the API, if there is one. It may be
    /// kept for ever: a new picture has a new address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub avatar_url: Option<String>,
    /// For a group that belongs to an object of the host application, what the host calls the
    /// object, such as `order:123`: 1 to 200 bytes. The host decides who is in such a group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(min_length = 1, max_length = 200))]
    pub host_key: Option<String>,
    /// The lowest role that writes messages in a group; absent: `member`. Whoever may not write may
    /// still change, delete and react. What the host sends for somebody is bound by no role.
    #[serde(default = "send_role", skip_serializing_if = "is_send_role")]
    pub send_role: Role,
    /// The lowest role that adds people to a group and makes links to it; absent: `admin`.
    #[serde(default = "add_role", skip_serializing_if = "is_add_role")]
    pub add_role: Role,
    /// The lowest role that pins messages in a group; absent: `admin`.
    #[serde(default = "pin_role", skip_serializing_if = "is_pin_role")]
    pub pin_role: Role,
    /// When the chat was made.
    pub created_at_ms: i64,
    /// When it was last written to, or made: the order of the chat list, newest first.
    pub last_activity_at_ms: i64,
    /// One step for every durable change of the chat, dense.
    pub version: u64,
    /// The `seq` of the newest message, 0 when there is none.
    pub last_seq: u64,
    /// The running count of the newest message: unread = this minus the member's `read_count`,
    /// minus the deleted ones above their `read_seq`.
    pub message_count: u64,
    /// How many members the chat has.
    pub member_count: u64,
}

/// A member of a chat with their watermarks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(from = "flat::Member")]
pub struct Member {
    /// Who.
    pub user_id: UserId,
    /// What they may do.
    pub role: Role,
    /// When they joined.
    pub joined_at_ms: i64,
    /// How far messages have reached and been read.
    #[serde(flatten)]
    pub watermarks: Watermarks,
}

/// How far one member has received and read a chat. Each number only grows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Watermarks {
    /// Highest `seq` that reached one of the member's devices.
    pub delivered_seq: u64,
    /// When that happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivered_at_ms: Option<i64>,
    /// Highest `seq` the member has read. Never above `delivered_seq`.
    pub read_seq: u64,
    /// When that happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_at_ms: Option<i64>,
    /// The running count of the message at `read_seq`.
    pub read_count: u64,
}

/// A chat as one of its members sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(from = "flat::Chat")]
pub struct Chat {
    /// The part that is the same for all members.
    #[serde(flatten)]
    pub info: ChatInfo,
    /// The caller's own membership.
    pub me: Member,
    /// Messages the caller has not read: `message_count - me.read_count`, minus how many
    /// `deleted_unread` holds.
    pub unread_count: u64,
    /// Places of deleted messages above the caller's `read_seq`, ascending.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deleted_unread: Vec<SeqRange>,
    /// Places of messages above the caller's `read_seq` that mention the caller or everyone,
    /// ascending. How many there are is the count of unread mentions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mentioned_unread: Vec<SeqRange>,
    /// What the caller has set for themselves; absent: nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settings: Option<ChatSettings>,
    /// The newest message, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_message: Option<Message>,
    /// The other members, at most 100, longest standing first. Read on at `/members`.
    pub members: Vec<Member>,
}

/// A closed range of places.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SeqRange {
    /// The first `seq`.
    pub first_seq: u64,
    /// The last `seq`.
    pub last_seq: u64,
}

/// One chat, with the people it names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ChatWithUsers {
    /// The chat.
    pub chat: Chat,
    /// The people named in it.
    pub users: Vec<User>,
}

/// `GET /v1/chats`: a page of the caller's chats, newest activity first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ChatPage {
    /// The chats.
    pub items: Vec<Chat>,
    /// The people named in them.
    pub users: Vec<User>,
    /// Opaque place to read on from; absent on the last page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// `GET /v1/chats/{chat_id}/members`: a page of members, longest standing first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct MemberPage {
    /// The members.
    pub items: Vec<Member>,
    /// The people they are.
    pub users: Vec<User>,
    /// Opaque place to read on from; absent on the last page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// `POST /v1/chats/direct`: the one-to-one chat with a person, made if it does not exist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OpenDirectChat {
    /// The other person.
    pub user_id: UserId,
}

/// `POST /v1/chats/group`: a new group, owned by the caller.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CreateGroupChat {
    /// Made by the client: repeating the request with the same id makes one group.
    pub chat_id: ChatId,
    /// Name, 1 to 80 characters after trimming.
    #[cfg_attr(feature = "schema", schema(min_length = 1, max_length = 80))]
    pub name: String,
    /// The first members beside the caller, at most 200.
    #[cfg_attr(feature = "schema", schema(max_items = 200))]
    pub user_ids: Vec<UserId>,
}

/// `PATCH /v1/chats/{chat_id}`: change what a group is called, and who may do what in it. Absent
/// fields stay as they are. Nobody names a role above their own, nor changes a setting that takes
/// one (`forbidden`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct UpdateChat {
    /// New name, 1 to 80 characters after trimming.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(min_length = 1, max_length = 80))]
    pub name: Option<String>,
    /// New description, at most 500 characters after trimming; empty removes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(max_length = 500))]
    pub description: Option<String>,
    /// The lowest role that writes messages from now on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub send_role: Option<Role>,
    /// The lowest role that adds people from now on. Links that were made before stay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub add_role: Option<Role>,
    /// The lowest role that pins messages from now on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pin_role: Option<Role>,
}

/// `PUT /v1/chats/{chat_id}/avatar`: use an uploaded image as the picture of a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SetChatAvatar {
    /// An image the caller has uploaded; its centre is cut to a square.
    pub attachment_id: AttachmentId,
}

/// `PATCH /v1/chats/{chat_id}/members/{user_id}`: what a member may do from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct UpdateMember {
    /// The new role. Making somebody else the owner makes the former owner an admin.
    pub role: Role,
}

/// `POST /v1/chats/{chat_id}/members`: add people to a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AddMembers {
    /// Who to add, at most 200. Those who are members already stay as they are.
    #[cfg_attr(feature = "schema", schema(min_items = 1, max_items = 200))]
    pub user_ids: Vec<UserId>,
}

/// `POST /v1/chats/{chat_id}/marks`: move the caller's own watermarks forward. A mark that is
/// behind the present one changes nothing; one beyond the newest message is cut to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Mark {
    /// Everything up to here has reached the device.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "super::whole_number::read"
    )]
    #[cfg_attr(feature = "schema", schema(maximum = 9007199254740991i64))]
    pub delivered_seq: Option<u64>,
    /// Everything up to here has been read (and so has reached the device).
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "super::whole_number::read"
    )]
    #[cfg_attr(feature = "schema", schema(maximum = 9007199254740991i64))]
    pub read_seq: Option<u64>,
}

pub(super) fn send_role() -> Role {
    DEFAULT_SEND_ROLE
}

pub(super) fn add_role() -> Role {
    DEFAULT_ADD_ROLE
}

pub(super) fn pin_role() -> Role {
    DEFAULT_PIN_ROLE
}

fn is_send_role(role: &Role) -> bool {
    *role == DEFAULT_SEND_ROLE
}

fn is_add_role(role: &Role) -> bool {
    *role == DEFAULT_ADD_ROLE
}

fn is_pin_role(role: &Role) -> bool {
    *role == DEFAULT_PIN_ROLE
}
