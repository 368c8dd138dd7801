//! An upload that comes in parts.

use relaychat_protocol::{AttachmentId, UploadId, UserId};
use uuid::Uuid;

use super::attachment::Kind;

/// An upload that comes in parts. Each part is a blob under [`Part::blob_key`] until they are one
/// file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// Names the upload.
    pub id: UploadId,
    /// Whose it is.
    pub owner_id: UserId,
    /// What to make of the file.
    pub kind: Kind,
    /// What its sender says it is.
    pub content_type: String,
    /// The name of the file, without any path.
    pub file_name: Option<String>,
    /// How large the file is. So much room is kept for it.
    pub size_bytes: u64,
    /// How much has arrived, from the beginning and without holes.
    pub received_bytes: u64,
    /// When it was begun, or its last part came.
    pub touched_at_ms: i64,
    /// What became of it.
    pub attachment_id: Option<AttachmentId>,
}

/// A part that has arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Of which upload.
    pub upload_id: UploadId,
    /// Where in the file it begins.
    pub offset_bytes: u64,
    /// How long it is.
    pub size_bytes: u64,
    /// Names its blob: no two arrivals have the same, not even for one place.
    pub blob_id: Uuid,
}

impl Part {
    /// What the keys of all parts begin with.
    pub const BLOB_PREFIX: &str = "uploads/";

    /// Where its bytes lie in the blob store.
    #[must_use]
    pub fn blob_key(&self) -> String {
        format!("{}{}/{}", Self::BLOB_PREFIX, self.upload_id, self.blob_id)
    }

    /// Of which upload a part lies under `key`, if it is one of [`Self::blob_key`].
    #[must_use]
    pub fn upload_of_blob(key: &str) -> Option<UploadId> {
        let (upload, blob) = key.strip_prefix(Self::BLOB_PREFIX)?.split_once('/')?;
        Uuid::try_parse(blob).ok()?;
        upload.parse().ok()
    }
}
