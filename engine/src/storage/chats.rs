//! Repository of conversations.

use async_trait::async_trait;
use relaychat_protocol::{ChatId, UserId};

use super::StorageError;
use crate::domain::{
    chat::{Chat, DirectPair},
    host_key::HostKey,
};

/// A place in a list of chats: the activity, then the id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChatPosition {
    /// Activity of the chat.
    pub last_activity_at_ms: i64,
    /// The id, for equal times.
    pub id: ChatId,
}

/// Conversations.
#[async_trait]
pub trait ChatRepository: Send {
    /// Adds a chat. The same id, the same pair of people or the same host key again is a conflict.
    async fn insert(&mut self, chat: &Chat) -> Result<(), StorageError>;
    /// Those of `ids` that exist, in no particular order.
    async fn find_many(&mut self, ids: &[ChatId]) -> Result<Vec<Chat>, StorageError>;
    /// The one-to-one chat of two people.
    async fn find_direct(&mut self, pair: DirectPair) -> Result<Option<Chat>, StorageError>;
    /// The chat that belongs to an object of the host.
    async fn find_by_host_key(&mut self, key: &HostKey) -> Result<Option<Chat>, StorageError>;
    /// The host keys of the chats a person is a member of now, in ascending order.
    async fn list_host_keys(&mut self, user_id: UserId) -> Result<Vec<HostKey>, StorageError>;
    /// How often the members of a chat were read from the host; 0 for a new one.
    async fn membership_reads(&mut self, id: ChatId) -> Result<Option<u64>, StorageError>;
    /// Notes one more read of the members, unless somebody noted one after `reads_before`: then
    /// `false`, and nothing is written. Not a change for sync.
    async fn note_membership_read(
        &mut self,
        id: ChatId,
        reads_before: u64,
    ) -> Result<bool, StorageError>;
    /// The chats a person is a member of now, newest activity first, then by descending id; only
    /// those after `after`.
    async fn list(
        &mut self,
        user_id: UserId,
        after: Option<ChatPosition>,
        limit: u32,
    ) -> Result<Vec<Chat>, StorageError>;
    /// Replaces activity, version and counts of all given chats.
    async fn update_many(&mut self, chats: &[Chat]) -> Result<(), StorageError>;
    /// Replaces who of a one-to-one chat blocks the other. Nobody is told of the chat for it.
    async fn update_apart(&mut self, chat: &Chat) -> Result<(), StorageError>;
    /// Notes in all one-to-one chats of a person whether one of the two is disabled or deleted, as
    /// they are stored now.
    async fn update_gone(&mut self, user_id: UserId) -> Result<(), StorageError>;
    /// Replaces name, description, picture, rules and version of a chat.
    async fn update_settings(&mut self, chat: &Chat) -> Result<(), StorageError>;
}
