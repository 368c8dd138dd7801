//! Access tokens: from the application's provider, or from the session of an e-mail login.
//!
//! One request for a token at a time: whoever finds out at the same moment that the token has
//! expired waits for the same new one. A refresh token is good once, so this is not only thrift.

use std::sync::{Arc, Mutex, PoisonError};

use relaychat_protocol::rest::auth::{LoggedIn, Tokens};

use crate::{
    RelayError, SessionStore, StoredSession, TokenProvider, TokenReason, api::Api, platform,
};

/// A token that ends sooner than this is renewed before it is used: requests take time.
const LEAST_LEFT_MS: i64 = 30_000;

#[derive(Debug)]
enum Source {
    Provider(Arc<dyn TokenProvider>),
    Accounts(Arc<dyn SessionStore>),
}

/// Gives access tokens.
#[derive(Debug)]
pub(crate) struct Credentials {
    source: Source,
    /// The provider's newest token.
    provided: Mutex<Option<String>>,
    in_flight: tokio::sync::Mutex<()>,
}

impl Credentials {
    pub(crate) fn accounts(store: Arc<dyn SessionStore>) -> Self {
        Self::new(Source::Accounts(store))
    }

    pub(crate) fn provider(provider: Arc<dyn TokenProvider>) -> Self {
        Self::new(Source::Provider(provider))
    }

    fn new(source: Source) -> Self {
        Self {
            source,
            provided: Mutex::new(None),
            in_flight: tokio::sync::Mutex::new(()),
        }
    }

    /// Whether there is anything to ask for a token.
    pub(crate) fn can_ask(&self) -> bool {
        match &self.source {
            Source::Provider(_) => true,
            Source::Accounts(store) => store.load().is_some(),
        }
    }

    /// Keeps a new login.
    pub(crate) fn keep(&self, logged_in: &LoggedIn) {
        if let Source::Accounts(store) = &self.source {
            store.save(Some(&stored(logged_in.session.id, &logged_in.tokens)));
        }
    }

    /// Forgets the login and returns it.
    pub(crate) fn forget(&self) -> Option<StoredSession> {
        *self.provided() = None;
        match &self.source {
            Source::Provider(_) => None,
            Source::Accounts(store) => {
                let session = store.load();
                store.save(None);
                session
            }
        }
    }

    /// A token for the next request or connection. `refused` is one that is of no use any more.
    pub(crate) async fn token(
        &self,
        api: Api<'_>,
        reason: TokenReason,
        refused: Option<&str>,
    ) -> Result<String, RelayError> {
        let _one_at_a_time = self.in_flight.lock().await;
        match &self.source {
            Source::Provider(provider) => self.ask(provider.as_ref(), reason, refused).await,
            Source::Accounts(store) => refresh(store.as_ref(), api, reason, refused).await,
        }
    }

    /// Forgets the provider's token, so that the next connection asks for a new one.
    pub(crate) fn drop_provided(&self) {
        *self.provided() = None;
    }

    async fn ask(
        &self,
        provider: &dyn TokenProvider,
        reason: TokenReason,
        refused: Option<&str>,
    ) -> Result<String, RelayError> {
        let present = self.provided().clone();
        if let Some(token) = present.filter(|token| {
            // Somebody else may have got a new one in the meantime.
            reason != TokenReason::Expired && refused != Some(token)
        }) {
            return Ok(token);
        }
        let token = provider.token(reason).await?;
        *self.provided() = Some(token.clone());
        Ok(token)
    }

    fn provided(&self) -> std::sync::MutexGuard<'_, Option<String>> {
        self.provided.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn refresh(
    store: &dyn SessionStore,
    api: Api<'_>,
    reason: TokenReason,
    refused: Option<&str>,
) -> Result<String, RelayError> {
    let session = store
        .load()
        .ok_or_else(|| RelayError::unauthenticated("nobody is logged in"))?;
    let is_lasting = session.access_expires_at_ms - platform::now_ms() > LEAST_LEFT_MS;
    let is_refused = refused == Some(&session.access_token);
    if is_lasting && !is_refused && reason != TokenReason::Expired {
        return Ok(session.access_token);
    }
    let tokens = api.refresh_session(session.refresh_token).await?;
    let renewed = stored(session.session_id, &tokens);
    store.save(Some(&renewed));
    Ok(renewed.access_token)
}

fn stored(session_id: relaychat_protocol::SessionId, tokens: &Tokens) -> StoredSession {
    StoredSession {
        session_id,
        refresh_token: tokens.refresh_token.clone(),
        access_token: tokens.access_token.clone(),
        access_expires_at_ms: platform::now_ms()
            .saturating_add_unsigned(tokens.access_expires_in_ms),
    }
}
