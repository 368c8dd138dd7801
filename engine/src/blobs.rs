//! Blobs: where the bytes of uploads live, behind one seam.
//!
//! [`Blobs`] is the production backend (a local folder, an S3 bucket, or any OpenDAL operator),
//! [`MemoryBlobs`] its twin for tests, and [`conformance`] proves either of them, or your own.
//!
//! Google Cloud Storage and Azure Blob Storage come with the features `gcs` and `azure`.

#[cfg(any(test, feature = "test-support"))]
pub mod conformance;
mod local;
mod memory;
mod operator;
mod remote;
mod s3;

pub use memory::MemoryBlobs;
pub use operator::Blobs;
pub use remote::{BlobSettingError, BlobUrl, StoreKey};
pub use s3::S3Settings;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::stream::BoxStream;

/// A place for bytes under keys. Keys are made by the engine: ASCII letters, digits, `-`, `_`, `.`
/// and `/` as separator, never from user input.
#[async_trait]
pub trait BlobStore: std::fmt::Debug + Send + Sync + 'static {
    /// Stores `bytes` under `key`. After `Ok` they are durable and whole; after `Err` or a crash
    /// the key holds what it held before, or nothing, or all of `bytes`. The same key again
    /// replaces.
    async fn put(&self, key: &str, bytes: Bytes) -> Result<(), BlobError>;

    /// Like [`put`](Self::put), for bytes that come in pieces, of which only a bounded amount is
    /// held in memory; returns how many bytes there were. An error among `pieces` ends it: that
    /// error is returned, and the key holds what it held before.
    async fn write(&self, key: &str, pieces: Pieces) -> Result<u64, BlobError>;

    /// Size of what is under `key`, in bytes. Not found is `Ok(None)`.
    async fn size_bytes(&self, key: &str) -> Result<Option<u64>, BlobError>;

    /// The bytes of `range` (end exclusive, within the size) under `key`, in pieces. Not found is
    /// `Ok(None)`.
    async fn read(
        &self,
        key: &str,
        range: std::ops::Range<u64>,
    ) -> Result<Option<Pieces>, BlobError>;

    /// Removes what is under `key`. Nothing there is `Ok`.
    async fn remove(&self, key: &str) -> Result<(), BlobError>;

    /// Everything whose key begins with `prefix`, which is empty or ends with `/`, in no
    /// particular order. What was there before and is not removed meanwhile comes exactly once;
    /// what is put or removed meanwhile may come or not. Fetched in pages, so that a store of any
    /// size can be walked in bounded memory.
    async fn list(
        &self,
        prefix: &str,
    ) -> Result<BoxStream<'static, Result<BlobEntry, BlobError>>, BlobError>;

    /// An address at which anybody can read what is under `key` for a while, without the engine;
    /// `Ok(None)` when the store has none to give. Whether something is under the key is not
    /// looked at. A store need not be able to.
    async fn signed_url(&self, key: &str, read: &SignedRead) -> Result<Option<String>, BlobError> {
        let _ = (key, read);
        Ok(None)
    }
}

/// Bytes in pieces of any size.
pub type Pieces = BoxStream<'static, Result<Bytes, BlobError>>;

/// A blob in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlobEntry {
    /// Under what it is stored.
    pub key: String,
    /// Its size, in bytes.
    pub size_bytes: u64,
    /// How long ago it was written. Never more than it is.
    pub age_ms: u64,
}

/// What an address from [`BlobStore::signed_url`] is good for, and what it answers with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedRead {
    /// For how long.
    pub valid_ms: u64,
    /// `Content-Type` of the answer.
    pub content_type: String,
    /// `Content-Disposition` of the answer.
    pub content_disposition: String,
    /// `Cache-Control` of the answer.
    pub cache_control: String,
}

/// An error of a blob store.
#[derive(Debug, thiserror::Error)]
#[error("blob store failed to {operation}: {kind:?}")]
pub struct BlobError {
    /// What kind of failure it is. Decide by this.
    pub kind: BlobErrorKind,
    /// What was being done.
    pub operation: &'static str,
    /// What the backend said.
    #[source]
    pub source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// Kinds of blob failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BlobErrorKind {
    /// The store cannot be reached; trying again may help.
    Unavailable,
    /// The disk or the quota is full.
    Full,
    /// Anything else: a defect or a wrong setting.
    Internal,
}

impl BlobError {
    /// An error with a source.
    pub fn new(
        kind: BlobErrorKind,
        operation: &'static str,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self {
            kind,
            operation,
            source: Some(source.into()),
        }
    }

    /// Whether the same call may succeed when tried again.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(self.kind, BlobErrorKind::Unavailable | BlobErrorKind::Full)
    }
}
