//! The hub: from one commit to every socket that may see it.
//!
//! ```text
//!   commit (one after another)                    hub (one lock)                sockets
//!  ───────────────────────────       ───────────────────────────────────       ──────────────────────
//!   storage: committed, change 41                                        ┌──▶ outbox ──▶ TCP
//!   services: publish(Committed) ──▶  for each event, in order:          │
//!                                      1. membership: subscribe or       ├──▶ outbox ──▶ TCP is full:
//!                                         unsubscribe live sockets       │     waits, its task writes
//!                                      2. audience of the event: a flat ─┤
//!                                         list of outboxes               │
//!                                      3. build and serialise the frame  └──▶ too much waits: closed
//!                                         once, write shared bytes            4508, nobody else notices
//!                                     published change := 41
//! ```
//!
//! **Order.** `publish` is called right after each commit and before the next one's. All of it
//! happens under one lock, so every outbox receives frames in commit order, and the *published
//! change* says how far every outbox has been told. A `token` frame carries exactly that number.
//!
//! **Nothing waits.** Pushing into an outbox never blocks: it is one write of bytes that all share,
//! and what the kernel does not take is left to the socket's task. A full one marks its socket as a
//! slow consumer and frees what it held. So the lock is held for about a microsecond a socket, the
//! writer of storage is never stopped by a reader, and no socket waits for another socket. While a
//! large room is told, the next commits gather; what one commit tells one chat leaves as one write.
//!
//! **Authorised at delivery.** Who is in a chat's list *is* the permission. Membership events change
//! the lists before any later event is delivered, so a removed member receives nothing with a later
//! number. A session that ends closes its sockets the same way.
//!
//! **Connecting without a hole.** A new socket (1) is registered under its user and buffers, so
//! membership events reach it; (2) its chats are read and subscribed; (3) sync is read from one
//! snapshot, together with the chats of that snapshot; (4) what was subscribed but is neither in the
//! snapshot nor was added by an event meanwhile is dropped again, with what was buffered for it;
//! (5) `ready` goes out, then the buffer, then live events. Everything committed before the
//! snapshot is in `ready`, everything after step 2 was buffered, and step 2 comes before the
//! snapshot. What is in both is a harmless repeat.
//!
//! **Coming back.** Whoever is certain to have missed nothing skips storage ([`recall`]): steps 2 and
//! 3 are then one look at what the hub has seen itself.
//!
//! **What the hub is not.** It reads no storage, knows no rule about who may do what, and stores
//! nothing: after a crash, clients resume from their tokens. One lock is enough for one process;
//! when it is not, chats can be split over several hubs without touching anything outside.

mod apart;
mod heal;
mod hidden;
mod presence;
mod publish;
mod recall;
mod registry;
mod remote;
#[cfg(test)]
mod tests;
mod typing;

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use relaychat_protocol::{ChatId, UserId};
use tokio::time::Instant;

use super::{
    delivery::{self, Delivery},
    outbox::{Bounds, Outbox, TokenPace},
};
use crate::services::Presence;
use crate::{config::Config, domain::event::Committed, services::EventSink};

use apart::Apart;
pub(crate) use heal::Healed;
use hidden::Hidden;
pub(crate) use presence::Status;
use publish::Run;
use recall::Recall;
pub(crate) use recall::{Reading, Resumed};

/// Times and bounds of the hub.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HubSettings {
    pub(crate) bounds: Bounds,
    pub(crate) token_pace: TokenPace,
    pub(crate) sockets_per_user: usize,
    pub(crate) ping_after_ms: u64,
    pub(crate) pong_timeout_ms: u64,
    pub(crate) offline_grace_ms: u64,
    pub(crate) last_seen_every_ms: u64,
    pub(crate) typing_expires_ms: u64,
}

impl From<&Config> for HubSettings {
    fn from(config: &Config) -> Self {
        let realtime = &config.realtime;
        Self {
            bounds: Bounds {
                frames: realtime.queue_frames,
                bytes: realtime.queue_bytes,
            },
            token_pace: TokenPace {
                quiet_ms: realtime.token_quiet_ms,
                every_ms: realtime.token_every_ms,
            },
            sockets_per_user: config.limits.sockets_per_user,
            ping_after_ms: realtime.ping_after_ms,
            pong_timeout_ms: realtime.pong_timeout_ms,
            offline_grace_ms: realtime.offline_grace_ms,
            last_seen_every_ms: realtime.last_seen_every_ms,
            typing_expires_ms: realtime.typing_expires_ms,
        }
    }
}

/// All live sockets, and who of them is told what.
#[derive(Debug)]
pub(crate) struct Hub {
    settings: HubSettings,
    started: Instant,
    state: Mutex<State>,
}

