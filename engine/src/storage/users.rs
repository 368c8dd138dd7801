//! Repository of people.

use async_trait::async_trait;
use relaychat_protocol::{ChatId, UserId};

use super::StorageError;
use crate::domain::{email::Email, user::User};

/// Which people to list.
#[derive(Clone, Debug)]
pub struct UserFilter {
    /// Who asks; never in the list.
    pub viewer: UserId,
    /// Only those who share a chat with the viewer (an exact address finds anybody).
    pub is_limited_to_contacts: bool,
    /// Only names that contain this text, whatever the case (Unicode simple folding of the stored
    /// search key); `None` for all.
    pub name_contains: Option<String>,
    /// Also the one person with exactly this address.
    pub email: Option<Email>,
    /// Only those after this place.
    pub after: Option<UserPosition>,
    /// At most so many.
    pub limit: u32,
}

/// A place in the list of people: the search key of a name, then the id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserPosition {
    /// The folded name.
    pub search_name: String,
    /// The id, for equal names.
    pub id: UserId,
}

impl UserPosition {
    /// The place of a person in the list.
    #[must_use]
    pub fn of(user: &User) -> Self {
        Self {
            search_name: user.name.to_lowercase(),
            id: user.id,
        }
    }
}

/// People.
#[async_trait]
pub trait UserRepository: Send {
    /// Adds a person. An address or an external id that exists already is a conflict.
    async fn insert(&mut self, user: &User) -> Result<(), StorageError>;
    /// Those of `ids` that exist, in no particular order.
    async fn find_many(&mut self, ids: &[UserId]) -> Result<Vec<User>, StorageError>;
    /// The person with this address.
    async fn find_by_email(&mut self, email: &Email) -> Result<Option<User>, StorageError>;
    /// Those of the host's `ids` that exist, in no particular order.
    async fn find_by_external_ids(&mut self, ids: &[String]) -> Result<Vec<User>, StorageError>;
    /// Ordered by folded name, then id; without those who are deleted.
    async fn list(&mut self, filter: &UserFilter) -> Result<Vec<User>, StorageError>;
    /// Replaces what others are told of a person, in all memberships too: a mark reads it there.
    async fn update_privacy(&mut self, user: &User) -> Result<(), StorageError>;
    /// Replaces the profile (all fields but `last_seen_at_ms` and what others are told).
    async fn update(&mut self, user: &User) -> Result<(), StorageError>;
    /// Notes when people were last connected. Never moves backwards; not a change for sync.
    async fn update_last_seen(&mut self, seen: &[(UserId, i64)]) -> Result<(), StorageError>;
    /// Those of `among` who share at least one chat with `user_id` (themselves included).
    async fn list_contacts(
        &mut self,
        user_id: UserId,
        among: &[UserId],
    ) -> Result<Vec<UserId>, StorageError>;
    /// All chats the person is a member of now.
    async fn list_chat_ids(&mut self, user_id: UserId) -> Result<Vec<ChatId>, StorageError>;
    /// All chats the person is or once was a member of: whoever is in one of them sees what the
    /// person wrote, and by which name.
    async fn list_audience_ids(&mut self, user_id: UserId) -> Result<Vec<ChatId>, StorageError>;
}
