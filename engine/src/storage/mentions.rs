//! Mentions: which messages are meant for somebody in particular.
//!
//! Written and read with their messages, and gone with them.

use async_trait::async_trait;
use relaychat_protocol::{ChatId, UserId};

use super::StorageError;
use crate::domain::message::Mentions;

/// Mentions.
#[async_trait]
pub trait MentionRepository: Send {
    /// Gives the message at a place other mentions. The message shows them when it is updated next
    /// in the same transaction.
    async fn replace(
        &mut self,
        place: (ChatId, u64),
        mentions: &Mentions,
    ) -> Result<(), StorageError>;

    /// The places of messages above the read marks of a person that mention the person or everyone,
    /// by chat, ascending.
    async fn list_unread(
        &mut self,
        user_id: UserId,
        chat_ids: &[ChatId],
    ) -> Result<Vec<(ChatId, u64)>, StorageError>;
}
