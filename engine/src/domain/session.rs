//! A login on a device, and the refresh tokens that keep it alive.

use relaychat_protocol::{SessionId, UserId};

/// Names a login of the host without telling what the host calls it: a SHA-256.
pub type LoginKey = [u8; 32];

/// One login of one user on one device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Names the session.
    pub id: SessionId,
    /// Whose it is.
    pub user_id: UserId,
    /// Which login of the host it stands for, hashed; none for logins of the engine.
    pub login_key: Option<LoginKey>,
    /// What the device called itself.
    pub device_name: Option<String>,
    /// When the login happened.
    pub created_at_ms: i64,
    /// When it was last refreshed.
    pub last_used_at_ms: i64,
    /// When it ends unless it is used again.
    pub expires_at_ms: i64,
}

/// A refresh token. Each is spent once; a second use shortly after is two tabs, later it is theft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefreshToken {
    /// SHA-256 of the token; the token itself is never kept.
    pub hash: [u8; 32],
    /// The session it belongs to.
    pub session_id: SessionId,
    /// When it was first used, if it was.
    pub used_at_ms: Option<i64>,
}
