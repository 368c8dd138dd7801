//! What the other nodes say, and what this one has to say from time to time.

use std::{sync::Arc, time::Duration};

use tokio::time::{Instant, MissedTickBehavior};

use super::{
    Cluster,
    codec::{self, Message},
    nodes::{Nodes, Said},
};
use crate::{
    broker::Signal,
    realtime::{Realtime, delivery::Step},
};

/// How often to tell who came and went: one message for all of them, soon enough for an eye.
const PRESENCE_EVERY: Duration = Duration::from_millis(100);

/// Runs until the engine stops.
pub(super) async fn run(cluster: Arc<Cluster>, realtime: Realtime) {
    let stopping = realtime.lifecycle.stopping.clone();
    let mut subscription = cluster.broker.subscribe(&cluster.topic);
    let mut ticks = tokio::time::interval(PRESENCE_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut listening = Listening {
        nodes: Nodes::new(cluster.config.clone()),
        next_heartbeat: Instant::now(),
        cluster,
        realtime,
    };
    loop {
        tokio::select! {
            signal = subscription.next() => match signal {
                Some(signal) => listening.hear(signal),
                None => return,
            },
            _ = ticks.tick() => listening.tick(),
            () = stopping.cancelled() => return,
        }
    }
}

struct Listening {
    cluster: Arc<Cluster>,
    realtime: Realtime,
    nodes: Nodes,
    next_heartbeat: Instant,
}

impl Listening {
    fn hear(&mut self, signal: Signal) {
        match signal {
            Signal::Message(bytes) => {
                if let Some((node_id, message)) = codec::decode(bytes)
                    && node_id != self.cluster.node_id
                {
                    self.understand(node_id, message);
                }
            }
            Signal::Connected => {
                self.nodes.set_connected(true);
                self.cluster.set_connected(true);
                // Whatever was said meanwhile was not heard, on both sides.
                self.cluster.send(&Message::Ask(uuid::Uuid::nil()));
                self.tell_roster();
                self.cluster.look.notify_one();
            }
            Signal::Disconnected => {
                self.nodes.set_connected(false);
                self.cluster.set_connected(false);
                self.cluster.look.notify_one();
            }
            Signal::Missed => self.cluster.look.notify_one(),
        }
    }

    fn understand(&mut self, node_id: uuid::Uuid, message: Message) {
        let cluster = &self.cluster;
        match message {
            Message::Delivery(delivery) if delivery.change == 0 => {
                for step in &delivery.steps {
                    if let Step::SessionEnded(session_id) = step {
                        self.realtime.services.forget_session(*session_id);
                    }
                }
                cluster.hub.deliver(&delivery);
            }
            Message::Delivery(delivery) => cluster.offer(delivery),
            Message::Look => cluster.look.notify_one(),
            Message::Typing {
                chat_id,
                user_id,
                expires_in_ms,
            } => cluster.hub.remote_typing(chat_id, user_id, expires_in_ms),
            Message::Jobs => self.realtime.services.mail_waiting.notify_one(),
            Message::Ask(asked) => {
                if asked.is_nil() || asked == cluster.node_id {
                    self.tell_roster();
                }
            }
            Message::Bye => self.forget(node_id, false),
            Message::Heartbeat { count, digest } => {
                if self.nodes.heartbeat(node_id, count, digest) {
                    cluster.send(&Message::Ask(node_id));
                }
            }
            Message::Online(users) => self.changed(node_id, Said::Online(users)),
            Message::Offline(users) => self.changed(node_id, Said::Offline(users)),
            Message::Roster(users) => self.changed(node_id, Said::Roster(users)),
        }
    }

    /// Somebody came to another node or left it.
    fn changed(&mut self, node_id: uuid::Uuid, said: Said) {
        let (came, left) = self.nodes.hear(node_id, said);
        let now_ms = self.realtime.services.clock.now_ms();
        self.cluster.hub.remote_arrive(&came);
        self.cluster.hub.remote_depart(&left, now_ms, false);
    }

    /// Another node is gone. If it died, nobody but the others can note when its people were seen.
    fn forget(&mut self, node_id: uuid::Uuid, is_dead: bool) {
        let now_ms = self.realtime.services.clock.now_ms();
        let users = self.nodes.forget(node_id);
        self.cluster.hub.remote_depart(&users, now_ms, is_dead);
    }

    fn tick(&mut self) {
        let report = self.cluster.hub.presence_report();
        if !report.came.is_empty() {
            self.cluster.send(&Message::Online(report.came));
        }
        if !report.left.is_empty() {
            self.cluster.send(&Message::Offline(report.left));
        }
        let now = Instant::now();
        if now >= self.next_heartbeat {
            self.next_heartbeat = now + Duration::from_millis(self.cluster.config.heartbeat_ms);
            self.cluster.send(&Message::Heartbeat {
                count: report.count,
                digest: report.digest,
            });
        }
        for node_id in self.nodes.dead(now) {
            tracing::info!(%node_id, "a node has not been heard of and counts as gone");
            self.forget(node_id, true);
        }
    }

    fn tell_roster(&self) {
        let users = self.cluster.hub.online_here();
        self.cluster.send(&Message::Roster(users));
    }
}
