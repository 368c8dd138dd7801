//! Links with which people join a group.

use relaychat_protocol::{ChatId, InviteId, UserId};

/// A link to a group. It belongs to the group: it stays when whoever made it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invite {
    /// Its id.
    pub id: InviteId,
    /// The group.
    pub chat_id: ChatId,
    /// Who made it.
    pub created_by: UserId,
    /// When.
    pub created_at_ms: i64,
    /// Until when people can join with it; `None`: until it is revoked.
    pub expires_at_ms: Option<i64>,
    /// How many people can join with it; `None`: any number.
    pub max_uses: Option<u64>,
    /// How many have joined with it.
    pub uses: u64,
}

impl Invite {
    /// Whether somebody can join with it at `now_ms`.
    #[must_use]
    pub fn is_usable(&self, now_ms: i64) -> bool {
        let is_in_time = self.expires_at_ms.is_none_or(|until_ms| now_ms < until_ms);
        let has_uses = self.max_uses.is_none_or(|most| self.uses < most);
        is_in_time && has_uses
    }
}
