//! A mail that waits to be sent.

use relaychat_protocol::LoginRequestId;
use uuid::Uuid;

use super::email::Email;

/// A mail in the outbox. It names what it is about; its text is made when it is sent, so that no
/// code ever lies in the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutgoingMail {
    /// Names the mail.
    pub id: Uuid,
    /// To whom.
    pub to: Email,
    /// The login request it carries the code of.
    pub login_request_id: LoginRequestId,
    /// In which languages they would read it, as in `Accept-Language`; empty when nobody said.
    pub languages: String,
    /// Failed attempts so far.
    pub attempts: u32,
    /// When to try (again).
    pub due_at_ms: i64,
    /// After this it is useless and dropped.
    pub expires_at_ms: i64,
}
