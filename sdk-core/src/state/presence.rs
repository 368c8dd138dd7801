//! Whose presence is watched: the union of all watchers, told to the server when it has settled.

use std::collections::HashMap;

use relaychat_protocol::UserId;

use super::sorted::SortedSet;
use crate::Presence;

/// A list that scrolls by makes many watchers at once: wait until it stands.
const DEBOUNCE_MS: i64 = 100;
/// Most people the server lets one socket watch, until it has said its own number.
const WATCHED_USERS: usize = 500;

#[derive(Debug, Default)]
struct Watched {
    watchers: u32,
    presence: Option<Presence>,
}

/// The watched people.
#[derive(Debug)]
pub(crate) struct Watches {
    people: HashMap<UserId, Watched>,
    told: Vec<UserId>,
    due_ms: Option<i64>,
    limit: usize,
}

impl Default for Watches {
    fn default() -> Self {
        Self {
            people: HashMap::new(),
            told: Vec::new(),
            due_ms: None,
            limit: WATCHED_USERS,
        }
    }
}

impl Watches {
    pub(crate) fn set_limit(&mut self, limit: u64) {
        self.limit = usize::try_from(limit).unwrap_or(WATCHED_USERS);
    }

    pub(crate) fn watch(&mut self, user_id: UserId, now_ms: i64) {
        self.people.entry(user_id).or_default().watchers += 1;
        self.due_ms.get_or_insert(now_ms + DEBOUNCE_MS);
    }

    pub(crate) fn unwatch(&mut self, user_id: UserId, now_ms: i64) {
        if let Some(watched) = self.people.get_mut(&user_id) {
            watched.watchers = watched.watchers.saturating_sub(1);
            if watched.watchers == 0 {
                self.people.remove(&user_id);
            }
        }
        self.due_ms.get_or_insert(now_ms + DEBOUNCE_MS);
    }

    pub(crate) fn get(&self, user_id: UserId) -> Option<Presence> {
        self.people.get(&user_id)?.presence
    }

    /// The server told somebody's presence; true if somebody watches them.
    pub(crate) fn set(&mut self, user_id: UserId, presence: Presence) -> bool {
        let watched = self.people.get_mut(&user_id);
        watched.is_some_and(|watched| watched.presence.replace(presence) != Some(presence))
    }

    /// Whom the server should watch from now on, if that has changed and settled.
    pub(crate) fn next(&mut self, now_ms: i64) -> Option<Vec<UserId>> {
        if self.due_ms? > now_ms {
            return None;
        }
        self.due_ms = None;
        let wanted: SortedSet<_> = self.people.keys().copied().collect();
        let mut wanted = wanted.into_values();
        wanted.truncate(self.limit);
        if wanted == self.told {
            return None;
        }
        self.told.clone_from(&wanted);
        Some(wanted)
    }

    pub(crate) fn deadline_ms(&self) -> Option<i64> {
        self.due_ms
    }

    /// A new connection knows of no watches.
    pub(crate) fn connected(&mut self, now_ms: i64) {
        self.told.clear();
        self.due_ms = (!self.people.is_empty()).then_some(now_ms);
    }

    /// There is a new chat, and with it somebody whom the server would not let this user watch before.
    pub(crate) fn contacts_changed(&mut self) {
        if !self.people.is_empty() {
            self.told.clear();
            self.due_ms.get_or_insert(0);
        }
    }

    /// Nothing is known of anybody any more; returns of whom something was.
    pub(crate) fn abandon(&mut self) -> Vec<UserId> {
        let known = self.people.iter_mut();
        let known = known.filter_map(|(id, watched)| watched.presence.take().map(|_| *id));
        known.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_union_of_watchers_is_told_once_it_has_settled_and_again_after_a_reconnect() {
        let [alice, bob] = [1, 2].map(|number| UserId(uuid::Uuid::from_u128(number)));
        let mut watches = Watches::default();
        watches.watch(bob, 0);
        watches.watch(alice, 10);
        watches.watch(alice, 20);
        assert_eq!(watches.next(DEBOUNCE_MS - 1), None);
        assert_eq!(watches.next(DEBOUNCE_MS), Some(vec![alice, bob]));
        watches.unwatch(alice, 200);
        assert_eq!(watches.next(200 + DEBOUNCE_MS), None, "still one watcher");
        watches.unwatch(alice, 400);
        assert_eq!(watches.next(400 + DEBOUNCE_MS), Some(vec![bob]));
        watches.connected(1_000);
        assert_eq!(watches.next(1_000), Some(vec![bob]));
        watches.contacts_changed();
        assert_eq!(watches.next(2_000), Some(vec![bob]), "a new chat");
    }
}
