//! The socket: live events, commands, typing and presence over `GET /v1/ws`.
//!
//! ```text
//!   handshake ──▶ hello ──▶ connection ◀──▶ socket (the seam to the wire)
//!   (HTTP: who    (first    (commands,           ▲
//!    may open)     frame,    answers)            │ batches
//!                  resume)      │ register    outbox (one per socket, bounded)
//!                               ▼                ▲
//!                    services ─ publish ─▶ hub ──┘  ◀── ticker (pings, expiry, tokens, presence)
//! ```
//!
//! `openapi/realtime.md` tells the same from outside. Nothing here decides who may do what, and
//! nothing here reads storage: use cases do.

mod cluster;
mod commands;
mod connection;
mod delivery;
mod frames;
mod handshake;
mod hello;
mod hub;
mod limits;
mod outbox;
mod socket;
mod ticker;

use std::{ops::Deref, sync::Arc, time::Duration};

use axum::{Router, routing::any};
use relaychat_protocol::frames::close_code;

pub(crate) use cluster::{Cluster, Origin};
pub(crate) use hub::{Hub, HubSettings};

use crate::{config::Config, lifecycle::Lifecycle, services::Services};
use limits::IpSlots;
use outbox::Close;

/// Where sockets open.
pub(crate) const PATH: &str = "/v1/ws";
/// The server is about to stop.
const DRAINING: Close = Close {
    code: close_code::DRAINING,
    reason: "the server is restarting",
};
/// How long sockets may take to close after they were told: their last writes and their goodbye.
const SOCKETS_TIMEOUT: Duration = Duration::from_secs(4);

/// Everything a socket needs. Cheap to clone: a socket holds one.
#[derive(Clone, Debug)]
pub(crate) struct Realtime(Arc<Inner>);

#[derive(Debug)]
pub(crate) struct Inner {
    services: Arc<Services>,
    hub: Arc<Hub>,
    /// None: this node is alone.
    cluster: Option<Arc<Cluster>>,
    config: Arc<Config>,
    lifecycle: Lifecycle,
    ip_slots: IpSlots,
}

impl Deref for Realtime {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Realtime {
    /// The realtime part of an engine, without sockets yet.
    pub(crate) fn new(
        services: Arc<Services>,
        (hub, cluster): (Arc<Hub>, Option<Arc<Cluster>>),
        config: Arc<Config>,
        lifecycle: Lifecycle,
    ) -> Self {
        Self(Arc::new(Inner {
            ip_slots: IpSlots::new(config.limits.sockets_per_ip),
            services,
            hub,
            cluster,
            config,
            lifecycle,
        }))
    }

    /// `GET /v1/ws`. Any method comes here, so that each gets the documented answer.
    pub(crate) fn router(&self) -> Router {
        Router::new()
            .route(PATH, any(handshake::open))
            .with_state(self.clone())
    }

    /// Starts what is due from time to time.
    pub(crate) fn start(&self) {
        self.lifecycle.tasks.spawn(ticker::run(self.clone()));
        if let Some(cluster) = &self.cluster {
            cluster.start(self);
        }
    }

    /// How many sockets are authenticated and open.
    pub(crate) fn socket_count(&self) -> usize {
        self.hub.socket_count()
    }

    /// Whether the broker can be heard; `None` when this node is alone.
    pub(crate) fn is_broker_connected(&self) -> Option<bool> {
        Some(self.cluster.as_ref()?.is_connected())
    }

    /// Closes all sockets, spread over the drain window, and waits until they are gone; notes when
    /// everybody was last seen.
    pub(crate) async fn drain(&self) {
        let sockets = self.hub.sockets();
        let window_ms = self.config.realtime.drain_window_ms;
        let count = sockets.len().max(1) as u64;
        let started = tokio::time::Instant::now();
        let seen = self.hub.all_seen(self.services.clock.now_ms());
        for (place, outbox) in (0..).zip(&sockets) {
            let due = started + Duration::from_millis(window_ms * place / count);
            if due > tokio::time::Instant::now() {
                tokio::time::sleep_until(due).await;
            }
            outbox.close(DRAINING);
        }
        self.lifecycle.sockets.close();
        let ended = tokio::time::timeout(SOCKETS_TIMEOUT, self.lifecycle.sockets.wait()).await;
        if ended.is_err() {
            tracing::warn!("sockets that did not close were cut off");
        }
        if let Some(cluster) = &self.cluster {
            cluster.leave();
        }
        ticker::store_last_seen(self, &seen).await;
    }
}
