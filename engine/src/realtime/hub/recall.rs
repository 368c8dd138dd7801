//! Coming back with nothing missed, without asking storage.
//!
//! Whoever has had a socket here is *known* for a while: their profile and their chats as storage
//! had them, kept right by the same steps that tell sockets. Beside that stands when each chat last
//! changed. Who comes back with a token, is known, and in none of whose chats anything happened
//! since, has missed nothing: that is what ten thousand clients find when a proxy was restarted,
//! and it costs no read for each of them.
//!
//! **What is not certain is not claimed.** A change that did not pass here in its order (a hole in
//! the numbers, a healed gap) forgets everybody, and what is too much is forgotten from the oldest
//! on. Whoever comes back brings a change number that storage had *after* they came: if the hub has
//! not been told everything up to there, a commit of another node is still under way. Then storage
//! is asked, as for everybody else.
//!
//! What this is not: a permission. Sessions are checked before, by those who know sessions; and a
//! socket that comes back is subscribed under the hub's lock, to the chats as they are after
//! everything that was told, so that it hears what a socket hears that never left.

use std::{collections::HashMap, hash::Hash, sync::Arc};

use relaychat_protocol::{ChatId, UserId};

use super::{Hub, State};
use crate::{
    domain::user::User,
    realtime::{delivery::Step, outbox::Outbox},
};

/// Chats of one generation: two of them are some 5 MiB.
const CHATS: usize = 50_000;
/// People of one generation, twice as many as are expected on one node: two of them, with twenty
/// chats each, are some 24 MiB.
const PEOPLE: usize = 20_000;
/// Chats of somebody who is remembered. Who has more asks storage: remembering tens of thousands of
/// such people would be hundreds of megabytes.
const CHATS_EACH: usize = 200;

/// What storage said of somebody.
#[derive(Clone, Debug)]
pub(crate) struct Reading {
    pub(crate) me: User,
    /// The chats they are in.
    pub(crate) chat_ids: Vec<ChatId>,
    /// The change number it was read at.
    pub(crate) change: u64,
    /// From which number up to there nothing happened that concerns them.
    pub(crate) quiet_from: u64,
}

/// Somebody who has missed nothing.
#[derive(Clone, Debug)]
pub(crate) struct Resumed {
    pub(crate) me: User,
    pub(crate) chat_ids: Vec<ChatId>,
    /// Everything up to here is covered.
    pub(crate) change: u64,
}

#[derive(Debug)]
struct Known {
    me: User,
    chats: Vec<ChatId>,
    /// Who hears nothing of them, and they nothing of.
    apart: Vec<UserId>,
    /// Who has seen less than this has to ask storage.
    from: u64,
    /// Nothing that concerns them lies between `from` and this.
    read_at: u64,
}

/// What is remembered.
#[derive(Debug, Default)]
pub(super) struct Recall {
    people: Generations<UserId, Known>,
    /// When chats last changed.
    chats: Generations<ChatId, u64>,
    /// Whatever changed after this is in one of the two generations of chats.
    since: u64,
    /// Whatever changed after this is in the newer one.
    newer_since: u64,
    /// The change that is being applied.
    applying: u64,
    last_profile: u64,
    last_membership: u64,
}

/// A map that drops the older half of what it holds when it is full.
#[derive(Debug)]
struct Generations<K, V> {
    newer: HashMap<K, V>,
    older: HashMap<K, V>,
}

impl<K, V> Default for Generations<K, V> {
    fn default() -> Self {
        Self {
            newer: HashMap::new(),
            older: HashMap::new(),
        }
    }
}

impl<K: Eq + Hash, V> Generations<K, V> {
    fn get(&self, key: &K) -> Option<&V> {
        self.newer.get(key).or_else(|| self.older.get(key))
    }

    fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        match self.newer.get_mut(key) {
            Some(value) => Some(value),
            None => self.older.get_mut(key),
        }
    }

    fn remove(&mut self, key: &K) {
        self.newer.remove(key);
        self.older.remove(key);
    }

    /// Whether the older half was dropped for it.
    fn insert(&mut self, key: K, value: V, newer_max: usize) -> bool {
        let is_full = self.newer.len() >= newer_max && !self.newer.contains_key(&key);
        if is_full {
            self.older = std::mem::take(&mut self.newer);
        }
        self.newer.insert(key, value);
        is_full
    }
}

impl Recall {
    /// A change is applied from here on; everything up to `published` was applied before. 0: it has
    /// no number, and nothing that is remembered here changes.
    fn begin(&mut self, change: u64, published: u64) {
        if change > 0 && change != published + 1 {
            self.forget(published.max(change - 1));
        }
        self.applying = change;
    }

