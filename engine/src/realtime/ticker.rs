//! One task for what is due on all sockets: pings, expired tokens, `token` frames, presence.
//!
//! A timer in every socket's task would cost each of them memory and wake-ups; walking over ten
//! thousand sockets four times a second costs about a thousandth of a core.

use std::time::Duration;

use relaychat_protocol::UserId;

use super::Realtime;

/// How often it looks: the error of every time that it keeps.
const TICK: Duration = Duration::from_millis(250);
/// Most people whose last-seen time is stored by one transaction.
const SEEN_PER_WRITE: usize = 500;

/// Runs until the engine stops.
pub(super) async fn run(realtime: Realtime) {
    let stopping = realtime.lifecycle.stopping.clone();
    let mut ticks = tokio::time::interval(TICK);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => tick(&realtime).await,
            () = stopping.cancelled() => return,
        }
    }
}

async fn tick(realtime: &Realtime) {
    let now_ms = realtime.services.clock.now_ms();
    let services = &realtime.services;
    let sent = realtime
        .hub
        .check_sockets(now_ms, |user_id, change, is_told_reads| {
            services.sync_token(user_id, change, is_told_reads)
        });
    services.metrics.frames_sent.add(sent);
    let seen = realtime.hub.check_presence(now_ms);
    store_last_seen(realtime, &seen).await;
}

/// Stores when people were last connected. A failure is not repeated: the next time will be later.
pub(super) async fn store_last_seen(realtime: &Realtime, seen: &[(UserId, i64)]) {
    for part in seen.chunks(SEEN_PER_WRITE) {
        if let Err(error) = realtime.services.update_last_seen(part).await {
            tracing::warn!(%error, "cannot note when people were last seen");
        }
    }
}
