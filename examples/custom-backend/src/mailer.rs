//! A mailer on whatever the host already sends mail with.

use async_trait::async_trait;
use relaychat_engine::mailer::{Mail, Mailer, MailerError, MailerErrorKind};

/// What the host sends mail with: a provider's HTTP API, a queue, a printer.
#[async_trait]
pub trait Counter: std::fmt::Debug + Send + Sync + 'static {
    /// Takes a mail.
    async fn hand_in(&self, mail: &Mail) -> Result<(), Unsent>;
}

/// Why the counter did not take a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsent {
    /// Closed, or out of stamps: later, maybe.
    ForNow,
    /// Nobody lives there.
    ForEver,
}

/// The engine's mailer on the host's counter. Keeps nothing and retries nothing: the engine does.
#[derive(Debug)]
pub struct PostOffice<C>(pub C);

#[async_trait]
impl<C: Counter> Mailer for PostOffice<C> {
    async fn send(&self, mail: &Mail) -> Result<(), MailerError> {
        self.0.hand_in(mail).await.map_err(|unsent| match unsent {
            Unsent::ForNow => MailerError::new(MailerErrorKind::Temporary, "the counter is closed"),
            Unsent::ForEver => MailerError::new(MailerErrorKind::Permanent, "nobody lives there"),
        })
    }
}
