//! Repository of uploaded files.

use async_trait::async_trait;
use relaychat_protocol::{AttachmentId, ChatId, UserId};

use super::StorageError;
use crate::domain::attachment::{Attachment, Kind, Usage};

/// Where a file is in a chat: the place of its message, and its own in that. The larger is newer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AttachmentPosition {
    /// The place of the message.
    pub seq: u64,
    /// The place among the attachments of the message, from 0.
    pub position: u32,
}

/// Rows of uploaded files. Their bytes are blobs.
#[async_trait]
pub trait AttachmentRepository: Send {
    /// Adds a file.
    async fn insert(&mut self, attachment: &Attachment) -> Result<(), StorageError>;
    /// Those of `ids` that exist, in no particular order.
    async fn find_many(&mut self, ids: &[AttachmentId]) -> Result<Vec<Attachment>, StorageError>;
    /// Files of one kind that messages of a chat carry, newest first, only those before `before`.
    async fn list_of_chat(
        &mut self,
        (chat_id, kind): (ChatId, Kind),
        before: Option<AttachmentPosition>,
        limit: u32,
    ) -> Result<Vec<(AttachmentPosition, Attachment)>, StorageError>;
    /// Replaces what uses the file.
    async fn update_usage(&mut self, id: AttachmentId, usage: Usage) -> Result<(), StorageError>;
    /// Files that nothing uses and that were made before `before_ms`, oldest first.
    async fn list_unused(
        &mut self,
        before_ms: i64,
        limit: u32,
    ) -> Result<Vec<Attachment>, StorageError>;
    /// Removes a file that nothing uses; tells whether it was there.
    async fn remove_unused(&mut self, id: AttachmentId) -> Result<bool, StorageError>;
    /// How many bytes somebody has uploaded that are not removed yet.
    async fn bytes_of(&mut self, owner_id: UserId) -> Result<u64, StorageError>;
}
