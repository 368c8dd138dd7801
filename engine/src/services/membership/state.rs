//! What a node remembers of memberships: whose turn it is to ask the host, and when it last did.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use relaychat_protocol::ChatId;

use crate::{domain::host_key::HostKey, membership::MembershipSource};

/// Chats remembered at once, some 100 bytes each. When there are more, all are forgotten: the price
/// is one read of each that is used again.
const CHATS_MAX: usize = 50_000;

/// The source with what is known about its answers.
#[derive(Default)]
pub(in crate::services) struct Memberships {
    source: Option<Arc<dyn MembershipSource>>,
    known: Mutex<HashMap<ChatId, Known>>,
    gates: Mutex<HashMap<HostKey, Arc<Gate>>>,
}

impl std::fmt::Debug for Memberships {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Memberships")
            .field("has_source", &self.source.is_some())
            .finish_non_exhaustive()
    }
}

/// What is known of a chat.
enum Known {
    /// It belongs to no object, and never will.
    Plain,
    /// It does, and is to be read again from this time on.
    Anchored { key: HostKey, due_at_ms: i64 },
}

/// How fresh the members of a chat are.
pub(super) enum Freshness {
    Fresh,
    Stale(HostKey),
    Unknown,
}

impl Memberships {
    pub(super) fn new(source: Option<Arc<dyn MembershipSource>>) -> Self {
        Self {
            source,
            ..Self::default()
        }
    }

    pub(super) fn source(&self) -> Option<Arc<dyn MembershipSource>> {
        self.source.clone()
    }

    /// How fresh the members of a chat are at `now_ms`.
    pub(super) fn freshness(&self, chat_id: ChatId, now_ms: i64) -> Freshness {
        match lock(&self.known).get(&chat_id) {
            None => Freshness::Unknown,
            Some(Known::Anchored { key, due_at_ms }) if *due_at_ms <= now_ms => {
                Freshness::Stale(key.clone())
            }
            Some(Known::Plain | Known::Anchored { .. }) => Freshness::Fresh,
        }
    }

    /// Notes which object a chat belongs to and when to read its members again, or that it belongs
    /// to none.
    pub(super) fn note(&self, chat_id: ChatId, anchored: Option<(&HostKey, i64)>) {
        let known = match anchored {
            Some((key, due_at_ms)) => Known::Anchored {
                key: key.clone(),
                due_at_ms,
            },
            None => Known::Plain,
        };
        let mut chats = lock(&self.known);
        if chats.len() >= CHATS_MAX {
            chats.clear();
        }
        chats.insert(chat_id, known);
    }

    /// The queue of those who want the members of an object read.
    pub(super) fn gate(&self, key: &HostKey) -> Arc<Gate> {
        let mut gates = lock(&self.gates);
        // Those that nobody holds are of no use: tickets matter only to those who wait.
        gates.retain(|_, gate| Arc::strong_count(gate) > 1);
        Arc::clone(gates.entry(key.clone()).or_default())
    }
}

/// Lets one caller after another ask the host about an object.
#[derive(Default)]
pub(super) struct Gate {
    tickets: AtomicU64,
    served: tokio::sync::Mutex<u64>,
}

/// The right to ask.
pub(super) struct Turn<'a>(tokio::sync::MutexGuard<'a, u64>);

impl Gate {
    /// Draws a ticket: a read that begins later serves it.
    pub(super) fn ticket(&self) -> u64 {
        self.tickets.fetch_add(1, Ordering::SeqCst) + 1
    }

    /// The newest ticket: a read that begins now serves it and all before.
    pub(super) fn newest_ticket(&self) -> u64 {
        self.tickets.load(Ordering::SeqCst)
    }

    pub(super) async fn turn(&self) -> Turn<'_> {
        Turn(self.served.lock().await)
    }
}

impl Turn<'_> {
    pub(super) fn has_served(&self, ticket: u64) -> bool {
        *self.0 >= ticket
    }

    pub(super) fn serve(&mut self, ticket: u64) {
        *self.0 = ticket;
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
