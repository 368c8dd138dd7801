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
    /// What the host calls them; people with accounts of the engine have none. Unique.
    pub external_id: Option<String>,
    /// Display name.
    pub name: String,
    /// Whether the person chose the name (otherwise it was made from the address).
    pub is_name_chosen: bool,
    /// The picture, if one was uploaded.
    pub avatar_id: Option<AttachmentId>,
    /// The picture, if the host named one.
    pub avatar_url: Option<String>,
    /// Whether they may be here.
    pub status: UserStatus,
    /// Grows with every change of the profile.
    pub revision: u64,
    /// When they were last connected, as far as it was noted.
    pub last_seen_at_ms: Option<i64>,
    /// When they were first seen.
    pub created_at_ms: i64,
    /// What others are told of what they do.
    pub privacy: Privacy,
}

/// What a person lets others see, and in return sees of others. Only the person knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Privacy {
    /// How far they have read.
    pub shows_read_receipts: bool,
    /// Whether they are online, and when they were last seen.
    pub shows_last_seen: bool,
}

/// What to change of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PrivacyChange {
    /// As there.
    pub shows_read_receipts: Option<bool>,
    /// As there.
    pub shows_last_seen: Option<bool>,
}

impl Default for Privacy {
    fn default() -> Self {
        Self {
            shows_read_receipts: true,
            shows_last_seen: true,
        }
    }
}

/// Whether a person may be here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UserStatus {
    /// They may.
    #[default]
    Active,
    /// They may not until they are let in again; to others everything stays as it was.
    Disabled,
    /// They are gone for good. Only what they wrote is left, under a name that says so.
    Deleted,
}

/// What a host says about a person. What it does not say stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HostProfile {
    /// The host's own id of the person.
    pub external_id: String,
    /// Display name.
    pub name: Option<String>,
    /// Address of a picture; an empty one takes the picture away.
    pub avatar_url: Option<String>,
}
