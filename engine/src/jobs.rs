//! Work that nobody waits for: mail that must go out, and what must go away with time.
//!
//! Every job is idempotent and has a function that does one round for the present time, so that
//! tests turn the clock and call it. Running them is one task each, tracked by the engine and ended
//! by its token; a round in progress is finished first. A round that fails is logged and tried
//! again with the next.
//!
//! Deliberately absent: a general queue of jobs. The outbox is the one thing that must not be
//! lost, and it lies in storage.

mod deliver_mail;
mod expire_sessions;
mod forget_logins;
mod index_words;
mod send_staged;
mod sweep_uploads;
mod tell_host;

use std::{sync::Arc, time::Duration};

use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub(crate) use deliver_mail::DeliverMail;
pub(crate) use expire_sessions::expire_sessions;
pub(crate) use forget_logins::forget_logins;
pub(crate) use index_words::index_words;
pub(crate) use sweep_uploads::{sweep_blobs, sweep_uploads};
pub(crate) use tell_host::TellHost;

use crate::{
    limits::NOTICES_KEPT_MS,
    mailer::{Mailer, Templates},
    services::{ServiceError, Services},
};

/// Sockets of expired sessions close by themselves with their access token; this is for the list
/// of sessions and for the space.
const SESSIONS_EVERY: Duration = Duration::from_secs(60);
/// Uploads have a day of grace; the hour does not matter.
const UPLOADS_EVERY: Duration = Duration::from_secs(10 * 60);
/// Only crashes leave bytes without a row, and finding them walks the whole store: a request for
/// each thousand blobs.
const BLOBS_EVERY: Duration = Duration::from_secs(12 * 60 * 60);
/// Requests for codes are kept for a day; the hour does not matter.
const LOGINS_EVERY: Duration = Duration::from_secs(10 * 60);

/// What the host was told is kept for a week; the hour does not matter.
const NOTICES_EVERY: Duration = Duration::from_secs(10 * 60);

/// What is not in the index of words is read by each search: a busy server collects a few ten
/// thousand messages until then, read in a tenth of a second.
const WORDS_EVERY: Duration = Duration::from_secs(5);

/// Starts all jobs on `tracker`, until `stop`. Without a mailer mails stay in the outbox and
/// expire there (a host with its own users sends none).
pub(crate) fn start(
    services: &Arc<Services>,
    mail: Option<(Arc<dyn Mailer>, Templates)>,
    tracker: &TaskTracker,
    stop: &CancellationToken,
) {
    if let Some((mailer, templates)) = mail {
        let deliver_mail = DeliverMail::new(Arc::clone(services), mailer, templates);
        tracker.spawn(deliver_mail.run(stop.clone()));
    }
    if services.storage.host_schema().is_some() {
        tracker.spawn(send_staged::run(Arc::clone(services), stop.clone()));
    }
    for chore in [
        Chore::ExpireSessions,
        Chore::SweepUploads,
        Chore::SweepBlobs,
        Chore::ForgetLogins,
        Chore::ForgetNotices,
        Chore::IndexWords,
    ] {
        tracker.spawn(repeat(chore, Arc::clone(services), stop.clone()));
    }
}

/// What is done from time to time.
#[derive(Clone, Copy, Debug)]
enum Chore {
    ExpireSessions,
    SweepUploads,
    SweepBlobs,
    ForgetLogins,
    ForgetNotices,
    IndexWords,
}

impl Chore {
    const fn period(self) -> Duration {
        match self {
            Self::ExpireSessions => SESSIONS_EVERY,
            Self::SweepUploads => UPLOADS_EVERY,
            Self::SweepBlobs => BLOBS_EVERY,
            Self::ForgetLogins => LOGINS_EVERY,
            Self::ForgetNotices => NOTICES_EVERY,
            Self::IndexWords => WORDS_EVERY,
        }
    }

    async fn run_once(self, services: &Services) -> Result<(), ServiceError> {
        match self {
            Self::ExpireSessions => expire_sessions(services).await.map(|_| ()),
            Self::SweepUploads => sweep_uploads(services).await.map(|_| ()),
            Self::SweepBlobs => sweep_blobs(services).await.map(|_| ()),
            Self::ForgetLogins => forget_logins(services).await.map(|_| ()),
            Self::ForgetNotices => {
                let before_ms = services.clock.now_ms() - NOTICES_KEPT_MS;
                services.forget_notices(before_ms).await.map(|_| ())
            }
            Self::IndexWords => index_words(services).await.map(|_| ()),
        }
    }
}

/// Does a chore now and then again and again, until `stop`.
async fn repeat(chore: Chore, services: Arc<Services>, stop: CancellationToken) {
    let mut ticks = tokio::time::interval(chore.period());
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    while stop.run_until_cancelled(ticks.tick()).await.is_some() {
        let done = chore.run_once(&services).await;
        match &done {
            Ok(()) => services.metrics.jobs_done.add(1),
            Err(_) => services.metrics.jobs_failed.add(1),
        }
        if let Err(error) = done {
            tracing::warn!(?chore, %error, "a job failed and will run again");
        }
    }
}

#[cfg(test)]
mod tests;
