//! Whom the caller blocks: read from the server once somebody asks for it, and again after whatever
//! may have changed it.

use std::sync::Arc;

use relaychat_protocol::{UserId, rest::blocks::BlockPage};

use super::State;
use crate::{RelayError, User};

/// What is known of the blocks, and whether it is to be read again.
#[derive(Debug, Default)]
pub(crate) struct Blocks {
    /// Ordered as the server lists them: by id.
    known: Option<Vec<UserId>>,
    is_wanted: bool,
    is_reading: bool,
    /// Nothing has changed since the last read began.
    is_fresh: bool,
}

impl Blocks {
    /// Somebody wants to know.
    pub(crate) fn want(&mut self) {
        self.is_wanted = true;
    }

    /// What is known may not be true any more, nor what is being read.
    pub(super) fn changed(&mut self) {
        self.is_fresh = false;
    }

    /// The connection ended: what is being read is not heard of again.
    pub(super) fn abandon(&mut self) {
        (self.is_reading, self.is_fresh) = (false, false);
    }

    /// Another person, or nobody.
    pub(super) fn forget(&mut self) {
        self.known = None;
        self.abandon();
    }

    /// Whether to read now, given a living connection. Then what came of it is told.
    pub(super) fn next(&mut self) -> bool {
        let is_due = self.is_wanted && !self.is_fresh && !self.is_reading;
        if is_due {
            (self.is_reading, self.is_fresh) = (true, true);
        }
        is_due
    }

    /// Everybody was read. What changed meanwhile may be missing: then it is read once more.
    fn loaded(&mut self, ids: Vec<UserId>) {
        self.is_reading = false;
        if self.is_fresh {
            self.known = Some(ids);
        }
    }

    fn failed(&mut self, error: &RelayError) {
        self.is_reading = false;
        self.is_fresh &= !error.retryable;
    }

    /// The server has done what the caller asked for.
    fn set(&mut self, user_id: UserId, is_blocked: bool) {
        self.changed();
        let Some(known) = &mut self.known else {
            return;
        };
        match (known.binary_search(&user_id), is_blocked) {
            (Ok(place), false) => drop(known.remove(place)),
            (Err(place), true) => known.insert(place, user_id),
            _ => {}
        }
    }
}

impl State {
    /// Whom the caller blocks, if that is known.
    pub(crate) fn blocked(&self) -> Option<Vec<Arc<User>>> {
        let known = self.blocks.known.as_ref()?.iter();
        Some(known.map(|id| self.users.get(*id)).collect())
    }

    /// All pages were read.
    pub(crate) fn blocks_loaded(&mut self, pages: Vec<BlockPage>) {
        let mut ids = Vec::new();
        for BlockPage { items, users, .. } in pages {
            self.learn_users(users);
            ids.extend(items.into_iter().map(|block| block.user_id));
        }
        self.blocks.loaded(ids);
        self.dirty.is_blocks = true;
    }

    /// They could not be read.
    pub(crate) fn blocks_failed(&mut self, error: &RelayError) {
        self.blocks.failed(error);
    }

    /// The server has blocked somebody for the caller, or taken that back. Asked in an earlier
    /// `generation`, it may have been for somebody else.
    pub(crate) fn block_set(&mut self, user_id: UserId, is_blocked: bool, generation: u64) {
        match self.generation == generation {
            true => self.blocks.set(user_id, is_blocked),
            false => self.blocks.changed(),
        }
        self.dirty.is_blocks = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u128) -> UserId {
        UserId(uuid::Uuid::from_u128(number))
    }

    #[test]
    fn what_nobody_wants_is_not_read() {
        let mut blocks = Blocks::default();
        blocks.changed();
        assert!(!blocks.next());
        blocks.want();
        assert!(blocks.next() && !blocks.next(), "one read at a time");
        blocks.loaded(vec![id(1)]);
        assert!(!blocks.next());
        blocks.changed();
        assert!(blocks.next());
    }

    #[test]
    fn a_read_that_was_overtaken_does_not_win() {
        let mut blocks = Blocks::default();
        blocks.want();
        assert!(blocks.next());
        blocks.loaded(vec![id(2)]);
        blocks.changed();
        assert!(blocks.next());
        blocks.set(id(1), true);
        blocks.set(id(1), true);
        blocks.set(id(3), false);
        blocks.loaded(vec![id(2)]);
        assert_eq!(blocks.known, Some(vec![id(1), id(2)]));
        assert!(blocks.next(), "it is read again");
        blocks.loaded(vec![id(1), id(2)]);
        blocks.set(id(2), false);
        assert_eq!(blocks.known, Some(vec![id(1)]));
    }

    #[test]
    fn a_failed_read_is_repeated_when_that_may_help() {
        let mut blocks = Blocks::default();
        blocks.want();
        assert!(blocks.next());
        blocks.failed(&RelayError::network("gone"));
        assert!(blocks.next());
        blocks.failed(&RelayError::unauthenticated("no"));
        assert!(!blocks.next());
        blocks.abandon();
        assert!(blocks.next(), "after the next connection");
        blocks.forget();
        assert_eq!(blocks.known, None);
    }
}
