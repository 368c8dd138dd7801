//! Repository of what members set for themselves.

use async_trait::async_trait;
use relaychat_protocol::{ChatId, UserId};

use super::StorageError;
use crate::domain::chat_settings::ChatSettings;

/// Settings of chats, of one member each. They go when the member goes: that is for
/// [`MemberRepository::upsert_many`](super::MemberRepository::upsert_many), which every leaving
/// passes.
#[async_trait]
pub trait ChatSettingsRepository: Send {
    /// Adds or replaces settings.
    async fn upsert(&mut self, settings: &ChatSettings) -> Result<(), StorageError>;
    /// What a person set for those of the chats for which they set anything, in no particular
    /// order.
    async fn find_many(
        &mut self,
        user_id: UserId,
        chat_ids: &[ChatId],
    ) -> Result<Vec<ChatSettings>, StorageError>;
    /// Everything a person set, by chat; only that after `after`.
    async fn list(
        &mut self,
        user_id: UserId,
        after: Option<ChatId>,
        limit: u32,
    ) -> Result<Vec<ChatSettings>, StorageError>;
    /// The chats that a person pinned, in no particular order.
    async fn list_pinned(&mut self, user_id: UserId) -> Result<Vec<ChatId>, StorageError>;
    /// Removes everything a person set.
    async fn remove_all(&mut self, user_id: UserId) -> Result<(), StorageError>;
}
