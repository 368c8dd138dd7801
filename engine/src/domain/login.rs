//! A request to log in with a one-time code.

use relaychat_protocol::LoginRequestId;

use super::email::Email;

/// A request for a one-time code. The code and the link are derived from its id with the engine's
/// key when they are needed, so that neither is ever stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginRequest {
    /// Names the request; the code is valid for it only.
    pub id: LoginRequestId,
    /// Who wants to log in.
    pub email: Email,
    /// Where the request came from: an IPv4 address or an IPv6 /64.
    pub network: String,
    /// When it was made.
    pub created_at_ms: i64,
    /// Whether a mail was sent for it (none is while the address is over its limit).
    pub has_mail: bool,
    /// Wrong codes evaluated for it.
    pub failed_tries: u32,
    /// Whether the code or the link has been used.
    pub is_used: bool,
}
