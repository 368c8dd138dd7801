//! A person.

use relaychat_protocol::{AttachmentId, UserId};

use super::email::Email;

/// A person who can log in and be a member of chats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Names the person.
    pub id: UserId,
    /// The address they log in with; the host's own users have none.
    pub email: Option<Email>,
    /// Display name.
    pub name: String,
    /// Whether the person chose the name (otherwise it was made from the address).
    pub is_name_chosen: bool,
    /// The picture, if there is one.
    pub avatar_id: Option<AttachmentId>,
    /// Grows with every change of the profile.
    pub revision: u64,
    /// When they were last connected, as far as it was noted.
    pub last_seen_at_ms: Option<i64>,
    /// When they were first seen.
    pub created_at_ms: i64,
}
