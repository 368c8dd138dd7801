//! A conversation.

use relaychat_protocol::{
    AttachmentId, ChatId, ErrorCode, UserId,
    rest::chats::{ChatKind, DEFAULT_ADD_ROLE, DEFAULT_PIN_ROLE, DEFAULT_SEND_ROLE, Role},
};

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
    /// Who may do what in a group; a one-to-one chat keeps those of the beginning.
    pub rules: Rules,
    /// For a one-to-one chat, the two people; unique over all chats.
    pub direct: Option<DirectPair>,
    /// What keeps the two of a one-to-one chat apart.
    pub apart: Apart,
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
            rules: Rules::default(),
            direct: None,
            apart: Apart::default(),
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

impl Chat {
    /// Why nothing new can be said here for a person, if that is so: those who block know, and
    /// everybody else is told the same, whatever the reason.
    #[must_use]
    pub fn refusal(&self, user_id: UserId) -> Option<ErrorCode> {
        let pair = self.direct?;
        let is_own = match user_id == pair.low {
            true => self.apart.is_blocked_by_low,
            false => self.apart.is_blocked_by_high,
        };
        let is_apart = self.apart.is_blocked() || self.apart.is_one_gone;
        match is_own {
            true => Some(ErrorCode::BlockedByYou),
            false => is_apart.then_some(ErrorCode::Unreachable),
        }
    }
}

/// The lowest role that may do something in a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Write messages.
    pub send: Role,
    /// Add people, and make links with which they come.
    pub add: Role,
    /// Pin messages.
    pub pin: Role,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            send: DEFAULT_SEND_ROLE,
            add: DEFAULT_ADD_ROLE,
            pin: DEFAULT_PIN_ROLE,
        }
    }
}

/// What to change of a group. What is absent stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupChange {
    /// Another name.
    pub name: Option<String>,
    /// Another description; an empty one removes it.
    pub description: Option<String>,
    /// Who writes messages.
    pub send_role: Option<Role>,
    /// Who adds people.
    pub add_role: Option<Role>,
    /// Who pins messages.
    pub pin_role: Option<Role>,
}

/// What keeps the two people of a one-to-one chat from writing to each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Apart {
    /// The one with the smaller id blocks the other.
    pub is_blocked_by_low: bool,
    /// The one with the larger id blocks the other.
    pub is_blocked_by_high: bool,
    /// One of them is disabled or deleted.
    pub is_one_gone: bool,
}

impl Apart {
    /// Whether either blocks the other.
    #[must_use]
    pub fn is_blocked(&self) -> bool {
        self.is_blocked_by_low || self.is_blocked_by_high
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
