//! Messages and history.

use serde::{Deserialize, Serialize};

use crate::{
    AttachmentId, ChatId, MessageId, UserId, rest::attachments::Attachment, rest::users::User,
};

/// A message in its latest state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Message {
    /// Made by the sender.
    pub id: MessageId,
    /// Where it was sent.
    pub chat_id: ChatId,
    /// Place in the chat: 1, 2, 3, … in commit order.
    pub seq: u64,
    /// The chat's `version` when this message last changed.
    pub version: u64,
    /// How many messages the chat had with this one: unread counts come from it.
    pub count: u64,
    /// Who sent it.
    pub sender_id: UserId,
    /// When the server took it. Order never comes from this.
    pub sent_at_ms: i64,
    /// What was written, possibly empty when there are attachments. Plain text, never markup.
    pub text: String,
    /// What was attached.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
}

/// `POST /v1/chats/{chat_id}/messages`: send a message.
///
/// Repeating it with the same `message_id` and content returns the first result, for ever.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SendMessage {
    /// A new UUIDv7 made by the client.
    pub message_id: MessageId,
    /// At most 16 KiB of UTF-8; may be empty when there are attachments.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schema(example = "Hello!", max_length = 16384))]
    pub text: String,
    /// Files the caller has uploaded and not yet sent, at most 10.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schema(max_items = 10))]
    pub attachment_ids: Vec<AttachmentId>,
}

/// `GET /v1/chats/{chat_id}/messages`: a part of the history, oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct MessagePage {
    /// The messages, ascending by `seq`, without holes.
    pub items: Vec<Message>,
    /// The people who sent them.
    pub users: Vec<User>,
    /// Whether there are older ones.
    pub has_before: bool,
    /// Whether there are newer ones.
    pub has_after: bool,
}
