//! What can go wrong in storage.

/// An error of a storage backend.
#[derive(Debug, thiserror::Error)]
#[error("storage failed to {operation}: {kind:?}")]
pub struct StorageError {
    /// What kind of failure it is. Decide by this.
    pub kind: StorageErrorKind,
    /// What was being done, such as "insert a message".
    pub operation: &'static str,
    /// What the backend said.
    #[source]
    pub source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// Kinds of storage failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StorageErrorKind {
    /// Something unique exists already.
    Conflict,
    /// The transaction only reads.
    ReadOnly,
    /// The backend cannot be reached or is busy; trying again may help.
    Unavailable,
    /// The disk or the quota is full.
    Full,
    /// The data was written by a newer version of the engine, or is damaged.
    Unusable,
    /// Anything else: a defect.
    Internal,
}

impl StorageError {
    /// An error with a source.
    pub fn new(
        kind: StorageErrorKind,
        operation: &'static str,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self {
            kind,
            operation,
            source: Some(source.into()),
        }
    }

    /// Whether the same transaction may succeed when tried again.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(
            self.kind,
            StorageErrorKind::Unavailable | StorageErrorKind::Full
        )
    }
}