    /// Nothing up to this number is certain.
    pub(super) fn forget(&mut self, change: u64) {
        self.people = Generations::default();
        self.chats = Generations::default();
        self.since = change;
        self.newer_since = change;
    }

    /// Something happens.
    pub(super) fn step<F>(&mut self, step: &Step<F>) {
        match step {
            Step::Chat { chat_id, .. } | Step::Marks { chat_id, .. } => self.chat(*chat_id),
            Step::Joined {
                chat_id, user_id, ..
            } => self.membership(*chat_id, *user_id, true),
            Step::Left { chat_id, user_id } => self.membership(*chat_id, *user_id, false),
            Step::User {
                user_id, chat_ids, ..
            } => self.user(*user_id, chat_ids),
            // What nobody remembers is read.
            Step::Apart {
                blocker_id,
                blocked_id,
                ..
            } => {
                self.user(*blocker_id, &[]);
                self.user(*blocked_id, &[]);
            }
            Step::Privacy { user_id, .. } => self.user(*user_id, &[]),
            Step::SessionEnded(_) => {}
        }
    }

    fn chat(&mut self, chat_id: ChatId) {
        if self.chats.insert(chat_id, self.applying, CHATS) {
            self.since = self.newer_since;
            self.newer_since = self.applying;
        }
    }

    fn user(&mut self, user_id: UserId, chat_ids: &[ChatId]) {
        self.last_profile = self.applying;
        self.people.remove(&user_id);
        for chat_id in chat_ids {
            self.chat(*chat_id);
        }
    }

    fn membership(&mut self, chat_id: ChatId, user_id: UserId, is_member: bool) {
        self.last_membership = self.applying;
        let known = self.people.get_mut(&user_id);
        // What was read later has it already.
        let Some(known) = known.filter(|known| known.read_at < self.applying) else {
            return;
        };
        known.chats.retain(|other| *other != chat_id);
        if is_member {
            known.chats.push(chat_id);
        }
        known.from = self.applying;
        if known.chats.len() > CHATS_EACH {
            self.people.remove(&user_id);
        }
    }

    /// Remembers somebody, unless something newer than what was read has passed already.
    fn remember(&mut self, reading: Reading, apart: Vec<UserId>) {
        let Reading {
            me,
            chat_ids,
            change,
            quiet_from,
        } = reading;
        let newest = self.last_profile.max(self.last_membership).max(self.since);
        if newest > change {
            return;
        }
        let user_id = me.id;
        self.people.remove(&user_id);
        if chat_ids.len() > CHATS_EACH {
            return;
        }
        let known = Known {
            me,
            chats: chat_ids,
            apart,
            from: quiet_from,
            read_at: change,
        };
        self.people.insert(user_id, known, PEOPLE);
    }

    /// Whoever has seen everything up to `seen`, if it is certain that nothing happened to them from
    /// there to `published`.
    fn find_quiet(&self, user_id: UserId, seen: u64, published: u64) -> Option<&Known> {
        let known = self.people.get(&user_id)?;
        let is_covered = (known.from..=published).contains(&seen) && known.read_at <= published;
        let from = seen.max(known.read_at);
        let is_quiet = |chat_id| self.chats.get(chat_id).is_none_or(|last| *last <= from);
        let is_certain = is_covered && from >= self.since;
        (is_certain && known.chats.iter().all(is_quiet)).then_some(known)
    }
}

impl Hub {
    /// Step 2 and 3 of connecting in one, for somebody who has seen everything up to `seen`: the
    /// socket is subscribed to their chats, if it is certain that they have missed nothing. `newest`
    /// is a change number that storage had after they came.
    pub(crate) fn resume(&self, outbox: &Arc<Outbox>, seen: u64, newest: u64) -> Option<Resumed> {
        let mut state = self.lock();
        let change = state.published_change;
        if newest > change {
            return None;
        }
        let known = state.recall.find_quiet(outbox.user_id, seen, change)?;
        let resumed = Resumed {
            me: known.me.clone(),
            chat_ids: known.chats.clone(),
            change,
        };
        let apart = known.apart.clone();
        state.apart.add(outbox.user_id, &apart);
        state.hidden.set(outbox.user_id, resumed.me.privacy);
        for chat_id in &resumed.chat_ids {
            state.subscribe(outbox, *chat_id);
        }
        Some(resumed)
    }

    /// Remembers what storage said of somebody who has a socket here.
    pub(crate) fn remember(&self, reading: Reading) {
        let mut state = self.lock();
        let apart = state.apart.of(reading.me.id);
        state.recall.remember(reading, apart);
    }
}

impl State {
    /// A change is applied from here on.
    pub(super) fn begin(&mut self, change: u64) {
        self.recall.begin(change, self.published_change);
    }
}

#[cfg(test)]
mod tests;
