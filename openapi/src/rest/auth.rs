//! Logging in with a one-time code, and sessions.

use serde::{Deserialize, Serialize};

use crate::{LoginRequestId, SessionId, rest::flat, rest::users::Me};

/// `POST /v1/auth/codes`: send a one-time code to an e-mail address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RequestCode {
    /// The address, at most 254 bytes. Case and surrounding space do not matter.
    #[cfg_attr(
        feature = "schema",
        schema(example = "alice@example.com", max_length = 254)
    )]
    pub email: String,
}

/// Answer to [`RequestCode`], the same whether or not the address is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CodeRequested {
    /// Send it back with the code.
    pub request_id: LoginRequestId,
    /// How long the code is valid, in milliseconds.
    #[cfg_attr(feature = "schema", schema(example = 600_000))]
    pub expires_in_ms: u64,
    /// How long until another mail to this address is possible, in milliseconds.
    #[cfg_attr(feature = "schema", schema(example = 60_000))]
    pub resend_after_ms: u64,
}

/// `POST /v1/auth/verify`: trade a code for a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct VerifyCode {
    /// From [`CodeRequested`].
    pub request_id: LoginRequestId,
    /// The digits from the mail. Spaces and hyphens are ignored.
    #[cfg_attr(feature = "schema", schema(example = "482913", max_length = 32))]
    pub code: String,
    /// What to call this session in the list, such as "Firefox on Linux".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(max_length = 100))]
    pub device_name: Option<String>,
}

/// `POST /v1/auth/verify-link`: trade the one-time link of the mail for a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct VerifyLink {
    /// The part of the link after `#token=`.
    #[cfg_attr(feature = "schema", schema(max_length = 200))]
    pub token: String,
    /// What to call this session in the list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(max_length = 100))]
    pub device_name: Option<String>,
}

/// `POST /v1/auth/refresh`: trade a refresh token for new tokens. The old one is spent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RefreshSession {
    /// The newest refresh token.
    #[cfg_attr(feature = "schema", schema(max_length = 200))]
    pub refresh_token: String,
}

/// The tokens of a session.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Tokens {
    /// Send as `Authorization: Bearer …` or in the `hello` frame.
    pub access_token: String,
    /// How long the access token is valid from now, in milliseconds.
    #[cfg_attr(feature = "schema", schema(example = 900_000))]
    pub access_expires_in_ms: u64,
    /// Trade for new tokens at `/v1/auth/refresh`, once.
    pub refresh_token: String,
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tokens")
            .field("access_expires_in_ms", &self.access_expires_in_ms)
            .finish_non_exhaustive()
    }
}

/// A new login: who it is, the session and its tokens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(from = "flat::LoggedIn")]
pub struct LoggedIn {
    /// The user who logged in.
    pub me: Me,
    /// The new session.
    pub session: Session,
    /// Its tokens.
    #[serde(flatten)]
    pub tokens: Tokens,
}

/// One login of the caller on one device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Session {
    /// Names the session, for instance to revoke it.
    pub id: SessionId,
    /// What the device called itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_name: Option<String>,
    /// When the login happened.
    pub created_at_ms: i64,
    /// When the session was last refreshed.
    pub last_used_at_ms: i64,
    /// When the session ends if it is not used again.
    pub expires_at_ms: i64,
    /// Whether the request was made by this session.
    pub is_current: bool,
}

/// `GET /v1/sessions`: all live sessions of the caller, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SessionList {
    /// The sessions.
    pub items: Vec<Session>,
}
