//! A conversation.

use relaychat_protocol::{AttachmentId, ChatId, UserId, rest::chats::ChatKind};

use super::host_key::HostKey;

/// A conversation, without its members and messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chat {
    /// Names the chat.
    pub id: ChatId,
    /// One-to-one or group.
    pub kind: ChatKind,
    /// Name of a group.
    pub name: Option<String>,
    /// What its members say about a group.
    pub description: Option<String>,
    /// The picture of a group.
    pub avatar_id: Option<AttachmentId>,
    /// For a one-to-one chat, the two people; unique over all chats.
    pub direct: Option<DirectPair>,
    /// For a group, the object of the host it belongs to; unique over all chats.
    pub host_key: Option<HostKey>,
    /// When it was made.
    pub created_at_ms: i64,
    /// When it was last written to, or made.
    pub last_activity_at_ms: i64,
    /// One step for every durable change.
    pub version: u64,
    /// `seq` of the newest message.
    pub last_seq: u64,
    /// Running count of the newest message.
    pub message_count: u64,
    /// How many members it has.
    pub member_count: u64,
}

impl Chat {
    /// A chat that is made at `now_ms`, without name, members and messages.
    #[must_use]
    pub fn new(id: ChatId, kind: ChatKind, now_ms: i64) -> Self {
        Self {
            id,
            kind,
            name: None,
            description: None,
            avatar_id: None,
            direct: None,
            host_key: None,
            created_at_ms: now_ms,
            last_activity_at_ms: now_ms,
            version: 1,
            last_seq: 0,
            message_count: 0,
            member_count: 0,
        }
    }
}

/// The two people of a one-to-one chat, in an order that does not depend on who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DirectPair {
    low: UserId,
    high: UserId,
}

impl DirectPair {
    /// The pair of two different people; `None` for one person twice.
    #[must_use]
    pub fn new(a: UserId, b: UserId) -> Option<Self> {
        match a.cmp(&b) {
            std::cmp::Ordering::Less => Some(Self { low: a, high: b }),
            std::cmp::Ordering::Greater => Some(Self { low: b, high: a }),
            std::cmp::Ordering::Equal => None,
        }
    }

    /// The one with the smaller id.
    #[must_use]
    pub fn low(&self) -> UserId {
        self.low
    }

    /// The one with the larger id.
    #[must_use]
    pub fn high(&self) -> UserId {
        self.high
    }
}