/// Live outboxes in no particular order.
type Audience = Vec<Arc<Outbox>>;

#[derive(Debug, Default)]
struct State {
    /// Every authenticated socket by its id.
    sockets: HashMap<u64, Box<Entry>>,
    /// Sockets by user: presence, membership events, profile changes.
    users: HashMap<UserId, Online>,
    /// Users whose last socket has gone, for a little while.
    leaving: HashSet<UserId>,
    /// Sockets by chat: who may see its events.
    chats: HashMap<ChatId, Audience>,
    /// Who hears nothing of whom, of those with sockets here.
    apart: Apart,
    /// What people here, and those whom they watch, do not let others see.
    hidden: Hidden,
    /// Sockets by the user they watch.
    watchers: HashMap<UserId, Audience>,
    /// Everything up to this change number has been pushed to everybody concerned.
    published_change: u64,
    /// Who can come back without asking storage.
    recall: Recall,
    next_socket_id: u64,
    last_seen_flushed_ms: u64,
    /// Who came to this node or left it and has not been reported. None: this node is alone.
    moved: Option<HashSet<UserId>>,
}

/// What the hub keeps of one socket.
#[derive(Debug)]
struct Entry {
    outbox: Arc<Outbox>,
    /// The chats it is subscribed to: the way back out of `State::chats`.
    chats: Vec<ChatId>,
    /// The people it watches: the way back out of `State::watchers`.
    watched: Vec<UserId>,
    /// When its access token expires.
    token_expires_at_ms: i64,
    /// Chats that events added while it connects.
    #[expect(
        clippy::box_collection,
        reason = "there only while it connects: 40 bytes less for each idle socket"
    )]
    added_while_connecting: Option<Box<HashSet<ChatId>>>,
}

/// A user with sockets on any node, or within the grace after the last one.
#[derive(Debug, Default)]
struct Online {
    /// Those of this node.
    sockets: Audience,
    /// On how many other nodes the user is.
    nodes: u32,
    /// Whether this node has to note when the user was last seen.
    is_ours: bool,
    /// When the last socket went: on the hub's clock, and on the engine's.
    gone: Option<(u64, i64)>,
}

impl Hub {
    /// A hub without sockets.
    pub(crate) fn new(settings: HubSettings) -> Self {
        Self {
            settings,
            started: Instant::now(),
            state: Mutex::default(),
        }
    }

    /// Milliseconds since the hub was made: for pacing, never for deciding what is valid.
    pub(crate) fn elapsed_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// How many authenticated sockets there are.
    pub(crate) fn socket_count(&self) -> usize {
        self.lock().sockets.len()
    }

    /// All authenticated sockets.
    pub(crate) fn sockets(&self) -> Vec<Arc<Outbox>> {
        let state = self.lock();
        let mut sockets: Vec<_> = state
            .sockets
            .values()
            .map(|entry| Arc::clone(&entry.outbox))
            .collect();
        sockets.sort_unstable_by_key(|outbox| outbox.id);
        sockets
    }

    /// Tells what a commit of any node means. Those with a number must come in its order.
    pub(crate) fn deliver(&self, delivery: &Delivery) {
        let now_ms = self.elapsed_ms();
        let mut state = self.lock();
        state.begin(delivery.change);
        let mut run = Run::default();
        for step in &delivery.steps {
            state.apply(step, &mut run, now_ms);
        }
        state.tell_run(&mut run, now_ms);
        state.published_change = state.published_change.max(delivery.change);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl EventSink for Hub {
    fn publish(&self, committed: Committed) {
        let now_ms = self.elapsed_ms();
        let mut state = self.lock();
        state.begin(committed.change);
        let mut run = Run::default();
        for event in &committed.events {
            delivery::steps(event, |step| state.apply(&step, &mut run, now_ms));
        }
        state.tell_run(&mut run, now_ms);
        state.published_change = state.published_change.max(committed.change);
    }
}

/// Removes one socket from a list; the order of the list does not matter. Compares addresses, so
/// that a long list is a scan of one array.
fn remove_socket(audience: &mut Audience, outbox: &Outbox) {
    let place = audience
        .iter()
        .position(|other| std::ptr::eq(Arc::as_ptr(other), outbox));
    if let Some(place) = place {
        audience.swap_remove(place);
    }
}

impl Presence for Hub {
    fn is_online(&self, user_id: UserId) -> bool {
        let state = self.lock();
        let online = state.users.get(&user_id);
        online.is_some_and(|online| !online.sockets.is_empty() || online.nodes > 0)
    }
}
