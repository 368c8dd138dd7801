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

mod claiming;
mod health;
mod settling;
mod telling;

use std::{collections::HashMap, sync::Arc, time::Duration};

use tokio::{task::JoinSet, time::Instant};
use tokio_util::sync::CancellationToken;

use self::{
    claiming::{claim, groups},
    settling::settle,
    telling::{Outcome, Target, Teller},
};
use crate::{
    domain::notice::Notice,
    services::{Presence, ServiceError, Services},
    webhooks::Poster,
};

/// Chats of which one listener is told at once.
const GROUPS_PER_LISTENER: usize = 16;
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

impl TellHost {
    pub(crate) fn new(
        services: Arc<Services>,
        presence: Arc<dyn Presence>,
        poster: Poster,
    ) -> Self {
        Self {
            teller: Arc::new(Teller::new(services, presence, poster)),
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
            let outbox = self.teller.services().outbox.clone();
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
        let services = Arc::clone(self.teller.services());
        let now_ms = services.clock.now_ms();
        if self.done.is_empty() && !self.has_due(now_ms).await? {
            return Ok(());
        }
        let mut transaction = services.storage.begin().await?;
        // Nobody is told at an address, or signed with a secret, that was changed before the claim.
        services.outbox.renew(&mut *transaction).await?;
        let targets = self.targets();
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
        let outbox = &self.teller.services().outbox;
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

    /// Whether there is something to be told now. Learns here of webhooks that were made elsewhere.
    async fn has_due(&self, now_ms: i64) -> Result<bool, ServiceError> {
        let services = self.teller.services();
        let mut snapshot = services.storage.snapshot().await?;
        services.outbox.catch_up(&mut *snapshot).await?;
        for target in self.targets() {
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
        let services = self.teller.services();
        let now_ms = services.clock.now_ms();
        let mut transaction = services.storage.begin().await?;
        for (notice, outcome) in &self.done {
            settle(&mut *transaction, notice, outcome, now_ms).await?;
        }
        transaction.commit(Box::new(|_| {})).await?;
        Ok(())
    }
}
