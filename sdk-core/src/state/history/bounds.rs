//! How much of all histories is held, and what is dropped beyond that.
//!
//! Dropping loses nothing: what is not in memory is read from the store, and what is in neither is
//! a gap, which is asked of the server when somebody looks at it. Nothing is ever noted as kept
//! that the store does not have.

use super::History;
use crate::state::{State, ranges::Ranges, sorted::SortedSet};

/// How much is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bounds {
    /// Messages in memory of all chats that nobody looks at, together. The chats that were not
    /// looked at for the longest time are dropped first.
    pub(crate) closed: usize,
    /// Messages that are not in the store yet before more is fetched: a slow store slows catching
    /// up down instead of filling the memory.
    pub(crate) unwritten: usize,
    /// Messages in memory of a chat that somebody looks at.
    pub(crate) view: u64,
    /// Messages in the store of all chats, together.
    pub(crate) kept: u64,
    /// Whatever that leaves for each: at least so many, and at most.
    pub(crate) kept_of_chat: (u64, u64),
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            // Screens of eighty chats, a megabyte or two.
            closed: 2_000,
            // Two pages of a sync.
            unwritten: 1_000,
            // Eighty screens: who scrolls further back loads it again on the way forward.
            view: 2_000,
            // About 50 MB: a message is half a kilobyte.
            kept: 100_000,
            // The window of a sync, and as much as a view.
            kept_of_chat: (100, 2_000),
        }
    }
}

impl Bounds {
    /// Messages of one chat in the store, given the number of chats.
    pub(crate) fn kept_of_each(&self, chats: usize) -> u64 {
        let (least, most) = self.kept_of_chat;
        let share = self.kept / (chats as u64).max(1);
        share.clamp(least, most)
    }
}

/// What is beyond a bound by less than an eighth of it is left: not every message drops one.
fn is_beyond(count: u64, bound: u64) -> bool {
    count > bound + bound / 8
}

impl History {
    /// Messages in memory.
    pub(crate) fn len(&self) -> usize {
        self.messages.len()
    }

    /// Drops everything from memory. What the store does not have yet it will not get.
    fn shed(&mut self) {
        for seq in std::mem::take(&mut self.unwritten).into_values() {
            self.kept.remove(seq, seq);
        }
        // What changes of it from now on is not noted here any more.
        self.is_in_flight_outdated |= self.in_flight.is_some();
        self.messages.clear();
        (self.ranges, self.anchor) = (Ranges::default(), None);
        self.early.clear();
    }

    /// Drops what is far from where the reader is: they read upwards if they have loaded older
    /// messages last, else downwards.
    pub(crate) fn trim_view(&mut self, bound: u64) {
        let Some((first, last)) = self.shown().filter(|_| self.is_open()) else {
            return;
        };
        if !is_beyond(last - first + 1, bound) {
            return;
        }
        if self.is_upwards {
            self.drop_range(first + bound, last);
            (self.anchor, self.is_following) = (Some(first), false);
        } else {
            self.drop_range(first, last - bound);
            self.anchor = Some(last);
        }
    }

    fn drop_range(&mut self, first: u64, last: u64) {
        let dropped = first..=last;
        let unwritten = std::mem::take(&mut self.unwritten).into_values();
        for seq in unwritten {
            if dropped.contains(&seq) {
                self.kept.remove(seq, seq);
            } else {
                self.unwritten.insert(seq);
            }
        }
        self.messages.retain(|seq, _| !dropped.contains(seq));
        self.ranges.remove(first, last);
    }

    /// Brings what is kept down to `bound` messages, if it is beyond that. Gives where the kept part
    /// begins, if anything lies before it: a write that failed has forgotten nothing.
    pub(super) fn cut_kept(&mut self, bound: u64) -> Option<u64> {
        if is_beyond(self.kept.count(), bound) {
            let mut left = bound;
            for (first, last) in self.kept.all().iter().rev() {
                let count = last - first + 1;
                if count >= left {
                    self.kept_from = last + 1 - left;
                    break;
                }
                left -= count;
            }
            self.kept.remove(0, self.kept_from.saturating_sub(1));
        }
        (self.kept_from > 0).then_some(self.kept_from)
    }
}

impl State {
    /// Drops histories from memory that are too much and that nobody looks at.
    pub(in crate::state) fn shed(&mut self) {
        let closed = self.histories.values().filter(|history| !history.is_open());
        let mut total: usize = closed.map(History::len).sum();
        if total <= self.bounds.closed {
            return;
        }
        let is_store_good = self.is_store_good();
        let ripe = self.histories.iter().filter(|(_, history)| {
            let is_written = history.unwritten.is_empty() || !is_store_good;
            !history.is_open() && history.len() > 0 && is_written
        });
        let ripe: SortedSet<_> = ripe.map(|(id, history)| (history.used, *id)).collect();
        for (_, chat_id) in ripe.into_values() {
            if total <= self.bounds.closed {
                return;
            }
            if let Some(history) = self.histories.get_mut(&chat_id) {
                total -= history.len();
                history.shed();
            }
        }
    }

    /// Whether to wait for the store before more is fetched.
    pub(in crate::state) fn is_store_far_behind(&self) -> bool {
        let histories = self.histories.values();
        let unwritten = histories.map(|history| history.unwritten.len());
        self.is_store_good() && unwritten.sum::<usize>() > self.bounds.unwritten
    }

    /// Whether what is noted for the store will be in it soon.
    fn is_store_good(&self) -> bool {
        self.unkept.is_on && self.storage != crate::StorageState::Lost
    }
}
