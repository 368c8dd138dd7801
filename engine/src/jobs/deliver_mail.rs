//! Empties the outbox: each mail is sent until it is taken, refused for ever, or useless.
//!
//! ```text
//!   outbox row ──claim──▶ due again after the lease ──send──▶ taken: row removed
//!                                 │                           refused for now: due after a back-off
//!                                 ▼                           refused for ever: removed, logged
//!                       (crash: sent again then)              past its time: removed, logged
//! ```
//!
//! A claim is a commit before the mail leaves: it moves the mail's due time past the lease, so that
//! nobody else takes it meanwhile, in this process or another one. A crash between "taken" and
//! "removed" sends a mail twice, with the same message id; none is ever lost.
//!
//! The mail is written when it is sent: the outbox holds no code.

use std::{sync::Arc, time::Duration};

use futures_util::future::join_all;
use tokio_util::sync::CancellationToken;

use crate::{
    domain::mail::OutgoingMail,
    mailer::{LoginCode, Mailer, MailerError, MailerErrorKind, Templates},
    services::{ServiceError, Services},
};

/// The job.
#[derive(Debug)]
pub(crate) struct DeliverMail {
    services: Arc<Services>,
    mailer: Arc<dyn Mailer>,
    templates: Templates,
    /// One round at a time.
    turn: tokio::sync::Mutex<()>,
}

/// What became of the mails of a round.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Round {
    /// Taken by the next hop.
    pub(crate) sent: u32,
    /// To be tried again.
    pub(crate) delayed: u32,
    /// Refused for ever, or past their time.
    pub(crate) given_up: u32,
}

/// How long to wait after each failed attempt; the last holds for all further ones. A person waits
/// for the code, so the first come soon; ten minutes of them do not bother a server.
const BACK_OFF_MS: [i64; 4] = [5_000, 15_000, 60_000, 120_000];
/// How long a claim lasts: longer than an attempt, with its time limits, may take.
const LEASE_MS: i64 = 120_000;
/// How long an attempt may take, whatever the mailer does.
const ATTEMPT_MAX: Duration = Duration::from_secs(90);
/// Mails sent at once.
const MAILS_AT_ONCE: u32 = 16;
/// How often to look whether it is time for the next mail. Only looks at the clock.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// How often to ask storage even when nothing is known to wait: another process may have left
/// something.
const ASK_EVERY_MS: i64 = 60_000;
/// The same when other nodes leave mail and say so over the broker, which may lose it: somebody
/// waits for that code.
const ASK_CLUSTER_EVERY_MS: i64 = 3_000;

impl DeliverMail {
    pub(crate) fn new(
        services: Arc<Services>,
        mailer: Arc<dyn Mailer>,
        templates: Templates,
    ) -> Self {
        Self {
            services,
            mailer,
            templates,
            turn: tokio::sync::Mutex::default(),
        }
    }

    /// Sends what is due, and waits for what comes, until `stop`.
    pub(crate) async fn run(self, stop: CancellationToken) {
        let waiting = Arc::clone(&self.services.mail_waiting);
        while !stop.is_cancelled() {
            let next_ms = self.run_logged().await;
            let is_time = async {
                while self.services.clock.now_ms() < next_ms {
                    tokio::time::sleep(LOOK_EVERY).await;
                }
            };
            tokio::select! {
                () = stop.cancelled() => break,
                () = waiting.notified() => {}
                () = is_time => {}
            }
        }
    }

    /// Sends everything that is due now.
    pub(crate) async fn run_once(&self) -> Result<Round, ServiceError> {
        let _turn = self.turn.lock().await;
        let mut round = Round::default();
        loop {
            let claimed = self.claim(&mut round).await?;
            if claimed.is_empty() {
                return Ok(round);
            }
            let outcomes = join_all(claimed.iter().map(|mail| self.send(mail))).await;
            for (mail, outcome) in claimed.iter().zip(outcomes) {
                self.count(&outcome);
                self.settle(mail, outcome, &mut round).await?;
            }
        }
    }

    fn count(&self, outcome: &Result<(), MailerError>) {
        let metrics = &self.services.metrics;
        match outcome {
            Ok(()) => metrics.mails_sent.add(1),
            Err(error) if error.is_retryable() => metrics.mails_delayed.add(1),
            Err(_) => metrics.mails_given_up.add(1),
        }
    }

    /// One round; says when the next one is due.
    async fn run_logged(&self) -> i64 {
        if let Err(error) = self.run_once().await {
            tracing::warn!(%error, "the outbox cannot be read and will be again");
        }
        let now_ms = self.services.clock.now_ms();
        let next = self.next_due_at_ms().await.ok().flatten();
        let every_ms = if self.services.events.wants_notes() {
            ASK_CLUSTER_EVERY_MS
        } else {
            ASK_EVERY_MS
        };
        next.map_or(now_ms + every_ms, |next_ms| {
            // Never in a circle without a pause.
            next_ms.clamp(now_ms + 1, now_ms + every_ms)
        })
    }

