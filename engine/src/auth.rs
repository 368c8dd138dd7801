//! Who somebody is: accounts of the engine, or the people of a host application.
//!
//! ```
//! use relaychat_engine::auth::{self, AuthError, Identity, JwtAuth};
//!
//! // The engine's own accounts, with one-time codes by mail. This is the default.
//! let own = auth::own_accounts();
//!
//! // The host's own session, such as its cookie.
//! let session = auth::from_request(|parts| async move {
//!     let cookie = parts.headers.get("cookie").ok_or(AuthError::Unauthenticated)?;
//!     # let _ = cookie;
//!     Ok(Identity::new(42).name("Alice"))
//! });
//!
//! // Tokens that the host signs.
//! let tokens = auth::jwt(
//!     JwtAuth::hs256("a secret of at least thirty-two bytes")
//!         .issuer("https://shop.example")
//!         .audience("chat"),
//! );
//! # let _ = (own, session, tokens);
//! ```
//!
//! With anything but own accounts the engine's routes for logging in answer 404, and no mailer is
//! needed. Access tokens that the engine itself issued to the host
//! ([`Users::issue_token`](crate::host::Users::issue_token)) are good with each of them.
//!
//! **Sessions.** Whoever the host names gets a session of the engine, so that revoking, presence
//! and the list of sessions work the same for everybody: one session for each person, or one for
//! each login when the host tells them apart ([`Identity::session`], `sid` in a JWT). A session that
//! was revoked here stays revoked for the tokens that were made before; a newer token begins a new
//! one. A host that answers for each request itself ([`from_request`]) is believed at each request:
//! it ends its own session first, then revokes here to close the open sockets.

mod authenticator;
mod identity;
mod jwks;
mod jwt;
#[cfg(test)]
mod tests;

use std::{fmt, future::Future, sync::Arc};

use axum::http::{HeaderMap, header, request::Parts};

pub use authenticator::{AuthError, Authenticator};
pub use identity::Identity;
pub use jwks::JwksSource;
pub use jwt::JwtAuth;
pub(crate) use jwt::JwtError;

/// The head of a request, for what knows nothing of HTTP but passes it on.
pub(crate) type RequestHead = Parts;

/// How the engine knows who somebody is.
#[derive(Clone, Default)]
pub struct Auth(pub(crate) Kind);

#[derive(Clone, Default)]
pub(crate) enum Kind {
    #[default]
    OwnAccounts,
    Request(Arc<dyn Authenticator>),
    Jwt(Arc<JwtAuth>),
}

impl fmt::Debug for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Kind::OwnAccounts => "Auth(own accounts)",
            Kind::Request(_) => "Auth(request)",
            Kind::Jwt(_) => "Auth(jwt)",
        })
    }
}

/// The engine's own accounts: one-time codes by mail.
#[must_use]
pub fn own_accounts() -> Auth {
    Auth(Kind::OwnAccounts)
}

/// The host looks at each request and says who makes it: its cookie, its header. Asked for REST
/// requests and for the upgrade to a socket; a browser sends its cookies with both.
pub fn from_request<F, Fut>(authenticate: F) -> Auth
where
    F: Fn(Parts) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<Identity, AuthError>> + Send + 'static,
{
    authenticator(authenticator::FromRequest(authenticate))
}

/// Like [`from_request`], with a type of the host's own.
pub fn authenticator(authenticator: impl Authenticator) -> Auth {
    Auth(Kind::Request(Arc::new(authenticator)))
}

/// JSON Web Tokens that the host signs, in `Authorization: Bearer …` or in the `hello` frame.
#[must_use]
pub fn jwt(settings: JwtAuth) -> Auth {
    Auth(Kind::Jwt(Arc::new(settings)))
}

impl Auth {
    /// Whether people log in with the engine.
    pub(crate) fn has_own_accounts(&self) -> bool {
        matches!(self.0, Kind::OwnAccounts)
    }

    /// What cannot work, a sentence each.
    pub(crate) fn problems(&self) -> Vec<String> {
        match &self.0 {
            Kind::OwnAccounts | Kind::Request(_) => Vec::new(),
            Kind::Jwt(jwt) => jwt.problems(),
        }
    }
}

/// The token of `Authorization: Bearer …` (RFC 6750; the scheme's case does not matter).
pub(crate) fn bearer_token(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Whether the request shows a token at all: whoever sends the header means to be known by it.
pub(crate) fn shows_token(headers: &HeaderMap) -> bool {
    headers.contains_key(header::AUTHORIZATION)
}
