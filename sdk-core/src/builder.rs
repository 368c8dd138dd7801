//! Describing a client: the one place that chooses between the parts behind the seams.

use std::{future::Future, sync::Arc};

use relaychat_protocol::ErrorCode;

use crate::{
    Client, MemorySessionStore, RelayError, SessionStore, Store, TokenProvider, TokenReason,
    credentials::Credentials,
    platform::{BoxFuture, MaybeSend, MaybeSync},
    runtime::{
        Runtime, Settings,
        keeping::{Keep, Keeper},
    },
    transport::{self, Transport},
};

/// Describes a [`Client`].
#[derive(Debug)]
pub struct ClientBuilder {
    url: String,
    credentials: Credentials,
    device_name: Option<String>,
    utc_offset_ms: Option<i64>,
    transport: Option<Arc<dyn Transport>>,
    keeper: Option<Arc<dyn Keep>>,
}

impl ClientBuilder {
    pub(crate) fn new(url: String) -> Self {
        Self {
            url,
            credentials: Credentials::accounts(Arc::new(MemorySessionStore::default())),
            device_name: None,
            utc_offset_ms: None,
            transport: None,
            keeper: None,
        }
    }

    /// Takes access tokens from the application. Without it people log in with e-mail codes.
    #[must_use]
    pub fn token_provider<F, R>(self, provide: F) -> Self
    where
        F: Fn(TokenReason) -> R + MaybeSend + MaybeSync + 'static,
        R: Future<Output = Result<String, RelayError>> + MaybeSend + 'static,
    {
        self.token_provider_object(Arc::new(ProviderFn(provide)))
    }

    /// Takes access tokens from an object of the application.
    #[must_use]
    pub fn token_provider_object(mut self, provider: Arc<dyn TokenProvider>) -> Self {
        self.credentials = Credentials::provider(provider);
        self
    }

    /// Where the session of an e-mail login is kept. In memory, if nothing is said.
    #[must_use]
    pub fn session_store(mut self, store: Arc<dyn SessionStore>) -> Self {
        self.credentials = Credentials::accounts(store);
        self
    }

    /// What to call this device in the person's list of sessions.
    #[must_use]
    pub fn device_name(mut self, name: impl Into<String>) -> Self {
        self.device_name = Some(name.into());
        self
    }

    /// How far local time is ahead of UTC, for the date dividers. Browsers know it by themselves.
    #[must_use]
    pub fn utc_offset_ms(mut self, offset_ms: i64) -> Self {
        self.utc_offset_ms = Some(offset_ms);
        self
    }

    /// Another way to reach the engine than this platform's own.
    #[must_use]
    pub fn transport(mut self, transport: Arc<dyn Transport>) -> Self {
        self.transport = Some(transport);
        self
    }

    /// Where chats, messages and what is queued are kept between two runs: shown before the network
    /// answers, and the reason why only what came since is fetched and nothing that was sent offline
    /// is lost. Without a store all of it ends with the client.
    #[must_use]
    pub fn store(mut self, store: Arc<dyn Store>) -> Self {
        self.keeper = Some(Arc::new(Keeper::new(store)));
        self
    }

    /// Makes the client. It does nothing until [`Client::connect`].
    ///
    /// # Errors
    /// `validation_failed` when the address is not one of an engine.
    pub fn build(self) -> Result<Client, RelayError> {
        let transport = match self.transport {
            Some(transport) => transport,
            None => transport::of_platform()?,
        };
        let settings = Settings {
            base_url: base_url(&self.url)?,
            device_name: self.device_name,
            utc_offset_ms: self.utc_offset_ms,
        };
        Ok(Client::new(Runtime::new(
            settings,
            transport,
            self.credentials,
            self.keeper,
        )))
    }

    /// Makes the client and waits until it is connected, or cannot be.
    ///
    /// # Errors
    /// As [`ClientBuilder::build`].
    pub async fn connect(self) -> Result<Client, RelayError> {
        let client = self.build()?;
        client.connect().await;
        Ok(client)
    }
}

/// The address without a slash at its end. Only what would surely fail is refused here.
fn base_url(url: &str) -> Result<String, RelayError> {
    let url = url.trim().trim_end_matches('/');
    let has_host = ["http://", "https://"].iter().any(|scheme| {
        url.strip_prefix(scheme)
            .is_some_and(|rest| !rest.is_empty())
    });
    if has_host {
        return Ok(url.to_owned());
    }
    Err(RelayError {
        field: Some("url".to_owned()),
        ..RelayError::of(
            ErrorCode::ValidationFailed,
            "the address of an engine starts with http:// or https://",
        )
    })
}

/// A [`TokenProvider`] made of a function.
struct ProviderFn<F>(F);

impl<F> std::fmt::Debug for ProviderFn<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ProviderFn")
    }
}

impl<F, R> TokenProvider for ProviderFn<F>
where
    F: Fn(TokenReason) -> R + MaybeSend + MaybeSync + 'static,
    R: Future<Output = Result<String, RelayError>> + MaybeSend + 'static,
{
    fn token(&self, reason: TokenReason) -> BoxFuture<'_, Result<String, RelayError>> {
        let answer: BoxFuture<'static, _> = Box::pin((self.0)(reason));
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_needs_a_scheme_and_a_host() {
        assert_eq!(
            base_url("https://example.com/chat/").as_deref(),
            Ok("https://example.com/chat")
        );
        for wrong in ["", "example.com", "ws://example.com", "https://", "/chat"] {
            let error = base_url(wrong).expect_err(wrong);
            assert_eq!(error.field.as_deref(), Some("url"), "{wrong}");
        }
    }
}
