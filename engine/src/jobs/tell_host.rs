//! Tells the host what happened: its after hooks, and its webhooks.
//!
//! ```text
//!   notice ──claim──▶ told by a task ──┬─ taken: a hook's is removed, a webhook's kept for a week
//!     ▲    (commit)                    ├─ not taken: due again after a back-off
//!     └──── lease over (a crash) ──────┴─ the last attempt failed: given up, logged
//! ```
//!
//! **At least once, never twice at once.** A claim is a commit before anybody is told, and writers
//! come one after another, so two nodes never tell one notice at the same time; after a crash the
//! lease runs out and it is told again. The id of the event stays the same.
//!
//! **Order.** Notices of one chat are first told to a listener in the order of the commits, one
//! after another, over all nodes. One that is not taken is tried again later and holds up nobody:
//! what comes after it is told meanwhile. Notices of different chats are told side by side.
//!
//! **Nobody waits for a broken listener.** Each has its own share of what is told at once.
//!
//! What became of notices is written down many at a time, in the transaction that claims the next.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use relaychat_protocol::{ChatId, rest::webhooks::HostEvent};
use tokio::{task::JoinSet, time::Instant};
use tokio_util::sync::CancellationToken;

use crate::{
    domain::{
        notice::{Listener, Notice, NoticeState},
        webhook::Webhook,
    },
    hooks::AfterHook,
    services::{Presence, ServiceError, Services},
    storage::{DueNotices, Transaction},
    webhooks::{Post, Posted, Poster},
};

/// How long to wait after each failed attempt. A receiver that restarts is back in seconds; one that
/// is down for a weekend is told when it is back. All together some three days.
const BACK_OFF_MS: [i64; 18] = [
    5_000,
    30_000,
    2 * MINUTE_MS,
    10 * MINUTE_MS,
    30 * MINUTE_MS,
    HOUR_MS,
    3 * HOUR_MS,
    6 * HOUR_MS,
    6 * HOUR_MS,
    6 * HOUR_MS,
    6 * HOUR_MS,
    6 * HOUR_MS,
    6 * HOUR_MS,
    6 * HOUR_MS,
    6 * HOUR_MS,
    6 * HOUR_MS,
    6 * HOUR_MS,
    7 * HOUR_MS,
];
const MINUTE_MS: i64 = 60 * 1_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
/// A webhook that took nothing for so long, and gave up on something, is switched off.
const DEAD_AFTER_MS: i64 = 72 * HOUR_MS;
/// How long a claim lasts: several attempts, one after another.
const LEASE_MS: i64 = 120_000;
/// How long a claim is made use of: an attempt that begins then still ends within the lease.
const LEASE_USE: Duration = Duration::from_secs(80);
/// How long a hook may take: it may talk to a push service.
const HOOK_TIMEOUT: Duration = Duration::from_secs(30);
/// Chats of which one listener is told at once.
const GROUPS_PER_LISTENER: usize = 16;
/// Notices claimed for one listener at once.
const CLAIMED_AT_ONCE: u32 = 64;
/// Of these, those that failed before: they never take all the room.
const AGAIN_AT_ONCE: u32 = 16;
/// How often to look for what other nodes have noted, and for what is due again.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// How long what is under way may take when the engine ends; the rest is told again later.
const LAST_TIMEOUT: Duration = Duration::from_secs(3);

/// The job.
#[derive(Debug)]
pub(crate) struct TellHost {
    teller: Arc<Teller>,
    running: JoinSet<(String, Vec<(Notice, Outcome)>)>,
    /// How many groups each listener is being told.
    busy: HashMap<String, usize>,
    /// What has been told and is to be written down.
    done: Vec<(Notice, Outcome)>,
}

/// What a task needs that tells.
#[derive(Debug)]
struct Teller {
    services: Arc<Services>,
    presence: Arc<dyn Presence>,
    poster: Poster,
}

/// Somebody who can be told now.
#[derive(Clone, Debug)]
enum Target {
    Hook(AfterHook),
    Webhook(Webhook),
}

impl Target {
    fn listener(&self) -> String {
        match self {
            Self::Hook(hook) => Listener::Hook(hook.name.clone()).to_string(),
            Self::Webhook(webhook) => Listener::Webhook(webhook.id).to_string(),
        }
    }
}

/// What became of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Outcome {
    /// A hook took it.
    TakenByHook,
    /// A webhook took it, and said this.
    Taken(u16),
    /// It was not taken.
    Failed(String),
    /// The webhook wants nothing more.
    Gone,
    /// It was not tried: the lease was too short.
    Untried,
}

