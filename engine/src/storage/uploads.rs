//! Repository of uploads that come in parts.

use async_trait::async_trait;
use relaychat_protocol::{AttachmentId, UploadId, UserId};

use super::StorageError;
use crate::domain::upload::{Part, Upload};

/// Uploads that come in parts, and their parts. The bytes are blobs.
#[async_trait]
pub trait UploadRepository: Send {
    /// Adds an upload.
    async fn insert(&mut self, upload: &Upload) -> Result<(), StorageError>;
    /// An upload, finished or not.
    async fn find(&mut self, id: UploadId) -> Result<Option<Upload>, StorageError>;
    /// How many unfinished ones somebody has, and their sizes together.
    async fn unfinished_of(&mut self, owner_id: UserId) -> Result<(u64, u64), StorageError>;
    /// Adds a part of an unfinished upload, if exactly what comes before it has arrived; tells
    /// whether it was.
    async fn add_part(&mut self, part: &Part, at_ms: i64) -> Result<bool, StorageError>;
    /// The parts of uploads, each upload's in the order of the file.
    async fn list_parts(&mut self, ids: &[UploadId]) -> Result<Vec<Part>, StorageError>;
    /// Says what became of an unfinished upload, and forgets its parts; tells whether it was
    /// unfinished.
    async fn finish(
        &mut self,
        id: UploadId,
        attachment_id: AttachmentId,
    ) -> Result<bool, StorageError>;
    /// Uploads, finished or not, to which nothing was added since `before_ms`, oldest first.
    async fn list_idle(&mut self, before_ms: i64, limit: u32) -> Result<Vec<Upload>, StorageError>;
    /// Removes uploads and their parts.
    async fn remove(&mut self, ids: &[UploadId]) -> Result<(), StorageError>;
}
