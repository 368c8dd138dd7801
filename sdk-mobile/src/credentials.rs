//! Where tokens and sessions come from: objects of the application, behind the core's seams.

use std::sync::Arc;

use async_trait::async_trait;
use relaychat_sdk::{self as sdk, platform::BoxFuture};

use crate::{ListenerError, TokenReason};

/// Why a token provider has no token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum TokenError {
    /// The person is not logged in to the application: the client signs out.
    #[error("unauthorized: {detail}")]
    Unauthorized { detail: String },
    /// It did not work this time: the client asks again.
    #[error("failed: {detail}")]
    Failed { detail: String },
}

impl From<uniffi::UnexpectedUniFFICallbackError> for TokenError {
    fn from(error: uniffi::UnexpectedUniFFICallbackError) -> Self {
        Self::Failed {
            detail: error.reason,
        }
    }
}

/// Gives access tokens that the application's own backend issued.
#[uniffi::export(with_foreign)]
#[async_trait]
pub trait TokenProvider: Send + Sync {
    /// A token that is valid now. Whatever is thrown, except `Unauthorized`, is tried again.
    async fn token(&self, reason: TokenReason) -> Result<String, TokenError>;
}

/// Keeps the session of an e-mail login between two runs of the program. It lets anybody in who has
/// it: a keychain is the place for it. Both methods are quick.
#[uniffi::export(with_foreign)]
pub trait SessionStore: Send + Sync {
    /// What was saved last.
    ///
    /// # Errors
    /// When it cannot be read, which counts as nothing.
    fn load(&self) -> Result<Option<String>, ListenerError>;
    /// Keeps it, or forgets it.
    ///
    /// # Errors
    /// When it cannot be written: it ends with the program then.
    fn save(&self, session: Option<String>) -> Result<(), ListenerError>;
}

/// The application's token provider as the core's.
pub(crate) struct Tokens(pub(crate) Arc<dyn TokenProvider>);

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tokens")
    }
}

impl sdk::TokenProvider for Tokens {
    fn token(&self, reason: sdk::TokenReason) -> BoxFuture<'_, Result<String, sdk::RelayError>> {
        Box::pin(async move {
            let answer = self.0.token(reason.into()).await;
            answer.map_err(|error| match error {
                TokenError::Unauthorized { detail } => sdk::RelayError::unauthenticated(detail),
                TokenError::Failed { detail } => sdk::RelayError::network(detail),
            })
        })
    }
}

/// The application's session store as the core's.
pub(crate) struct Sessions(pub(crate) Arc<dyn SessionStore>);

impl std::fmt::Debug for Sessions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sessions")
    }
}

impl sdk::SessionStore for Sessions {
    fn load(&self) -> Option<sdk::StoredSession> {
        // A keychain may ask the person: that must not hold up the other tasks of the thread.
        let json = tokio::task::block_in_place(|| self.0.load());
        sdk::StoredSession::from_json(&json.ok()??)
    }

    fn save(&self, session: Option<&sdk::StoredSession>) {
        let json = session.map(sdk::StoredSession::to_json);
        if tokio::task::block_in_place(|| self.0.save(json)).is_err() {
            tracing::warn!("the session could not be kept");
        }
    }
}
