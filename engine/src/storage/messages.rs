//! Repository of messages.

use async_trait::async_trait;
use relaychat_protocol::{ChatId, MessageId, UserId};

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

/// Messages. Whatever returns messages returns them whole: with their attachments and reactions,
/// and with what they answer as it is now.
#[async_trait]
pub trait MessageRepository: Send {
    /// Adds messages, and marks their attachments as used by them. A known id or a taken `seq` is
    /// a conflict. Reactions are none of it.
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
    /// Replaces version, text and times of a message that is there. One that is deleted loses its
    /// attachments (nothing uses them any more), its reactions and what it answers. Its words in
    /// the [index](super::SearchRepository) change with it.
    async fn update(&mut self, message: &Message) -> Result<(), StorageError>;
    /// At most `limit` pinned messages of a chat, the one that was pinned last in front; of those
    /// that were pinned at the same time, the one that was sent last.
    async fn list_pinned(
        &mut self,
        chat_id: ChatId,
        limit: u32,
    ) -> Result<Vec<Message>, StorageError>;
    /// How many messages of a chat are pinned.
    async fn count_pinned(&mut self, chat_id: ChatId) -> Result<u64, StorageError>;
    /// The newest `limit` of the messages that were sent after `change`, ascending by `seq`.
    async fn list_sent(
        &mut self,
        chat_id: ChatId,
        change: u64,
        limit: u32,
    ) -> Result<Vec<Message>, StorageError>;
    /// The smallest `seq` of the messages that were sent after `change`.
    async fn first_sent_seq(
        &mut self,
        chat_id: ChatId,
        change: u64,
    ) -> Result<Option<u64>, StorageError>;
    /// Those of these chats in which a message was updated after `change`, in no particular order.
    async fn list_updated_chats(
        &mut self,
        chat_ids: &[ChatId],
        change: u64,
    ) -> Result<Vec<ChatId>, StorageError>;
    /// The newest `limit` of the messages that were updated after `change`, ascending by `seq`.
    async fn list_updated(
        &mut self,
        chat_id: ChatId,
        change: u64,
        limit: u32,
    ) -> Result<Vec<Message>, StorageError>;
    /// The smallest `seq` of the messages that were updated after `change`.
    async fn first_updated_seq(
        &mut self,
        chat_id: ChatId,
        change: u64,
    ) -> Result<Option<u64>, StorageError>;
    /// The places of deleted messages above the read mark of a person, in these of their chats:
    /// ascending by chat, then place.
    async fn list_deleted_unread(
        &mut self,
        user_id: UserId,
        chat_ids: &[ChatId],
    ) -> Result<Vec<(ChatId, u64)>, StorageError>;
    /// Notes tags of what clients sent, of messages that are something else now.
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