    async fn next_due_at_ms(&self) -> Result<Option<i64>, ServiceError> {
        let mut snapshot = self.services.storage.snapshot().await?;
        Ok(snapshot.mails().next_due_at_ms().await?)
    }

    /// Takes what is due, and drops what is useless.
    async fn claim(&self, round: &mut Round) -> Result<Vec<OutgoingMail>, ServiceError> {
        let now_ms = self.services.clock.now_ms();
        let mut snapshot = self.services.storage.snapshot().await?;
        let due = snapshot.mails().list_due(now_ms, 1).await?;
        let waiting = snapshot.mails().count().await?;
        drop(snapshot);
        self.services.metrics.mails_waiting.set(waiting);
        if due.is_empty() {
            return Ok(Vec::new());
        }
        let mut transaction = self.services.storage.begin().await?;
        let due = transaction.mails().list_due(now_ms, MAILS_AT_ONCE).await?;
        let (useful, useless): (Vec<_>, Vec<_>) = due
            .into_iter()
            .partition(|mail| now_ms < mail.expires_at_ms);
        for mail in &useful {
            let claimed = OutgoingMail {
                due_at_ms: now_ms + LEASE_MS,
                ..mail.clone()
            };
            transaction.mails().update(&claimed).await?;
        }
        for mail in &useless {
            transaction.mails().remove(mail.id).await?;
        }
        transaction.commit(Box::new(|_| {})).await?;
        for mail in &useless {
            log_given_up(mail, "its code has expired");
            round.given_up += 1;
        }
        // Only useless ones came up: there may be useful ones behind them.
        if useful.is_empty() && !useless.is_empty() {
            return Box::pin(self.claim(round)).await;
        }
        Ok(useful)
    }

    async fn send(&self, mail: &OutgoingMail) -> Result<(), MailerError> {
        let request_id = mail.login_request_id;
        let token = self.services.link_token_for(request_id);
        let login = LoginCode {
            code: self.services.code_for(request_id),
            link: self.templates.login_link(&token),
            expires_at_ms: mail.expires_at_ms,
        };
        let now_ms = self.services.clock.now_ms();
        let ready =
            self.templates
                .login_mail((mail.id, mail.to.clone()), login, &mail.languages, now_ms);
        tokio::time::timeout(ATTEMPT_MAX, self.mailer.send(&ready))
            .await
            .unwrap_or_else(|_| {
                let what = "the mailer did not answer in time";
                Err(MailerError::new(MailerErrorKind::Temporary, what))
            })
    }

    /// Writes down what became of a mail.
    async fn settle(
        &self,
        mail: &OutgoingMail,
        outcome: Result<(), MailerError>,
        round: &mut Round,
    ) -> Result<(), ServiceError> {
        let now_ms = self.services.clock.now_ms();
        let mut transaction = self.services.storage.begin().await?;
        match outcome {
            Ok(()) => {
                transaction.mails().remove(mail.id).await?;
                round.sent += 1;
            }
            Err(error) if error.is_retryable() => {
                let delayed = delayed(mail, now_ms);
                transaction.mails().update(&delayed).await?;
                log_delayed(&delayed, &error, now_ms);
                round.delayed += 1;
            }
            Err(error) => {
                transaction.mails().remove(mail.id).await?;
                log_given_up(mail, &said(&error));
                round.given_up += 1;
            }
        }
        transaction.commit(Box::new(|_| {})).await?;
        Ok(())
    }
}

/// The mail after one more failed attempt.
fn delayed(mail: &OutgoingMail, now_ms: i64) -> OutgoingMail {
    let last = BACK_OFF_MS.len() - 1;
    let step = usize::try_from(mail.attempts).map_or(last, |attempts| attempts.min(last));
    OutgoingMail {
        attempts: mail.attempts.saturating_add(1),
        // At its end it comes up once more, to be dropped.
        due_at_ms: (now_ms + BACK_OFF_MS[step]).min(mail.expires_at_ms),
        ..mail.clone()
    }
}

fn log_delayed(mail: &OutgoingMail, error: &MailerError, now_ms: i64) {
    tracing::warn!(
        mail_id = %mail.id,
        attempts = mail.attempts,
        retry_in_ms = mail.due_at_ms - now_ms,
        reason = said(error),
        "a mail was not sent and will be tried again"
    );
}

fn log_given_up(mail: &OutgoingMail, reason: &str) {
    tracing::warn!(
        mail_id = %mail.id,
        attempts = mail.attempts,
        reason,
        "a mail was given up"
    );
}

/// What the mailer said; by its contract without the address.
fn said(error: &MailerError) -> String {
    match &error.source {
        Some(source) => source.to_string(),
        None => error.to_string(),
    }
}
