//! A mailer that keeps what it is given: the twin for tests, with a switch that makes it fail.

use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use tokio::sync::Notify;

use super::{Mail, Mailer, MailerError, MailerErrorKind};

/// Captures mail instead of sending it.
#[derive(Debug, Default)]
pub struct MemoryMailer {
    inner: Mutex<Inner>,
    arrived: Notify,
}

#[derive(Debug, Default)]
struct Inner {
    mails: Vec<Mail>,
    fault: Option<MailerErrorKind>,
    attempts: u64,
}

impl MemoryMailer {
    /// A mailer that takes everything.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// From now on every mail is refused like this; `None` ends it.
    pub fn set_fault(&self, fault: Option<MailerErrorKind>) {
        self.lock().fault = fault;
    }

    /// Everything taken so far, oldest first.
    #[must_use]
    pub fn mails(&self) -> Vec<Mail> {
        self.lock().mails.clone()
    }

    /// How often somebody tried to send, refusals included.
    #[must_use]
    pub fn attempts(&self) -> u64 {
        self.lock().attempts
    }

    /// Waits until at least `count` mails were taken, and returns them. The caller sets a deadline.
    pub async fn wait_for(&self, count: usize) -> Vec<Mail> {
        loop {
            let arrived = self.arrived.notified();
            tokio::pin!(arrived);
            arrived.as_mut().enable();
            let mails = self.mails();
            if mails.len() >= count {
                return mails;
            }
            arrived.await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Mailer for MemoryMailer {
    async fn send(&self, mail: &Mail) -> Result<(), MailerError> {
        {
            let mut inner = self.lock();
            inner.attempts += 1;
            if let Some(kind) = inner.fault {
                return Err(MailerError { kind, source: None });
            }
            inner.mails.push(mail.clone());
        }
        self.arrived.notify_waiters();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mailer::conformance::{self, Fault, ReceivedMail, Receiver};

    #[async_trait]
    impl Receiver for MemoryMailer {
        async fn set_fault(&self, fault: Option<Fault>) {
            MemoryMailer::set_fault(self, fault.map(Fault::expected_kind));
        }

        async fn received(&self) -> Vec<ReceivedMail> {
            let mails = self.mails();
            mails.iter().map(ReceivedMail::from).collect()
        }
    }

    #[tokio::test]
    async fn memory_keeps_the_contract() {
        let mailer = MemoryMailer::new();
        conformance::run(&mailer, &mailer).await;
    }

    #[tokio::test]
    async fn whoever_waits_for_a_mail_sees_it() {
        let mailer = std::sync::Arc::new(MemoryMailer::new());
        let waiting = tokio::spawn({
            let mailer = mailer.clone();
            async move { mailer.wait_for(1).await.len() }
        });
        mailer
            .send(&conformance::sample("a@example.com"))
            .await
            .expect("takes it");
        assert_eq!(waiting.await.expect("ends"), 1);
    }
}
