//! Who hears nothing of whom: what blocks mean for what is never stored.
//!
//! Kept for the people with sockets here, read when the first of them connects and kept right by the
//! steps of commits. A block of either hides both from each other; the hub does not know whose it is.

use std::collections::{HashMap, HashSet};

use relaychat_protocol::UserId;

use super::{Hub, State};
use crate::{
    domain::user::Privacy,
    realtime::{
        delivery::Frames,
        frames,
        hub::{Status, publish::tell},
    },
};

/// Pairs of people, from the side of each who is here.
#[derive(Debug, Default)]
pub(super) struct Apart {
    pairs: HashMap<UserId, HashSet<UserId>>,
    /// How often somebody's blocks, or what they let others see, have changed.
    steps: u64,
}

impl Apart {
    /// Whether nothing has changed since.
    pub(super) fn is_at(&self, steps: u64) -> bool {
        self.steps == steps
    }

    /// What somebody is told has changed.
    pub(super) fn note_step(&mut self) {
        self.steps += 1;
    }

    /// Whether somebody who is here hears nothing of somebody.
    pub(super) fn holds(&self, reader: UserId, other: UserId) -> bool {
        !self.pairs.is_empty()
            && self
                .pairs
                .get(&reader)
                .is_some_and(|set| set.contains(&other))
    }

    pub(super) fn of(&self, user_id: UserId) -> Vec<UserId> {
        let others = self.pairs.get(&user_id).into_iter().flatten();
        others.copied().collect()
    }

    pub(super) fn add(&mut self, user_id: UserId, others: &[UserId]) {
        if !others.is_empty() {
            self.pairs.entry(user_id).or_default().extend(others);
        }
    }

    pub(super) fn forget(&mut self, user_id: UserId) {
        self.pairs.remove(&user_id);
    }

    fn remove(&mut self, user_id: UserId, other: UserId) {
        if let Some(set) = self.pairs.get_mut(&user_id) {
            set.remove(&other);
            if set.is_empty() {
                self.pairs.remove(&user_id);
            }
        }
    }
}

impl Hub {
    /// How often somebody's blocks, or what they let others see, have changed: to be asked before
    /// they are read.
    pub(crate) fn block_steps(&self) -> u64 {
        self.lock().apart.steps
    }

    /// Somebody who has a socket here hears nothing of these, nor they of them, and shows no more than
    /// this. Nothing is done and the answer is no where any of it has changed since `steps`: what was
    /// read may be old.
    pub(crate) fn keep_apart(
        &self,
        user_id: UserId,
        (others, privacy): (&[UserId], Privacy),
        steps: u64,
    ) -> bool {
        let mut state = self.lock();
        let is_current = state.apart.steps == steps;
        if is_current {
            state.apart.add(user_id, others);
            state.hidden.set(user_id, privacy);
        }
        is_current
    }
}

impl State {
    /// One blocked the other, or took it back.
    pub(super) fn block_changed(
        &mut self,
        (blocker_id, blocked_id): (UserId, UserId),
        is_apart: bool,
        frames: &impl Frames,
        now_ms: u64,
    ) {
        self.apart.steps += 1;
        self.part(blocker_id, blocked_id, is_apart);
        self.part(blocked_id, blocker_id, is_apart);
        tell(&self.sockets_of(blocker_id), None, frames, now_ms);
    }

    /// Storage says of whom somebody who may be here hears nothing.
    pub(super) fn set_apart(&mut self, user_id: UserId, others: &[UserId]) {
        self.apart.steps += 1;
        for other in self.apart.of(user_id) {
            if !others.contains(&other) {
                self.part(user_id, other, false);
            }
        }
        for other in others {
            self.part(user_id, *other, true);
        }
    }

    /// Hides somebody from one who may be here, or shows them again.
    fn part(&mut self, reader: UserId, other: UserId, is_apart: bool) {
        if self.apart.holds(reader, other) == is_apart {
            return;
        }
        if is_apart && self.sockets_of(reader).is_empty() {
            return;
        }
        if is_apart {
            self.apart.add(reader, &[other]);
        } else {
            self.apart.remove(reader, other);
        }
        let status = self.seen_by(reader, other, None);
        let frame = frames::presence(other, status);
        for watcher in self.watchers.get(&other).into_iter().flatten() {
            if watcher.user_id == reader {
                watcher.push(None, &frame);
            }
        }
    }

    /// Whether one does not see when another is online.
    pub(super) fn is_hidden(&self, reader: UserId, user_id: UserId) -> bool {
        self.apart.holds(reader, user_id) || self.hidden.holds(reader, user_id)
    }

    /// The presence of a person, as one who is here sees it.
    pub(super) fn seen_by(
        &self,
        reader: UserId,
        user_id: UserId,
        last_seen_at_ms: Option<i64>,
    ) -> Status {
        match self.is_hidden(reader, user_id) {
            true => Status {
                is_online: false,
                last_seen_at_ms: None,
            },
            false => self.status(user_id, last_seen_at_ms),
        }
    }
}
