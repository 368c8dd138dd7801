//! Repository of reactions.

use async_trait::async_trait;
use relaychat_protocol::{ChatId, UserId};

use super::{Changed, StorageError};
use crate::domain::message::UserReaction;

/// Reactions to messages: sets, one for each message and emoji. Whoever changes one then
/// [updates](super::MessageRepository::update) the message.
#[async_trait]
pub trait ReactionRepository: Send {
    /// Adds a reaction; tells whether it was not there.
    async fn insert(
        &mut self,
        place: (ChatId, u64),
        reaction: &UserReaction,
    ) -> Result<bool, StorageError>;
    /// Removes a reaction; tells whether it was there.
    async fn remove(
        &mut self,
        place: (ChatId, u64),
        emoji: &str,
        user_id: UserId,
    ) -> Result<bool, StorageError>;
    /// Reactions to a message with one emoji, each with its change number: by number, then person;
    /// only those after `after`.
    async fn list(
        &mut self,
        place: (ChatId, u64),
        emoji: &str,
        after: Option<(u64, UserId)>,
        limit: u32,
    ) -> Result<Vec<Changed<UserReaction>>, StorageError>;
}
