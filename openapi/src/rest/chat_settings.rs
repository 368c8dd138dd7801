//! What a member sets for a chat for themselves alone: on all their devices, seen by nobody else.

use serde::{Deserialize, Serialize};

use crate::ChatId;

/// What the caller has set for a chat. Nobody else sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ChatSettings {
    /// The chat.
    pub chat_id: ChatId,
    /// One step for every change while the caller is in the chat: of two states, the one with the
    /// higher revision holds.
    pub revision: u64,
    /// Since when the chat is pinned, if it is: pinned ones come first, the newest pin before the
    /// others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pinned_at_ms: Option<i64>,
    /// Whether it is put away. New messages do not bring it back.
    pub is_archived: bool,
    /// Whether it is shown as unread although everything was read. The client that shows the chat
    /// to its reader takes it back.
    pub is_marked_unread: bool,
    /// Until when it is muted; in the past: no longer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub muted_until_ms: Option<i64>,
    /// What the caller has typed and not sent, if anything. What it answers and what is attached
    /// are not part of it: they stay on the device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draft: Option<String>,
}

/// `PATCH /v1/chats/{chat_id}/settings`: change what the caller has set. Absent fields stay as they
/// are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct UpdateChatSettings {
    /// Keep it at the top of the list, or not. At most 50 chats.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_pinned: Option<bool>,
    /// Put it away, or not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_archived: Option<bool>,
    /// Show it as unread although everything was read, or not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_marked_unread: Option<bool>,
    /// Mute it until then; 0: not any more.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "super::whole_number::read_ms"
    )]
    #[cfg_attr(feature = "schema", schema(minimum = 0, maximum = 9007199254740991i64))]
    pub muted_until_ms: Option<i64>,
    /// Keep what was typed and not sent, at most 16 KiB of UTF-8; empty: nothing. While somebody
    /// types, told when they pause, not for every letter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(max_length = 16384))]
    pub draft: Option<String>,
}
