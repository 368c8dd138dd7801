//! The seam: from a request to an identity, as the host decides.

use std::future::Future;

use async_trait::async_trait;
use axum::http::request::Parts;

use super::Identity;

/// Says who makes a request. Must be quick: it is asked for every request and every upgrade.
#[async_trait]
pub trait Authenticator: Send + Sync + 'static {
    /// Who makes the request with this head. The body is not there.
    ///
    /// # Errors
    /// Nobody the host knows, or the host cannot tell at the moment.
    async fn authenticate(&self, parts: &Parts) -> Result<Identity, AuthError>;
}

/// Why a host does not say who somebody is.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AuthError {
    /// The request shows nobody that may be here: answered with 401.
    #[error("not logged in with the host")]
    Unauthenticated,
    /// It cannot be found out now; later it may: answered with 503. The cause goes to the log.
    #[error("the host cannot say who somebody is")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl AuthError {
    /// It cannot be found out now, because of `cause`.
    pub fn unavailable(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Unavailable(cause.into())
    }
}

/// A closure as an [`Authenticator`].
pub(super) struct FromRequest<F>(pub(super) F);

#[async_trait]
impl<F, Fut> Authenticator for FromRequest<F>
where
    F: Fn(Parts) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<Identity, AuthError>> + Send + 'static,
{
    async fn authenticate(&self, parts: &Parts) -> Result<Identity, AuthError> {
        (self.0)(parts.clone()).await
    }
}
