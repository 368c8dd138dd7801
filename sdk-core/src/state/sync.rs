//! Catching up: the sync token, and when to ask for what was missed.
//!
//! The token may only move while nothing is known to be missing: a `token` frame covers what was
//! *sent*, and a hole means that something sent did not arrive. Holes are closed by one sync at a
//! time; one that was answered too early to cover a hole is followed by another.

use std::collections::HashMap;

use relaychat_protocol::ChatId;

use crate::connection::backoff;

/// What is known to be missing in a chat.
#[derive(Clone, Copy, Debug)]
struct Hole {
    version: u64,
    due_ms: i64,
}

/// How far this client is.
#[derive(Debug, Default)]
pub(crate) struct Sync {
    token: Option<String>,
    is_in_flight: bool,
    has_more: bool,
    /// Asked to catch up while an answer was on its way, which may be from before.
    is_again: bool,
    holes: HashMap<ChatId, Hole>,
    failures: u32,
    retry_at_ms: i64,
}

impl Sync {
    /// For the next `hello`.
    pub(crate) fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// An earlier run of the program was this far.
    pub(crate) fn resume(&mut self, token: String) {
        self.token = Some(token);
    }

    #[cfg(test)]
    pub(crate) fn is_quiet(&self) -> bool {
        !self.is_in_flight && self.deadline_ms().is_none()
    }

    /// A `token` frame came.
    pub(crate) fn offer(&mut self, token: String) {
        if !self.is_in_flight && !self.has_more && self.holes.is_empty() {
            self.token = Some(token);
        }
    }

    /// A change with `version` came whose predecessors did not. They may still be on their way
    /// until `due_ms`.
    pub(crate) fn missed(&mut self, chat_id: ChatId, version: u64, due_ms: i64) {
        let hole = self
            .holes
            .entry(chat_id)
            .or_insert(Hole { version, due_ms });
        hole.version = hole.version.max(version);
        hole.due_ms = hole.due_ms.min(due_ms);
    }

    /// Whether more is to be asked for.
    pub(crate) fn is_behind(&self) -> bool {
        self.has_more
    }

    /// The server may have missed something.
    pub(crate) fn behind(&mut self) {
        match self.is_in_flight {
            true => self.is_again = true,
            false => self.has_more = true,
        }
    }

    /// What a chat is up to now: that may close its hole.
    pub(crate) fn reached(&mut self, chat_id: ChatId, version: u64) {
        if self
            .holes
            .get(&chat_id)
            .is_some_and(|hole| hole.version <= version)
        {
            self.holes.remove(&chat_id);
        }
    }

    /// The caller is not in this chat any more.
    pub(crate) fn forget(&mut self, chat_id: ChatId) {
        self.holes.remove(&chat_id);
    }

    /// An answer was applied.
    pub(crate) fn answered(&mut self, token: String, has_more: bool, now_ms: i64) {
        (self.is_in_flight, self.failures, self.retry_at_ms) = (false, 0, 0);
        self.token = Some(token);
        self.has_more = has_more || std::mem::take(&mut self.is_again);
        // What it did not close was missed after it was made, or is in a chat it did not name.
        for hole in self.holes.values_mut() {
            hole.due_ms = hole.due_ms.max(now_ms + AGAIN_MS);
        }
    }

    pub(crate) fn failed(&mut self, retry_after_ms: Option<u64>, now_ms: i64, unit: f64) {
        self.is_in_flight = false;
        self.failures += 1;
        let wait_ms = retry_after_ms.unwrap_or_else(|| backoff::wait_ms(self.failures, unit));
        self.retry_at_ms = now_ms.saturating_add_unsigned(wait_ms);
    }

    /// Whether to ask now, given a living connection. Then the answer, or the failure, is told.
    pub(crate) fn next(&mut self, now_ms: i64) -> bool {
        let is_due = self.deadline_ms().is_some_and(|due_ms| due_ms <= now_ms);
        self.is_in_flight |= is_due;
        is_due
    }

    pub(crate) fn deadline_ms(&self) -> Option<i64> {
        if self.is_in_flight {
            return None;
        }
        let due_ms = match self.has_more {
            true => 0,
            false => self.holes.values().map(|hole| hole.due_ms).min()?,
        };
        Some(due_ms.max(self.retry_at_ms))
    }

    /// A new connection brings what was missed; asking is not needed any more.
    pub(crate) fn reconnected(&mut self) {
        self.holes.clear();
        (self.is_in_flight, self.has_more, self.is_again) = (false, false, false);
        (self.failures, self.retry_at_ms) = (0, 0);
    }

    /// The token was another person's: ask for everything.
    pub(crate) fn ask_afresh(&mut self) {
        self.restart();
        self.has_more = true;
    }

    /// Another person, or nobody: start over.
    pub(crate) fn restart(&mut self) {
        *self = Self::default();
    }
}

/// How long to let a hole be that an answer did not close before asking again.
const AGAIN_MS: i64 = 250;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hole_holds_the_token_back_until_it_is_closed() {
        let chat = ChatId(uuid::Uuid::from_u128(1));
        let mut sync = Sync::default();
        sync.offer("first".to_owned());
        sync.missed(chat, 7, 100);
        sync.offer("too far".to_owned());
        assert_eq!(sync.token(), Some("first"));
        assert!(!sync.next(99) && sync.next(100) && !sync.next(100));
        sync.answered("second".to_owned(), false, 200);
        sync.offer("still too far".to_owned());
        assert_eq!(sync.token(), Some("second"));
        assert!(
            !sync.next(200) && sync.next(200 + AGAIN_MS),
            "it asks again"
        );
        sync.reached(chat, 7);
        sync.answered("third".to_owned(), false, 300);
        assert_eq!(sync.deadline_ms(), None);
        sync.offer("fourth".to_owned());
        assert_eq!(sync.token(), Some("fourth"));
    }

    #[test]
    fn catching_up_holds_the_token_back_and_is_asked_again_when_it_came_too_late() {
        let mut sync = Sync::default();
        sync.offer("first".to_owned());
        sync.behind();
        sync.offer("too far".to_owned());
        assert_eq!(sync.token(), Some("first"));
        assert!(sync.next(0) && !sync.next(0), "it asks once");
        sync.behind();
        sync.answered("second".to_owned(), false, 100);
        sync.offer("still too far".to_owned());
        assert_eq!(sync.token(), Some("second"));
        assert!(sync.next(100), "the answer may be from before");
        sync.failed(Some(500), 100, 0.5);
        sync.offer("nor after a failure".to_owned());
        assert!(sync.next(600));
        sync.answered("third".to_owned(), false, 700);
        sync.offer("fourth".to_owned());
        assert_eq!((sync.token(), sync.deadline_ms()), (Some("fourth"), None));
    }

    #[test]
    fn more_pages_are_asked_for_at_once_and_failures_wait() {
        let mut sync = Sync::default();
        sync.answered("a".to_owned(), true, 0);
        assert!(sync.next(0));
        sync.failed(Some(5_000), 0, 0.5);
        assert!(!sync.next(4_999) && sync.next(5_000));
    }
}
