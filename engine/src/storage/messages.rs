//! Repository of messages.

use async_trait::async_trait;
use relaychat_protocol::{ChatId, MessageId};

use super::StorageError;
use crate::domain::message::Message;

/// Which part of a history to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageWindow {
    /// The newest.
    Newest,
    /// The newest of those below this `seq`.
    Before(u64),
    /// The oldest of those above this `seq`.
    After(u64),
}

/// Stands for what a client sent, where a hook of the host had something else stored. Opaque.
pub type OriginalTag = [u8; 32];

/// Messages. Whatever returns messages returns them with their attachments.
#[async_trait]
pub trait MessageRepository: Send {
    /// Adds messages, and marks their attachments as used by them. A known id or a taken `seq` is
    /// a conflict.
    async fn insert_many(&mut self, messages: &[Message]) -> Result<(), StorageError>;
    /// Those of `ids` that exist, in no particular order.
    async fn find_many(&mut self, ids: &[MessageId]) -> Result<Vec<Message>, StorageError>;
    /// The messages at these places, in no particular order.
    async fn find_at(&mut self, places: &[(ChatId, u64)]) -> Result<Vec<Message>, StorageError>;
    /// At most `limit` messages of a chat, ascending by `seq`.
    async fn list(
        &mut self,
        chat_id: ChatId,
        window: MessageWindow,
        limit: u32,
    ) -> Result<Vec<Message>, StorageError>;
    /// The newest `limit` of the messages that changed after `change`, ascending by `seq`.
    async fn list_changed(
        &mut self,
        chat_id: ChatId,
        change: u64,
        limit: u32,
    ) -> Result<Vec<Message>, StorageError>;
    /// The smallest `seq` of the messages that changed after `change`.
    async fn first_changed_seq(
        &mut self,
        chat_id: ChatId,
        change: u64,
    ) -> Result<Option<u64>, StorageError>;
    /// Notes tags of what clients sent, of messages that a hook changed.
    async fn insert_original_tags(
        &mut self,
        tags: &[(MessageId, OriginalTag)],
    ) -> Result<(), StorageError>;
    /// The tags of those of `ids` that have one, in no particular order.
    async fn find_original_tags(
        &mut self,
        ids: &[MessageId],
    ) -> Result<Vec<(MessageId, OriginalTag)>, StorageError>;
}
