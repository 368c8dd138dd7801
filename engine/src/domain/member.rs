//! Membership: who is in a chat, what they may do, and how far they have come.

use relaychat_protocol::{ChatId, UserId, rest::chats::Role};

/// A member of a chat, present or former.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The chat.
    pub chat_id: ChatId,
    /// Who.
    pub user_id: UserId,
    /// What they may do.
    pub role: Role,
    /// When they (last) joined.
    pub joined_at_ms: i64,
    /// Whether they have left or were removed.
    pub has_left: bool,
    /// How far they have come.
    pub watermarks: Watermarks,
}

/// How far a member has received and read a chat: monotone maxima, so that marks may come twice
/// and in any order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Watermarks {
    /// Highest `seq` that reached one of the member's devices.
    pub delivered_seq: u64,
    /// When it did.
    pub delivered_at_ms: Option<i64>,
    /// Highest `seq` the member has read.
    pub read_seq: u64,
    /// When they did.
    pub read_at_ms: Option<i64>,
    /// Running count of the message at `read_seq`.
    pub read_count: u64,
}

/// A request to move watermarks forward, already cut to the chat's head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Advance {
    /// Everything up to here has been delivered.
    pub delivered_seq: u64,
    /// Everything up to here has been read.
    pub read_seq: u64,
    /// Running count of the message at `read_seq`.
    pub read_count: u64,
    /// When.
    pub at_ms: i64,
}

impl Watermarks {
    /// The watermarks after `advance`: each the larger of both. Reading implies delivery.
    #[must_use]
    pub fn advanced(self, advance: Advance) -> Self {
        let delivered_seq = advance.delivered_seq.max(advance.read_seq);
        let mut after = self;
        if delivered_seq > self.delivered_seq {
            after.delivered_seq = delivered_seq;
            after.delivered_at_ms = Some(advance.at_ms);
        }
        if advance.read_seq > self.read_seq {
            after.read_seq = advance.read_seq;
            after.read_at_ms = Some(advance.at_ms);
            after.read_count = advance.read_count;
        }
        after
    }

    /// Messages above the read mark, deleted ones included. `message_count` is the running count of
    /// the chat's newest message. Sending moves the sender's own watermark, so that nobody's own
    /// messages are ever unread to them.
    #[must_use]
    pub fn unread_count(self, message_count: u64) -> u64 {
        message_count.saturating_sub(self.read_count)
    }
}
