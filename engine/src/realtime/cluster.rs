//! Several nodes: the commits of all of them, in one order, to the sockets of this one.
//!
//! ```text
//!   commit 41 here ──▶ delivery ──┬─▶ broker ─────────────▶ the other nodes
//!                                 ▼
//!   commit 42 elsewhere ─ broker ─▶ applier: 41, 42, 43 … ──▶ hub ──▶ sockets of this node
//!                                 ▲          │ 43 is missing
//!                        tail ────┘◀─────────┘
//!        asks storage what was missed: memberships are set right, clients are told to catch up
//! ```
//!
//! **A replicated log.** Writers of storage come one after another on all nodes together, and the
//! change numbers they draw are dense. So a node that has applied 1 to 40 knows that 41 is next:
//! what comes too early waits, what comes twice is dropped, and what does not come is missed. Every
//! socket hears commits in their order, wherever they were made.
//!
//! **The broker is only speed.** A change that does not come within a moment, or that storage has
//! and nobody spoke of, is *healed*: [`tail`] reads from storage what the missing commits touched,
//! puts the memberships of live sockets as they are there, and sends `catch_up` to the sockets
//! concerned. A node that dies between commit and publish, a broker that is stopped, flushed or cut
//! off, a message too many: all the same hole, closed the same way, within seconds.
//!
//! **Authorised at delivery** stays exact. Memberships change by deliveries in order, or by healing
//! up to a number; nothing with a later number is delivered before. So a removed member hears
//! nothing later than the removal on any node, however messages are lost, repeated or mixed up.
//!
//! **What has no number** (the end of a session, typing, who is online) is applied when it comes.
//! Ends of sessions that were lost are found by asking storage from time to time, who is online by
//! comparing what nodes say ([`nodes`]); typing is over by itself.

mod applier;
mod codec;
mod listen;
mod nodes;
mod tail;
#[cfg(test)]
mod tests;

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use relaychat_protocol::{ChatId, UserId};
use tokio::sync::Notify;
use uuid::Uuid;

use super::{Hub, Realtime, delivery::Delivery};
use crate::{
    broker::Broker,
    config::ClusterConfig,
    domain::event::{Committed, Event},
    services::EventSink,
};
use applier::Applier;
use codec::Message;
pub(super) use nodes::digest;

/// What this node shares with the others.
#[derive(Debug)]
pub(crate) struct Cluster {
    hub: Arc<Hub>,
    broker: Arc<dyn Broker>,
    /// One for each history of changes: a restored backup is another one, and so is another
    /// database on the same broker.
    topic: String,
    /// Names this node until it ends. Never the same twice.
    node_id: Uuid,
    config: ClusterConfig,
    applier: Mutex<Applier>,
    /// Whether the broker can be heard.
    is_connected: AtomicBool,
    /// Woken when a change is missing.
    gap: Notify,
    /// Woken when storage should be asked soon.
    look: Notify,
}

/// Where a cluster begins.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Origin {
    /// Names the history of changes.
    pub(crate) epoch: Uuid,
    /// The newest change: sockets that connect from here on have it.
    pub(crate) change: u64,
    /// Names this node.
    pub(crate) node_id: Uuid,
}

impl Cluster {
    /// This node's end of the cluster. Nothing is heard before [`Self::start`].
    pub(crate) fn new(
        hub: Arc<Hub>,
        broker: Arc<dyn Broker>,
        config: ClusterConfig,
        origin: Origin,
    ) -> Self {
        hub.join_cluster(origin.change);
        Self {
            hub,
            broker,
            topic: format!("{}:events", origin.epoch.simple()),
            node_id: origin.node_id,
            config,
            applier: Mutex::new(Applier::new(origin.change)),
            is_connected: AtomicBool::new(false),
            gap: Notify::new(),
            look: Notify::new(),
        }
    }

    /// Listens to the others from here on.
    pub(super) fn start(self: &Arc<Self>, realtime: &Realtime) {
        let tasks = &realtime.lifecycle.tasks;
        tasks.spawn(listen::run(Arc::clone(self), realtime.clone()));
        tasks.spawn(tail::run(Arc::clone(self), realtime.clone()));
    }

    /// Somebody on this node types, or has stopped.
    pub(super) fn typing(&self, chat_id: ChatId, user_id: UserId, expires_in_ms: u64) {
        self.send(&Message::Typing {
            chat_id,
            user_id,
            expires_in_ms,
        });
    }

    /// This node's sockets are gone for good.
    pub(super) fn leave(&self) {
        self.send(&Message::Bye);
    }

    /// Whether the broker can be heard.
    pub(super) fn is_connected(&self) -> bool {
        self.is_connected.load(Ordering::Relaxed)
    }

    fn set_connected(&self, is_connected: bool) {
        self.is_connected.store(is_connected, Ordering::Relaxed);
    }

    fn send(&self, message: &Message) {
        self.broker
            .publish(&self.topic, codec::encode(self.node_id, message));
    }

    /// Puts a delivery into its place.
    fn offer(&self, delivery: Delivery) {
        let has_gap = self.lock().offer(delivery, &self.hub);
        if has_gap {
            self.gap.notify_one();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Applier> {
        self.applier.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn gap_wait(&self) -> Duration {
        Duration::from_millis(self.config.gap_ms)
    }
}

impl EventSink for Cluster {
    fn publish(&self, committed: Committed) {
        let Committed { change, events } = committed;
        let (ended, events): (Vec<Event>, Vec<Event>) = events
            .into_iter()
            .partition(|event| matches!(event, Event::SessionEnded { .. }));
        if !ended.is_empty() {
            let delivery = Delivery::of(&Committed {
                change: 0,
                events: ended,
            });
            self.hub.deliver(&delivery);
            self.send(&Message::Delivery(delivery));
        }
        if change > 0 {
            let delivery = Delivery::of(&Committed { change, events });
            let message = Message::Delivery(delivery);
            let bytes = codec::encode(self.node_id, &message);
            if bytes.len() <= codec::MESSAGE_BYTES_MAX {
                self.broker.publish(&self.topic, bytes);
            } else {
                // The others find it in storage, which holds it in pages.
                self.send(&Message::Look);
            }
            if let Message::Delivery(delivery) = message {
                self.offer(delivery);
            }
        }
    }

    fn wants_notes(&self) -> bool {
        true
    }

    fn wake_jobs(&self) {
        self.send(&Message::Jobs);
    }
}
