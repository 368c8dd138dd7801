//! The end of the log in storage: is there anything that nobody spoke of?
//!
//! Asked every two seconds (every second while the broker is away), and when a change is missing.
//! What was missed is healed: read from storage, set right in the hub, and told by `catch_up`.

use std::{sync::Arc, time::Duration};

use tokio::time::{Instant, MissedTickBehavior};

use super::Cluster;
use crate::{
    realtime::{Realtime, hub::Healed},
    services::{Missed, ServiceError},
};

/// How many times the wait for a gap a commit that storage shows may take to be told: its node has
/// yet to get from the commit to the broker, maybe on a busy machine.
const TOLD_WITHIN: u32 = 5;

/// Runs until the engine stops.
pub(super) async fn run(cluster: Arc<Cluster>, realtime: Realtime) {
    let stopping = realtime.lifecycle.stopping.clone();
    let recheck = Duration::from_millis(cluster.config.recheck_sessions_ms);
    let mut rechecks = tokio::time::interval_at(Instant::now() + recheck, recheck);
    rechecks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let tail = Tail { cluster, realtime };
    loop {
        let checked = tokio::select! {
            () = tokio::time::sleep(tail.pause()) => tail.look().await,
            () = tail.cluster.look.notified() => tail.look().await,
            () = tail.cluster.gap.notified() => tail.wait_for_gap().await,
            _ = rechecks.tick() => tail.recheck_sessions().await,
            () = stopping.cancelled() => return,
        };
        if let Err(error) = checked {
            tracing::warn!(%error, "cannot ask storage what other nodes did, and will again");
        }
    }
}

struct Tail {
    cluster: Arc<Cluster>,
    realtime: Realtime,
}

impl Tail {
    fn pause(&self) -> Duration {
        let config = &self.cluster.config;
        let pause_ms = if self.cluster.is_connected() {
            config.tail_ms
        } else {
            config.tail_alone_ms
        };
        Duration::from_millis(pause_ms)
    }

    /// Compares what storage has with what was told; heals what stays missing.
    async fn look(&self) -> Result<(), ServiceError> {
        let current = self.realtime.services.current_change().await?;
        if self.applied() >= current {
            return Ok(());
        }
        if self.cluster.is_connected() {
            tokio::time::sleep(self.cluster.gap_wait() * TOLD_WITHIN).await;
        }
        if self.applied() < current {
            self.heal().await?;
        }
        Ok(())
    }

    /// Heals the gap unless it closes in time.
    async fn wait_for_gap(&self) -> Result<(), ServiceError> {
        let gap_since = || self.cluster.lock().gap_since();
        while let Some(since) = gap_since() {
            let due = since + self.cluster.gap_wait();
            if Instant::now() >= due {
                return self.heal().await;
            }
            tokio::time::sleep_until(due).await;
        }
        Ok(())
    }

    async fn heal(&self) -> Result<(), ServiceError> {
        let services = &self.realtime.services;
        let since = self.applied();
        let missed = match services.missed_since(since).await? {
            Missed::Known(known) => Healed::Known(known),
            Missed::TooMuch => {
                let users = self.cluster.hub.online_here();
                let watched = self.cluster.hub.all_watched();
                Healed::Everything(services.chats_of(&users, &watched).await?)
            }
        };
        let change = missed.change();
        let is_healed = self.cluster.lock().heal(&missed, &self.cluster.hub);
        if is_healed {
            tracing::debug!(since, change, "what was not told was read from storage");
        }
        Ok(())
    }

    /// Cuts off sessions whose end was not told, and has everybody looked up anew.
    async fn recheck_sessions(&self) -> Result<(), ServiceError> {
        let services = &self.realtime.services;
        services.forget_live_sessions();
        let sessions = self.cluster.hub.sessions();
        let ended = services.ended_sessions(sessions).await?;
        self.cluster.hub.end_sessions(&ended);
        Ok(())
    }

    fn applied(&self) -> u64 {
        self.cluster.lock().applied()
    }
}