impl TellHost {
    pub(crate) fn new(
        services: Arc<Services>,
        presence: Arc<dyn Presence>,
        poster: Poster,
    ) -> Self {
        Self {
            teller: Arc::new(Teller {
                services,
                presence,
                poster,
            }),
            running: JoinSet::new(),
            busy: HashMap::new(),
            done: Vec::new(),
        }
    }

    /// Tells what is noted, until `stop`.
    pub(crate) async fn run(mut self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            if let Err(error) = self.round().await {
                tracing::warn!(%error, "what the host is to be told cannot be read, and will be again");
                tokio::time::sleep(LOOK_EVERY).await;
            }
            let outbox = self.teller.services.outbox.clone();
            tokio::select! {
                () = stop.cancelled() => break,
                Some(told) = self.running.join_next() => self.note_done(told),
                () = outbox.noted() => {}
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
        }
        self.finish().await;
    }

    /// Writes down what was told, and begins to tell what is due, as far as there is room.
    async fn round(&mut self) -> Result<(), ServiceError> {
        while let Some(told) = self.running.try_join_next() {
            self.note_done(told);
        }
        let targets: Vec<Target> = self.targets();
        let services = Arc::clone(&self.teller.services);
        let now_ms = services.clock.now_ms();
        let has_due = self.has_due(&targets, now_ms).await?;
        if self.done.is_empty() && !has_due {
            return Ok(());
        }
        let mut transaction = services.storage.begin().await?;
        let mut has_ended = false;
        for (notice, outcome) in &self.done {
            has_ended |= settle(&mut *transaction, notice, outcome, now_ms).await?;
        }
        let mut claimed = Vec::new();
        for target in targets {
            let notices = claim(&mut *transaction, &target.listener(), now_ms).await?;
            claimed.push((target, notices));
        }
        transaction.commit(Box::new(|_| {})).await?;
        self.done.clear();
        if has_ended {
            services.outbox.refresh(&*services.storage).await?;
        }
        for (target, notices) in claimed {
            self.tell(&target, notices);
        }
        Ok(())
    }

    /// Who can be told something now.
    fn targets(&self) -> Vec<Target> {
        let outbox = &self.teller.services.outbox;
        let hooks = outbox.hooks().iter().cloned().map(Target::Hook);
        let webhooks = outbox.webhooks();
        let webhooks = webhooks.iter().filter(|webhook| webhook.disabled.is_none());
        let webhooks = webhooks.cloned().map(Target::Webhook);
        let has_room = |target: &Target| {
            let busy = self.busy.get(&target.listener()).copied();
            busy.unwrap_or_default() < GROUPS_PER_LISTENER
        };
        hooks.chain(webhooks).filter(has_room).collect()
    }

