//! The one error of the client: a stable code, and what can be done about it.

use relaychat_protocol::{ErrorCode, Problem};

/// Something failed. Decide by [`RelayError::code`], never by the message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {detail}")]
#[non_exhaustive]
pub struct RelayError {
    /// A code of the protocol's glossary, or `network`, `cancelled`, `closed`, `already_sent`.
    pub code: &'static str,
    /// What happened, for a person who looks for the cause.
    pub detail: String,
    /// Whether the same call may succeed later without being changed.
    pub retryable: bool,
    /// How long to wait before that, when the server said so.
    pub retry_after_ms: Option<u64>,
    /// The field that was not acceptable.
    pub field: Option<String>,
}

impl RelayError {
    /// The server could not be reached, or its answer not be read.
    #[must_use]
    pub fn network(detail: impl Into<String>) -> Self {
        Self::local("network", detail, true)
    }

    /// The caller took it back.
    #[must_use]
    pub fn cancelled() -> Self {
        Self::local("cancelled", "it was cancelled", false)
    }

    /// The client was closed.
    #[must_use]
    pub fn closed() -> Self {
        Self::local("closed", "the client is closed", false)
    }

    /// The message has left this device, and cannot be changed on it any more.
    #[must_use]
    pub fn already_sent() -> Self {
        Self::local("already_sent", "the message has been sent already", false)
    }

    /// Nobody is logged in, or the token was refused. A token provider answers with it to sign out.
    #[must_use]
    pub fn unauthenticated(detail: impl Into<String>) -> Self {
        Self::of(ErrorCode::Unauthenticated, detail)
    }

    /// A code of the glossary without an answer of the server.
    #[must_use]
    pub fn of(code: ErrorCode, detail: impl Into<String>) -> Self {
        Self::local(code.as_str(), detail, code.is_retryable())
    }

    /// Whether it says that the present login is of no use any more.
    #[must_use]
    pub fn is_unauthenticated(&self) -> bool {
        [
            ErrorCode::Unauthenticated,
            ErrorCode::TokenExpired,
            ErrorCode::SessionRevoked,
            ErrorCode::RefreshTokenReused,
        ]
        .iter()
        .any(|code| code.as_str() == self.code)
    }

    fn local(code: &'static str, detail: impl Into<String>, retryable: bool) -> Self {
        Self {
            code,
            detail: detail.into(),
            retryable,
            retry_after_ms: None,
            field: None,
        }
    }
}

impl From<Problem> for RelayError {
    fn from(problem: Problem) -> Self {
        let Problem {
            r#type: _,
            title: _,
            status,
            detail,
            code,
            request_id: _,
            retry_after_ms,
            field,
            reason: _,
        } = problem;
        Self {
            code: code.as_str(),
            detail,
            // A code of a newer server: its status still tells whether repeating makes sense.
            retryable: code.is_retryable() || (code == ErrorCode::Unknown && status >= 500),
            retry_after_ms,
            field,
        }
    }
}
