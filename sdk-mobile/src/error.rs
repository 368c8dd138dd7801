//! What goes wrong: as something thrown, small enough to be handled in full, and as a value inside
//! of what is shown.

use relaychat_sdk as sdk;

/// Something failed. In Kotlin `RelayException`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum RelayError {
    /// The server could not be reached, or its answer not be read. The same call may succeed later.
    #[error("network: {detail}")]
    Network { detail: String },
    /// Nobody is logged in, or the login is of no use any more.
    #[error("{code}: {detail}")]
    SignedOut { code: String, detail: String },
    /// The server, or a check before it, said no. Decide by `code`, never by `detail`.
    #[error("{}: {}", failure.code, failure.detail)]
    Refused { failure: Failure },
    /// The caller took it back.
    #[error("it was cancelled")]
    Cancelled,
    /// The client is closed.
    #[error("the client is closed")]
    Closed,
    /// The message has left this device, and cannot be changed on it any more.
    #[error("the message has been sent already")]
    AlreadySent,
    /// A bug of this library.
    #[error("internal: {detail}")]
    Internal { detail: String },
}

/// Why something failed, as data.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct Failure {
    /// A code of the protocol's glossary, or `network`, `cancelled`, `closed`, `already_sent`.
    pub code: String,
    /// What happened, for a person who looks for the cause.
    pub detail: String,
    /// Whether the same may succeed later without being changed.
    pub is_retryable: bool,
    /// How long to wait before that, when the server said so.
    pub retry_after_ms: Option<u64>,
    /// The field that was not acceptable.
    pub field: Option<String>,
}

impl From<&sdk::RelayError> for Failure {
    fn from(error: &sdk::RelayError) -> Self {
        Self {
            code: error.code.to_owned(),
            detail: error.detail.clone(),
            is_retryable: error.retryable,
            retry_after_ms: error.retry_after_ms,
            field: error.field.clone(),
        }
    }
}

impl From<sdk::RelayError> for RelayError {
    fn from(error: sdk::RelayError) -> Self {
        match error.code {
            "network" => Self::Network {
                detail: error.detail,
            },
            "cancelled" => Self::Cancelled,
            "closed" => Self::Closed,
            "already_sent" => Self::AlreadySent,
            _ if error.is_unauthenticated() => Self::SignedOut {
                code: error.code.to_owned(),
                detail: error.detail,
            },
            _ => Self::Refused {
                failure: (&error).into(),
            },
        }
    }
}

/// What a listener of the application threw. It is counted, and otherwise means nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum ListenerError {
    /// It failed.
    #[error("the listener failed")]
    Failed { detail: String },
}

impl From<uniffi::UnexpectedUniFFICallbackError> for ListenerError {
    fn from(error: uniffi::UnexpectedUniFFICallbackError) -> Self {
        Self::Failed {
            detail: error.reason,
        }
    }
}
