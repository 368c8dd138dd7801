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
    /// Whether others are told how far they have read, and they are told of others.
    pub shows_read_receipts: bool,
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
    /// What others are told in place of what was read, where the member read on without telling.
    pub told: Option<ReadMark>,
}

/// How far somebody has read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReadMark {
    /// Highest `seq`.
    pub seq: u64,
    /// When they read it.
    pub at_ms: Option<i64>,
    /// Running count of the message at `seq`.
    pub count: u64,
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
    /// Whether others are told what was read.
    pub is_told: bool,
}

impl Member {
    /// The membership as others see it: what was read without telling is not in it.
    #[must_use]
    pub fn told(mut self) -> Self {
        if let Some(ReadMark { seq, at_ms, count }) = self.watermarks.told.take() {
            self.watermarks.read_seq = seq;
            self.watermarks.read_at_ms = at_ms;
            self.watermarks.read_count = count;
        }
        self
    }

    /// The membership without what was read.
    #[must_use]
    pub fn unread(mut self) -> Self {
        self.watermarks = Watermarks {
            delivered_seq: self.watermarks.delivered_seq,
            delivered_at_ms: self.watermarks.delivered_at_ms,
            ..Watermarks::default()
        };
        self
    }

    /// The membership as a person sees it who is told what others read, or is not.
    #[must_use]
    pub fn seen_by(self, viewer: UserId, is_told_reads: bool) -> Self {
        match (self.user_id == viewer, is_told_reads) {
            (true, _) => self,
            (false, true) => self.told(),
            (false, false) => self.unread(),
        }
    }
}

impl Watermarks {
    /// The watermarks after `advance`: each the larger of both. Reading implies delivery. What is
    /// read without telling leaves what others are told where it was.
    #[must_use]
    pub fn advanced(self, advance: Advance) -> Self {
        let delivered_seq = advance.delivered_seq.max(advance.read_seq);
        let mut after = self;
        if delivered_seq > self.delivered_seq {
            after.delivered_seq = delivered_seq;
            after.delivered_at_ms = Some(advance.at_ms);
        }
        if advance.read_seq > self.read_seq {
            after.told = match advance.is_told {
                true => None,
                false => self.told.or(Some(ReadMark {
                    seq: self.read_seq,
                    at_ms: self.read_at_ms,
                    count: self.read_count,
                })),
            };
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
