//! Keys with which servers of a host call the engine.

use relaychat_protocol::ServerKeyId;

/// A key of a server. Whoever holds it may do everything a host may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerKey {
    /// Names the key, for instance to revoke it.
    pub id: ServerKeyId,
    /// SHA-256 of the key; the key itself is never kept.
    pub hash: [u8; 32],
    /// What it is for, in the operator's words.
    pub name: String,
    /// When it was made.
    pub created_at_ms: i64,
    /// When it was revoked, if it was.
    pub revoked_at_ms: Option<i64>,
}

impl ServerKey {
    /// Whether the key is still good.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.revoked_at_ms.is_none()
    }
}
