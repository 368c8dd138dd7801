//! The contract of [`Mailer`] as checks: one function for each promise. Run it on your own mailer.
//!
//! A mailer alone cannot be checked, for what matters is what arrives: the caller brings the
//! [`Receiver`] at the other end. Panics with the broken promise.

use async_trait::async_trait;

use super::{Mail, Mailer, MailerErrorKind};
use crate::domain::email::Email;

/// The other end: what arrived, and a switch that makes it refuse.
#[async_trait]
pub trait Receiver: Send + Sync {
    /// From now on mail is refused like this; `None` ends it.
    async fn set_fault(&self, fault: Option<Fault>);
    /// Everything that arrived so far, oldest first.
    async fn received(&self) -> Vec<ReceivedMail>;
}

/// A way in which the other end fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It refuses for now (SMTP 4xx).
    RefusesForNow,
    /// It refuses for ever (SMTP 5xx).
    RefusesForEver,
    /// It hangs up in the middle.
    Drops,
}

impl Fault {
    /// The kind of error that a mailer must report.
    #[must_use]
    pub fn expected_kind(self) -> MailerErrorKind {
        match self {
            Self::RefusesForNow | Self::Drops => MailerErrorKind::Temporary,
            Self::RefusesForEver => MailerErrorKind::Permanent,
        }
    }
}

/// A mail as it arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceivedMail {
    /// To whom.
    pub to: String,
    /// The decoded subject.
    pub subject: String,
    /// The decoded plain text.
    pub text: String,
    /// The decoded HTML.
    pub html: String,
    /// Without angle brackets.
    pub message_id: String,
}

impl From<&Mail> for ReceivedMail {
    fn from(mail: &Mail) -> Self {
        Self {
            to: mail.to.as_str().to_owned(),
            subject: mail.subject.clone(),
            text: mail.text.clone(),
            html: mail.html.clone(),
            message_id: mail.message_id.clone(),
        }
    }
}

/// Checks every promise.
pub async fn run(mailer: &dyn Mailer, receiver: &dyn Receiver) {
    a_taken_mail_has_arrived_whole(mailer, receiver).await;
    the_same_mail_may_be_handed_over_twice(mailer, receiver).await;
    every_failure_is_of_its_kind_and_nothing_arrives(mailer, receiver).await;
    a_mailer_recovers_when_the_server_does(mailer, receiver).await;
    many_at_once_all_arrive(mailer, receiver).await;
}

/// A mail to `to`, with everything that encodings like to break.
#[must_use]
pub fn sample(to: &str) -> Mail {
    Mail {
        to: Email::parse(to).expect("a valid address"),
        subject: "482913 – dein Code für “RelayChat” 🎈 with a subject that is longer than one line of a header may be".to_owned(),
        text: "Grüße, 482913\n\n.\n.. a line with dots\nFrom the start of a line\n日本語 🎈\n".to_owned(),
        html: "<p>Gr&uuml;ße <b>482913</b></p>\n<p>.</p>\n".to_owned(),
        message_id: format!("{}@mail.example.com", to.replace('@', "-")),
        login: None,
    }
}

async fn arrived(receiver: &dyn Receiver, to: &str) -> Vec<ReceivedMail> {
    let mut mails = receiver.received().await;
    mails.retain(|mail| mail.to == to);
    mails
}

async fn a_taken_mail_has_arrived_whole(mailer: &dyn Mailer, receiver: &dyn Receiver) {
    let to = "whole+tag@example.com";
    let mail = sample(to);
    mailer.send(&mail).await.expect("takes it");
    assert_eq!(
        arrived(receiver, to).await,
        [ReceivedMail::from(&mail)],
        "it arrives as it was"
    );
}

async fn the_same_mail_may_be_handed_over_twice(mailer: &dyn Mailer, receiver: &dyn Receiver) {
    let to = "twice@example.com";
    for _ in 0..2 {
        mailer.send(&sample(to)).await.expect("takes it");
    }
    let mails = arrived(receiver, to).await;
    assert!(!mails.is_empty(), "it arrives");
    let ids = mails.iter().map(|mail| &mail.message_id);
    assert!(
        ids.clone().all(|id| *id == mails[0].message_id),
        "repeats have one id"
    );
}

async fn every_failure_is_of_its_kind_and_nothing_arrives(
    mailer: &dyn Mailer,
    receiver: &dyn Receiver,
) {
    for fault in [Fault::RefusesForNow, Fault::RefusesForEver, Fault::Drops] {
        receiver.set_fault(Some(fault)).await;
        let to = "refused@example.com";
        let error = mailer.send(&sample(to)).await.expect_err("is refused");
        assert_eq!(error.kind, fault.expected_kind(), "{fault:?}: {error:?}");
        let said = format!("{error:?} {error}");
        assert!(
            !said.contains("refused@"),
            "an error never names the address: {said}"
        );
        receiver.set_fault(None).await;
        assert_eq!(
            arrived(receiver, to).await,
            [],
            "{fault:?}: nothing arrives"
        );
    }
}

async fn a_mailer_recovers_when_the_server_does(mailer: &dyn Mailer, receiver: &dyn Receiver) {
    let to = "later@example.com";
    receiver.set_fault(Some(Fault::Drops)).await;
    mailer.send(&sample(to)).await.expect_err("is refused");
    receiver.set_fault(None).await;
    mailer.send(&sample(to)).await.expect("takes it now");
    assert_eq!(arrived(receiver, to).await.len(), 1);
}

async fn many_at_once_all_arrive(mailer: &dyn Mailer, receiver: &dyn Receiver) {
    let mails: Vec<_> = (0..20)
        .map(|n| sample(&format!("many{n}@example.com")))
        .collect();
    for sent in futures_util::future::join_all(mails.iter().map(|mail| mailer.send(mail))).await {
        sent.expect("takes it");
    }
    for mail in &mails {
        assert_eq!(
            arrived(receiver, mail.to.as_str()).await,
            [ReceivedMail::from(mail)]
        );
    }
}