    async fn has_due(&self, targets: &[Target], now_ms: i64) -> Result<bool, ServiceError> {
        if targets.is_empty() {
            return Ok(false);
        }
        let mut snapshot = self.teller.services.storage.snapshot().await?;
        for target in targets {
            let listener = target.listener();
            let due_at_ms = snapshot.notices().next_due_at_ms(&listener).await?;
            if due_at_ms.is_some_and(|due_at_ms| due_at_ms <= now_ms) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Begins to tell: those of one chat one after another.
    fn tell(&mut self, target: &Target, notices: Vec<Notice>) {
        let listener = target.listener();
        for group in groups(notices) {
            *self.busy.entry(listener.clone()).or_default() += 1;
            let teller = Arc::clone(&self.teller);
            let (listener, target) = (listener.clone(), target.clone());
            self.running
                .spawn(async move { (listener, teller.tell_all(&target, group).await) });
        }
    }

    fn note_done(
        &mut self,
        told: Result<(String, Vec<(Notice, Outcome)>), tokio::task::JoinError>,
    ) {
        // Only a defect of our own ends a task so; its notices are told again after their lease.
        let Ok((listener, outcomes)) = told else {
            tracing::error!("a task that tells the host panicked");
            return;
        };
        if let Some(busy) = self.busy.get_mut(&listener) {
            *busy = busy.saturating_sub(1);
        }
        self.done.extend(outcomes);
    }

    /// Writes down what ends within a moment.
    async fn finish(&mut self) {
        let deadline = Instant::now() + LAST_TIMEOUT;
        while let Ok(Some(told)) = tokio::time::timeout_at(deadline, self.running.join_next()).await
        {
            self.note_done(told);
        }
        if self.done.is_empty() {
            return;
        }
        if let Err(error) = self.settle_all().await {
            tracing::warn!(%error, "what the host was told is not written down: it is told again");
        }
    }

    async fn settle_all(&mut self) -> Result<(), ServiceError> {
        let services = &self.teller.services;
        let now_ms = services.clock.now_ms();
        let mut transaction = services.storage.begin().await?;
        for (notice, outcome) in &self.done {
            settle(&mut *transaction, notice, outcome, now_ms).await?;
        }
        transaction.commit(Box::new(|_| {})).await?;
        Ok(())
    }
}

impl Teller {
    /// Tells notices one after another, for as long as the claim is good.
    async fn tell_all(&self, target: &Target, notices: Vec<Notice>) -> Vec<(Notice, Outcome)> {
        let started = Instant::now();
        let mut outcomes = Vec::with_capacity(notices.len());
        for notice in notices {
            let outcome = if started.elapsed() < LEASE_USE {
                self.tell(target, &notice).await
            } else {
                Outcome::Untried
            };
            outcomes.push((notice, outcome));
        }
        outcomes
    }

    async fn tell(&self, target: &Target, notice: &Notice) -> Outcome {
        match target {
            Target::Hook(hook) => match self.tell_hook(hook, notice).await {
                Ok(()) => Outcome::TakenByHook,
                Err(why) => Outcome::Failed(why),
            },
            Target::Webhook(webhook) => self.tell_webhook(webhook, notice).await,
        }
    }

    async fn tell_hook(&self, hook: &AfterHook, notice: &Notice) -> Result<(), String> {
        let event: HostEvent =
            serde_json::from_str(&notice.body).map_err(|error| error.to_string())?;
        let recipients = self.services.recipients(&event.what, &*self.presence);
        let recipients = recipients.await.map_err(|error| error.to_string())?;
        hook.tell(event, recipients, HOOK_TIMEOUT).await
    }

    async fn tell_webhook(&self, webhook: &Webhook, notice: &Notice) -> Outcome {
        let now_ms = self.services.clock.now_ms();
        let id = notice.event_id.to_string();
        let post = Post {
            url: &webhook.url,
            id: &id,
            body: &notice.body,
            timestamp_s: now_ms.div_euclid(1_000),
        };
        match self.poster.post(post, webhook.secrets(now_ms)).await {
            Posted::Taken(status) => Outcome::Taken(status),
            Posted::Gone => Outcome::Gone,
            Posted::Failed(why) => Outcome::Failed(why),
        }
    }
}

/// Notices of one chat together, in their order; each of the others alone.
fn groups(notices: Vec<Notice>) -> Vec<Vec<Notice>> {
    let mut groups: Vec<Vec<Notice>> = Vec::new();
    let mut places: HashMap<ChatId, usize> = HashMap::new();
    for notice in notices {
        let place = notice.chat_id.and_then(|id| places.get(&id).copied());
        match place {
            Some(place) => groups[place].push(notice),
            None => {
                if let Some(chat_id) = notice.chat_id {
                    places.insert(chat_id, groups.len());
                }
                groups.push(vec![notice]);
            }
        }
    }
    groups
}

/// Claims notices of a listener: some that are due again, then new ones in their order. Those of a
/// chat that is being told wait, here and on every node.
async fn claim(
    transaction: &mut dyn Transaction,
    listener: &str,
    now_ms: i64,
) -> Result<Vec<Notice>, ServiceError> {
    let claimed = transaction.notices().list_claimed_chats(listener, now_ms);
    let claimed: HashSet<ChatId> = claimed.await?.into_iter().collect();
    let mut due = transaction
        .notices()
        .list_due(listener, DueNotices::New, CLAIMED_AT_ONCE)
        .await?;
    let again = DueNotices::Again(now_ms);
    let again = transaction
        .notices()
        .list_due(listener, again, AGAIN_AT_ONCE);
    due.extend(again.await?);
    due.retain(|notice| notice.chat_id.is_none_or(|id| !claimed.contains(&id)));
    due.sort_by_key(|notice| notice.number);
    for notice in &due {
        let claimed = Notice {
            due_at_ms: now_ms + LEASE_MS,
            claimed_until_ms: now_ms + LEASE_MS,
            ..notice.clone()
        };
        transaction.notices().update(&claimed).await?;
    }
    Ok(due)
}

/// Writes down what became of a notice. Tells whether its webhook was switched off by it.
async fn settle(
    transaction: &mut dyn Transaction,
    notice: &Notice,
    outcome: &Outcome,
    now_ms: i64,
) -> Result<bool, ServiceError> {
    let tried = |state, said: &str| Notice {
        state,
        attempts: notice.attempts.saturating_add(1),
        claimed_until_ms: 0,
        outcome: Some(said.to_owned()),
        tried_at_ms: Some(now_ms),
        ..notice.clone()
    };
    let is_hook = notice.listener.starts_with("hook:");
    match outcome {
        Outcome::TakenByHook => {
            transaction.notices().remove(notice.number).await?;
            Ok(false)
        }
        Outcome::Taken(status) => {
            let told = tried(NoticeState::Told, &status.to_string());
            transaction.notices().update(&told).await?;
            note_health(transaction, &notice.listener, &Health::Well, now_ms).await
        }
        // As it was before the claim.
        Outcome::Untried => {
            transaction.notices().update(notice).await?;
            Ok(false)
        }
        Outcome::Gone => {
            let held = tried(NoticeState::Held, "410");
            transaction.notices().update(&held).await?;
            note_health(transaction, &notice.listener, &Health::Gone, now_ms).await
        }
        Outcome::Failed(why) => {
            let attempt = usize::try_from(notice.attempts).unwrap_or(usize::MAX);
            let Some(wait_ms) = BACK_OFF_MS.get(attempt) else {
                log_given_up(notice, why);
                if is_hook {
                    transaction.notices().remove(notice.number).await?;
                    return Ok(false);
                }
                let given_up = tried(NoticeState::GivenUp, why);
                transaction.notices().update(&given_up).await?;
                let health = Health::GaveUp;
                return note_health(transaction, &notice.listener, &health, now_ms).await;
            };
            log_delayed(notice, why, *wait_ms);
            let delayed = Notice {
                due_at_ms: now_ms + wait_ms,
                ..tried(NoticeState::Waiting, why)
            };
            transaction.notices().update(&delayed).await?;
            note_health(transaction, &notice.listener, &Health::Failing, now_ms).await
        }
    }
}

/// What an attempt says about a webhook.
#[derive(Debug, PartialEq, Eq)]
enum Health {
    Well,
    Failing,
    GaveUp,
    Gone,
}

/// Notes how a webhook does, and switches it off when it is dead.
async fn note_health(
    transaction: &mut dyn Transaction,
    listener: &str,
    health: &Health,
    now_ms: i64,
) -> Result<bool, ServiceError> {
    let Some(id) = listener.strip_prefix("webhook:") else {
        return Ok(false);
    };
    let webhooks = transaction.webhooks().list().await?;
    let found = webhooks.into_iter().find(|one| one.id.to_string() == id);
    let Some(mut webhook) = found.filter(|webhook| webhook.disabled.is_none()) else {
        return Ok(false);
    };
    let before = webhook.clone();
    webhook.failing_since_ms = match health {
        Health::Well => None,
        _ => webhook.failing_since_ms.or(Some(now_ms)),
    };
    let is_dead = *health == Health::GaveUp
        && webhook
            .failing_since_ms
            .is_some_and(|since_ms| now_ms - since_ms >= DEAD_AFTER_MS);
    if is_dead || *health == Health::Gone {
        let why = if is_dead {
            "nothing was taken for three days"
        } else {
            "it answered 410"
        };
        tracing::warn!(webhook_id = %webhook.id, why, "a webhook was switched off");
        webhook.disabled = Some((now_ms, why.to_owned()));
        let (from, to) = (NoticeState::Waiting, NoticeState::Held);
        transaction.notices().move_all(listener, from, to).await?;
    }
    if webhook != before {
        transaction.webhooks().update(&webhook).await?;
    }
    Ok(webhook.disabled.is_some())
}

fn log_delayed(notice: &Notice, reason: &str, wait_ms: i64) {
    tracing::warn!(
        listener = notice.listener,
        event_id = %notice.event_id,
        attempts = notice.attempts + 1,
        retry_in_ms = wait_ms,
        reason,
        "the host did not take what it was told, and will be told again"
    );
}

fn log_given_up(notice: &Notice, reason: &str) {
    tracing::error!(
        listener = notice.listener,
        event_id = %notice.event_id,
        attempts = notice.attempts + 1,
        reason,
        "the host did not take what it was told, and will not be told again"
    );
}
