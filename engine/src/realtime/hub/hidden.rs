//! What people do not let others see, and in return do not see of others: how far they have read, and
//! whether they are online.
//!
//! Kept for the people with sockets here and for those whom they watch, read when the first of them
//! connects or watches, and kept right by the steps of commits. What others are told of somebody's
//! marks comes with the step; here is only who is told nothing of anybody's.

use std::{collections::HashSet, sync::Arc};

use relaychat_protocol::UserId;

use super::State;
use crate::{
    domain::user::Privacy,
    realtime::{frames, outbox::Outbox},
};

/// People who do not show what they might.
#[derive(Debug, Default)]
pub(super) struct Hidden {
    /// How far they have read: they are not told of others either.
    pub(super) reads: HashSet<UserId>,
    /// Whether they are online: they do not see it of others either.
    seen: HashSet<UserId>,
}

impl Hidden {
    /// Notes what somebody shows.
    pub(super) fn set(&mut self, user_id: UserId, privacy: Privacy) {
        let Privacy {
            shows_read_receipts,
            shows_last_seen,
        } = privacy;
        for (set, is_shown) in [
            (&mut self.reads, shows_read_receipts),
            (&mut self.seen, shows_last_seen),
        ] {
            if is_shown {
                set.remove(&user_id);
            } else {
                set.insert(user_id);
            }
        }
    }

    /// Whether one does not see when another is online.
    pub(super) fn holds(&self, reader: UserId, other: UserId) -> bool {
        let is_one = self.seen.contains(&reader) || self.seen.contains(&other);
        is_one && reader != other
    }

    fn forget(&mut self, user_id: UserId) {
        self.set(user_id, Privacy::default());
    }
}

impl State {
    /// Somebody changed what others see: those who watch them hear of it, and so do they, of those
    /// whom they watch. Their own devices read again what they are told of others.
    pub(super) fn privacy_changed(&mut self, user_id: UserId, privacy: Privacy, now_ms: u64) {
        self.set_privacy(user_id, privacy);
        let catch_up = frames::catch_up();
        for outbox in self.sockets_of(user_id) {
            outbox.push_event(None, &catch_up, now_ms);
        }
    }

    /// The same without a word to their own devices.
    pub(super) fn set_privacy(&mut self, user_id: UserId, privacy: Privacy) {
        self.apart.note_step();
        let was_seen = !self.hidden.seen.contains(&user_id);
        self.hidden.set(user_id, privacy);
        if was_seen != privacy.shows_last_seen {
            let watchers = self.watchers.get(&user_id).into_iter().flatten();
            for watcher in watchers.filter(|watcher| watcher.user_id != user_id) {
                self.show_again(watcher, user_id);
            }
            for outbox in self.sockets_of(user_id) {
                for other in self.watched_by(&outbox) {
                    self.show_again(&outbox, other);
                }
            }
        }
        self.forget_hidden(user_id);
    }

    /// Forgets what somebody does not show, unless it matters to somebody here.
    pub(super) fn forget_hidden(&mut self, user_id: UserId) {
        if !self.users.contains_key(&user_id) && !self.watchers.contains_key(&user_id) {
            self.hidden.forget(user_id);
        }
    }

    fn show_again(&self, outbox: &Arc<Outbox>, user_id: UserId) {
        let status = self.seen_by(outbox.user_id, user_id, None);
        outbox.push(None, &frames::presence(user_id, status));
    }
}
