//! Who is logged in: e-mail codes, sessions, token providers, and where a session is kept.

use std::sync::Arc;

use relaychat_protocol::{LoginRequestId, SessionId, rest::auth};
use serde::{Deserialize, Serialize};

pub use auth::{CodeRequested, Session};

use crate::{
    Me, RelayError, decode, encode,
    platform::{BoxFuture, MaybeSend, MaybeSync},
    runtime::Runtime,
};

/// Why a token is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenReason {
    /// The client connects.
    Connect,
    /// The present token ends soon.
    Expired,
    /// The server refused the present token.
    Rejected,
}

impl TokenReason {
    /// The reason in one word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Expired => "expired",
            Self::Rejected => "rejected",
        }
    }
}

/// Gives access tokens that the application's own backend issued.
///
/// An error of code `unauthenticated` signs out; any other failure is tried again.
pub trait TokenProvider: std::fmt::Debug + MaybeSend + MaybeSync + 'static {
    /// A token that is valid now.
    fn token(&self, reason: TokenReason) -> BoxFuture<'_, Result<String, RelayError>>;
}

/// A session as it is kept between two runs of the program. It lets anybody in who has it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredSession {
    /// Which session.
    pub session_id: SessionId,
    /// Traded for new tokens, once.
    pub refresh_token: String,
    /// The newest access token.
    pub access_token: String,
    /// When that one ends.
    pub access_expires_at_ms: i64,
}

impl StoredSession {
    /// Reads what [`StoredSession::to_json`] wrote; none if it is anything else.
    #[must_use]
    pub fn from_json(json: &str) -> Option<Self> {
        decode::object(json.as_bytes()).ok()
    }

    /// As a text, for a store that keeps such.
    #[must_use]
    pub fn to_json(&self) -> String {
        encode::json(self)
    }
}

impl std::fmt::Debug for StoredSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StoredSession")
            .field("session_id", &self.session_id)
            .finish_non_exhaustive()
    }
}

/// Keeps the session of an e-mail login. Both functions are quick: a file, the browser's storage.
///
/// `load` answers what the last `save` was given. What cannot be read is `None`; what cannot be
/// written is forgotten with the program.
pub trait SessionStore: std::fmt::Debug + MaybeSend + MaybeSync + 'static {
    /// What was saved last.
    fn load(&self) -> Option<StoredSession>;
    /// Keeps it, or forgets it.
    fn save(&self, session: Option<&StoredSession>);
}

/// Forgets the session with the program.
#[derive(Debug, Default)]
pub struct MemorySessionStore(std::sync::Mutex<Option<StoredSession>>);

impl SessionStore for MemorySessionStore {
    fn load(&self) -> Option<StoredSession> {
        self.0.lock().ok()?.clone()
    }

    fn save(&self, session: Option<&StoredSession>) {
        if let Ok(mut kept) = self.0.lock() {
            *kept = session.cloned();
        }
    }
}

/// Logging in with a one-time code, and the caller's sessions.
#[derive(Clone, Debug)]
pub struct Auth {
    runtime: Arc<Runtime>,
}

impl Auth {
    pub(crate) fn new(runtime: Arc<Runtime>) -> Self {
        Self { runtime }
    }

    /// Sends a code to the address.
    ///
    /// # Errors
    /// `rate_limited` when a mail went there a moment ago, or what the network says.
    pub async fn request_code(&self, email: &str) -> Result<CodeRequested, RelayError> {
        self.runtime.api().request_code(email).await
    }

    /// Trades a code for a session and connects.
    ///
    /// # Errors
    /// `code_invalid`, `code_expired`, `code_exhausted`, or what the network says.
    pub async fn verify_code(
        &self,
        request_id: LoginRequestId,
        code: &str,
    ) -> Result<Arc<Me>, RelayError> {
        let logged_in = self.runtime.api().verify_code(request_id, code).await?;
        Ok(self.runtime.log_in(logged_in))
    }

    /// Trades the one-time link of the mail (what follows `#token=`) for a session and connects.
    ///
    /// # Errors
    /// `code_invalid`, `code_expired`, or what the network says.
    pub async fn verify_link(&self, token: &str) -> Result<Arc<Me>, RelayError> {
        let logged_in = self.runtime.api().verify_link(token).await?;
        Ok(self.runtime.log_in(logged_in))
    }

    /// The caller's sessions, newest first.
    ///
    /// # Errors
    /// What the server or the network says.
    pub async fn list_sessions(&self) -> Result<Vec<Session>, RelayError> {
        Ok(self.runtime.api().list_sessions().await?.items)
    }

    /// Ends a session of the caller.
    ///
    /// # Errors
    /// `not_found`, or what the network says.
    pub async fn revoke_session(&self, session_id: SessionId) -> Result<(), RelayError> {
        self.runtime.api().revoke_session(session_id).await
    }

    /// Ends this session and forgets everything on this device. Works offline too: what the server
    /// does not hear ends there by itself.
    pub async fn sign_out(&self) {
        self.runtime.sign_out().await;
    }
}
