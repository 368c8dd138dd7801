//! That somebody does not want to hear of somebody.

use relaychat_protocol::UserId;

/// One person blocks another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// Who blocks.
    pub blocker_id: UserId,
    /// Who is blocked, and is not told.
    pub blocked_id: UserId,
    /// Since when.
    pub created_at_ms: i64,
}
