//! Who does something, as the host is told.

use relaychat_protocol::{SessionId, UserId};

/// Who does something.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Who {
    /// The user.
    pub user_id: UserId,
    /// What the host calls them, when it does.
    pub external_id: Option<String>,
    /// Their name at the time.
    pub name: String,
    /// The session they use; none when the host itself acts in their name.
    pub session_id: Option<SessionId>,
}

impl Who {
    /// Somebody without a session.
    pub fn new(user_id: UserId, name: impl Into<String>) -> Self {
        Self {
            user_id,
            external_id: None,
            name: name.into(),
            session_id: None,
        }
    }
}
