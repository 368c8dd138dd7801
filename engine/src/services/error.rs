//! The error of every use case.

use relaychat_protocol::ErrorCode;

use crate::{
    blobs::{BlobError, BlobErrorKind},
    hooks::{Refusal, Unjudged},
    storage::{StorageError, StorageErrorKind},
};

/// Why a use case failed: a stable code with what the caller may know, and what only the log may.
#[derive(Debug, thiserror::Error)]
#[error("{code}: {detail}")]
pub(crate) struct ServiceError {
    /// The stable code.
    pub(crate) code: ErrorCode,
    /// For the caller. Nothing of SQL, paths or other people.
    pub(crate) detail: String,
    /// The field that was not acceptable.
    pub(crate) field: Option<&'static str>,
    /// How long to wait before the same request may succeed.
    pub(crate) retry_after_ms: Option<u64>,
    /// The host's own word for why it refused.
    pub(crate) reason: Option<String>,
    /// For the log.
    #[source]
    pub(crate) source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl ServiceError {
    /// An error that says no more than its code.
    pub(crate) fn new(code: ErrorCode) -> Self {
        Self {
            code,
            detail: code.help().to_owned(),
            field: None,
            retry_after_ms: None,
            reason: None,
            source: None,
        }
    }

    /// A value that is not acceptable.
    pub(crate) fn invalid(field: &'static str, detail: impl Into<String>) -> Self {
        Self {
            detail: detail.into(),
            field: Some(field),
            ..Self::new(ErrorCode::ValidationFailed)
        }
    }

    /// A defect, with what the log should know.
    pub(crate) fn internal(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self {
            source: Some(source.into()),
            ..Self::new(ErrorCode::Internal)
        }
    }

    /// The same error for somebody else whom it befell.
    pub(crate) fn without_source(&self) -> Self {
        Self {
            code: self.code,
            detail: self.detail.clone(),
            field: self.field,
            retry_after_ms: self.retry_after_ms,
            reason: self.reason.clone(),
            source: None,
        }
    }

    /// It does not exist, or the caller may not know that it does.
    pub(crate) fn not_found() -> Self {
        Self::new(ErrorCode::NotFound)
    }

    /// The host should have decided, and its code failed. Logged where it did.
    pub(crate) fn host_is_broken() -> Self {
        Self {
            retry_after_ms: Some(1_000),
            ..Self::new(ErrorCode::Unavailable)
        }
    }

    /// Too much, too fast.
    pub(crate) fn rate_limited(code: ErrorCode, retry_after_ms: u64) -> Self {
        Self {
            retry_after_ms: Some(retry_after_ms.max(1)),
            ..Self::new(code)
        }
    }
}

impl From<Unjudged> for ServiceError {
    fn from(unjudged: Unjudged) -> Self {
        match unjudged {
            Unjudged::Refused(Refusal { reason, detail }) => Self {
                detail,
                reason: Some(reason),
                ..Self::new(ErrorCode::Rejected)
            },
            Unjudged::Broken => Self::host_is_broken(),
        }
    }
}

impl From<StorageError> for ServiceError {
    fn from(error: StorageError) -> Self {
        let (code, retry_after_ms) = match error.kind {
            StorageErrorKind::Unavailable => (ErrorCode::Unavailable, Some(1_000)),
            StorageErrorKind::Full => (ErrorCode::StorageFull, Some(60_000)),
            _ => (ErrorCode::Internal, None),
        };
        Self {
            retry_after_ms,
            source: Some(Box::new(error)),
            ..Self::new(code)
        }
    }
}

impl From<BlobError> for ServiceError {
    fn from(error: BlobError) -> Self {
        let (code, retry_after_ms) = match error.kind {
            BlobErrorKind::Unavailable => (ErrorCode::Unavailable, Some(1_000)),
            BlobErrorKind::Full => (ErrorCode::StorageFull, Some(60_000)),
            _ => (ErrorCode::Internal, None),
        };
        Self {
            retry_after_ms,
            source: Some(Box::new(error)),
            ..Self::new(code)
        }
    }
}
