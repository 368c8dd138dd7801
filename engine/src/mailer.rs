//! Mail: how a login code reaches a person, behind one seam.
//!
//! [`Smtp`] is the production backend, [`DevInbox`] the one for a machine without a mail server
//! (loopback only), [`MemoryMailer`] the twin for tests, and [`conformance`] proves any of them.
//! What a mail says is made by [`Templates`], in the language of whoever asked; when it is sent again
//! is the business of the job that empties the outbox.
//!
//! A mailer of your own hands a finished mail on and says what came of it:
//!
//! ```
//! use relaychat_engine::mailer::{Mail, Mailer, MailerError, MailerErrorKind};
//!
//! #[derive(Debug)]
//! struct MyService(my_service::Client);
//!
//! #[async_trait::async_trait]
//! impl Mailer for MyService {
//!     async fn send(&self, mail: &Mail) -> Result<(), MailerError> {
//!         let sent = self.0.send(mail.to.as_str(), &mail.subject, &mail.text, &mail.html).await;
//!         // The engine tries again later, and says so in its log: no address in the error.
//!         sent.map_err(|status| MailerError::new(MailerErrorKind::Temporary, status.to_string()))
//!     }
//! }
//! # mod my_service {
//! #     #[derive(Debug)]
//! #     pub struct Client;
//! #     impl Client {
//! #         pub async fn send(&self, _: &str, _: &str, _: &str, _: &str) -> Result<(), u16> {
//! #             Ok(())
//! #         }
//! #     }
//! # }
//! ```

#[cfg(any(test, feature = "test-support"))]
pub mod conformance;
mod dev_inbox;
mod memory;
mod smtp;
#[cfg(test)]
pub(crate) mod smtp_sink;
mod templates;

pub use dev_inbox::{DevInbox, InboxMail};
pub use memory::MemoryMailer;
pub use smtp::{Smtp, SmtpSettingError, SmtpSettings};
pub use templates::{LoginCode, LoginTemplate, TemplateError, Templates};

use async_trait::async_trait;

use crate::domain::email::Email;

/// A mail, ready to be sent.
#[derive(Clone)]
pub struct Mail {
    /// To whom.
    pub to: Email,
    /// One line.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
    /// Repeats of one mail have one id, so that receivers can drop the second.
    pub message_id: String,
    /// The code the mail carries, for a development inbox to show by itself. A mailer that sends
    /// has no use for it.
    pub login: Option<LoginCode>,
}

impl std::fmt::Debug for Mail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mail")
            .field("message_id", &self.message_id)
            .finish_non_exhaustive()
    }
}

/// Sends mail. The engine keeps what is unsent in its own outbox and calls again; a mailer keeps
/// nothing and retries nothing.
#[async_trait]
pub trait Mailer: std::fmt::Debug + Send + Sync + 'static {
    /// Hands the mail over. `Ok` means that the next hop has taken responsibility for it. The same
    /// mail may be handed over twice when the answer to the first was lost.
    async fn send(&self, mail: &Mail) -> Result<(), MailerError>;
}

/// Why a mail was not taken.
#[derive(Debug, thiserror::Error)]
#[error("mail was not sent: {kind:?}")]
pub struct MailerError {
    /// What kind of failure it is. Decide by this.
    pub kind: MailerErrorKind,
    /// What the backend said. Without the address.
    #[source]
    pub source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// Kinds of mail failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MailerErrorKind {
    /// The server cannot be reached or refuses for now; trying again later may help.
    Temporary,
    /// The server will never take this mail.
    Permanent,
}

impl MailerError {
    /// An error with a source, which must not name the address.
    pub fn new(
        kind: MailerErrorKind,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self {
            kind,
            source: Some(source.into()),
        }
    }

    /// Whether the same mail may be taken later.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.kind == MailerErrorKind::Temporary
    }
}
