//! Catching up: one answer for the WebSocket's resume and for `GET /v1/sync`.

use serde::{Deserialize, Serialize};

use crate::{
    ChatId, UserId,
    rest::{
        chat_settings::ChatSettings,
        chats::{Chat, Watermarks},
        flat,
        messages::Message,
        users::{Me, User},
    },
};

/// What a client must know to be up to date.
///
/// Every change committed before `token` was made is in this answer or an earlier one. State-based:
/// a message comes once, in its latest state. Repeats are allowed and harmless; holes are not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SyncAnswer {
    /// How to use the rest.
    pub kind: SyncKind,
    /// Pass it to the next sync or `hello`. Opaque, small, bound to the user.
    pub token: String,
    /// Whether more is waiting: sync again at once with `token`.
    pub has_more: bool,
    /// The caller's own profile.
    pub me: Me,
    /// Chats that changed (or, for a snapshot, the first page of all chats), each in its latest
    /// state.
    pub chats: Vec<Chat>,
    /// Messages that are new or changed, by chat.
    pub messages: Vec<ChatMessages>,
    /// Chats the caller is no longer a member of.
    pub removed_chat_ids: Vec<ChatId>,
    /// Watermarks that moved in chats that are not in `chats`.
    pub receipts: Vec<Receipt>,
    /// What the caller has set for chats that are not in `chats`, where it changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub settings: Vec<ChatSettings>,
    /// People who are named above, and people whose profile changed.
    pub users: Vec<User>,
    /// Where to read on in `GET /v1/chats` when a snapshot did not hold all chats.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_chats_cursor: Option<String>,
}

/// How a client uses a [`SyncAnswer`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SyncKind {
    /// No token was given: start from this.
    Snapshot,
    /// Apply this to what is there.
    Changes,
    /// The token cannot be used (restored backup, another user, expired): forget everything but
    /// unsent messages, and start from this.
    Reset,
}

/// New and changed messages of one chat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ChatMessages {
    /// The chat.
    pub chat_id: ChatId,
    /// The new messages, ascending by `seq` and without holes.
    pub items: Vec<Message>,
    /// Older ones that were changed, ascending by `seq`, in their latest state: they replace what
    /// is held of them. Whoever does not hold one may ignore it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changed: Vec<Message>,
    /// Messages that were missed and are not here: fill it by paging the history.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gap: Option<Gap>,
}

/// A closed range of `seq` that the client does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Gap {
    /// First missing `seq`.
    pub first_seq: u64,
    /// Last missing `seq`.
    pub last_seq: u64,
}

/// How far one member of one chat has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(from = "flat::Receipt")]
pub struct Receipt {
    /// The chat.
    pub chat_id: ChatId,
    /// The member.
    pub user_id: UserId,
    /// All their watermarks.
    #[serde(flatten)]
    pub watermarks: Watermarks,
}
