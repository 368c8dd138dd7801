//! People: the caller's own profile and what others see of a person.

use serde::{Deserialize, Serialize};

use crate::{AttachmentId, UserId, rest::flat};

/// A person as every other person who may see them does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct User {
    /// Names the person.
    pub id: UserId,
    /// Display name, 1 to 80 characters.
    #[cfg_attr(feature = "schema", schema(example = "Alice"))]
    pub name: String,
    /// Address of the picture, relative to the root of the API, if there is one. It may be kept
    /// for ever: a new picture has a new address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub avatar_url: Option<String>,
    /// Grows with every change of this profile: the higher one wins.
    pub revision: u64,
}

/// The caller's own profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(from = "flat::Me")]
pub struct Me {
    /// What others see.
    #[serde(flatten)]
    pub user: User,
    /// The address the caller logs in with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Whether the caller has never chosen a name (the name was made from the address).
    pub is_new: bool,
    /// Whether others are told how far the caller has read, and the caller is told of others.
    #[serde(default = "shown")]
    pub shows_read_receipts: bool,
    /// Whether others see when the caller is online and was last seen, and the caller sees it of
    /// others.
    #[serde(default = "shown")]
    pub shows_last_seen: bool,
}

pub(super) fn shown() -> bool {
    true
}

/// `PATCH /v1/me`: change the profile and what others are told. Absent fields stay as they are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct UpdateMe {
    /// New display name, 1 to 80 characters after trimming.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(min_length = 1, max_length = 80))]
    pub name: Option<String>,
    /// Whether others are told from now on how far the caller reads, and the caller is told of
    /// others. What others were told before stays. Whatever it says, the caller's own devices have
    /// exact marks and counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shows_read_receipts: Option<bool>,
    /// Whether others see from now on when the caller is online and was last seen, and the caller
    /// sees it of others. Typing is shown in any case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shows_last_seen: Option<bool>,
}

/// `PUT /v1/me/avatar`: use an uploaded image as the caller's picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SetAvatar {
    /// An image the caller has uploaded; its centre is cut to a square.
    pub attachment_id: AttachmentId,
}

/// Unread messages over all chats that are neither muted nor archived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct UnreadTotal {
    /// Messages not yet read.
    pub unread_count: u64,
    /// Chats that have at least one, or are marked unread.
    pub unread_chat_count: u64,
}
