//! Blobs: where the bytes of uploads live, behind one seam.
//!
//! [`Blobs`] is the production backend (a local folder, or any OpenDAL operator), [`MemoryBlobs`]
//! its twin for tests, and [`conformance`] proves either of them, or your own.

#[cfg(any(test, feature = "test-support"))]
pub mod conformance;
mod local;
mod memory;
mod operator;

pub use memory::MemoryBlobs;
pub use operator::Blobs;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::stream::BoxStream;

/// A place for bytes under keys. Keys are made by the engine: ASCII letters, digits, `-`, `_`, `.`
/// and `/` as separator, never from user input.
#[async_trait]
pub trait BlobStore: std::fmt::Debug + Send + Sync + 'static {
    /// Stores `bytes` under `key`. After `Ok` they are durable and whole; after `Err` or a crash
    /// the key holds what it held before, or nothing. The same key again replaces.
    async fn put(&self, key: &str, bytes: Bytes) -> Result<(), BlobError>;

    /// Size of what is under `key`, in bytes. Not found is `Ok(None)`.
    async fn size_bytes(&self, key: &str) -> Result<Option<u64>, BlobError>;

    /// The bytes of `range` (end exclusive, within the size) under `key`, in pieces. Not found is
    /// `Ok(None)`.
    async fn read(
        &self,
        key: &str,
        range: std::ops::Range<u64>,
    ) -> Result<Option<BoxStream<'static, Result<Bytes, BlobError>>>, BlobError>;

    /// Removes what is under `key`. Nothing there is `Ok`.
    async fn remove(&self, key: &str) -> Result<(), BlobError>;
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
