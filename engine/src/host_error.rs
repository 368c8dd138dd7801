//! The error of what a host asks of an engine.

use relaychat_protocol::ErrorCode;

use crate::services::ServiceError;

/// Why the engine did not do what the host asked.
#[derive(Debug, thiserror::Error)]
#[error("{code}: {detail}")]
#[non_exhaustive]
pub struct HostError {
    /// The stable code. Decide by this.
    pub code: ErrorCode,
    /// What went wrong this time, for a person.
    pub detail: String,
    /// The machine-readable reason a hook gave, when one refused.
    pub reason: Option<String>,
    /// What was given that was not acceptable.
    pub field: Option<&'static str>,
    /// How long to wait before the same call may succeed.
    pub retry_after_ms: Option<u64>,
    /// What a backend said.
    #[source]
    pub source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl HostError {
    /// Whether the same call may succeed later without being changed.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.code.is_retryable()
    }
}

impl From<ServiceError> for HostError {
    fn from(error: ServiceError) -> Self {
        let ServiceError {
            code,
            detail,
            reason,
            field,
            retry_after_ms,
            source,
        } = error;
        Self {
            code,
            detail,
            reason,
            field,
            retry_after_ms,
            source,
        }
    }
}
