//! What is pinned in the chats where somebody looks at that: read from the server once, and kept right
//! by the messages that pass. What passes while it is being read is laid over what was read, for that
//! may be older; where messages may have been missed it is read again.

use std::sync::Arc;

use relaychat_protocol::{
    ChatId, MessageId,
    rest::messages::{Message as WireMessage, PinList},
};

use super::State;
use crate::{Message, RelayError};

/// What is known of one chat's, and whether it is to be read again.
#[derive(Debug, Default)]
pub(crate) struct Pins {
    /// In no order.
    known: Option<Vec<Arc<WireMessage>>>,
    /// Since the read that is under way began.
    passed: Option<Vec<Arc<WireMessage>>>,
    /// Nothing was missed since the last read began.
    is_fresh: bool,
}

impl Pins {
    /// Something may have been missed.
    pub(super) fn changed(&mut self) {
        self.is_fresh = false;
    }

    /// The connection ended: what is being read is not heard of again.
    pub(super) fn abandon(&mut self) {
        self.is_fresh &= self.passed.take().is_none();
    }

    /// Other messages, or none.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }

    /// Whether to read now, given a living connection. Then what came of it is told.
    pub(super) fn next(&mut self) -> bool {
        let is_due = !self.is_fresh && self.passed.is_none();
        if is_due {
            (self.is_fresh, self.passed) = (true, Some(Vec::new()));
        }
        is_due
    }

    pub(super) fn find(&self, id: MessageId) -> Option<&Arc<WireMessage>> {
        self.known.iter().flatten().find(|one| one.id == id)
    }

    /// A message as it is now.
    fn note(&mut self, message: &Arc<WireMessage>) {
        if let Some(passed) = &mut self.passed {
            passed.push(Arc::clone(message));
        }
        let Some(known) = &mut self.known else {
            return;
        };
        if let Some(place) = known.iter().position(|one| one.id == message.id) {
            if known[place].version > message.version {
                return;
            }
            known.swap_remove(place);
        }
        if message.pinned_at_ms.is_some() {
            known.push(Arc::clone(message));
        }
    }

    fn loaded(&mut self, items: Vec<Arc<WireMessage>>) {
        self.known = Some(items);
        for message in self.passed.take().unwrap_or_default() {
            self.note(&message);
        }
    }

    fn failed(&mut self, error: &RelayError) {
        self.passed = None;
        self.is_fresh &= !error.retryable;
    }
}

impl State {
    /// What is pinned in a chat, the message that was pinned last in front. Before it was read: what
    /// is here of it.
    pub(crate) fn pinned(&self, chat_id: ChatId) -> Option<Vec<Arc<Message>>> {
        let chat = self.chats.get(&chat_id);
        let mut shown: Vec<Arc<Message>> = Vec::new();
        // Few: no sort of the standard library, which is large.
        let mut show = |one: &Arc<WireMessage>| {
            let message = self.message(one, chat);
            let age = |one: &Message| (one.pinned_at_ms, one.seq);
            let is_there = shown.iter().any(|known| known.id == message.id);
            if message.pinned_at_ms.is_some() && !is_there {
                let later = shown.iter().take_while(|known| age(known) > age(&message));
                let place = later.count();
                shown.insert(place, Arc::new(message));
            }
        };
        let known = self.pins.get(&chat_id).and_then(|pins| pins.known.as_ref());
        match (known, self.histories.get(&chat_id)) {
            (Some(known), _) => known.iter().for_each(&mut show),
            (None, Some(history)) => {
                let held = history.held().filter(|one| one.pinned_at_ms.is_some());
                held.for_each(&mut show);
            }
            (None, None) => {}
        }
        for id in self.changes.wanted_pins(chat_id) {
            self.known_message(chat_id, id)
                .into_iter()
                .for_each(&mut show);
        }
        (known.is_some() || !shown.is_empty()).then_some(shown)
    }

    /// Nobody looks at them any more. A read that is under way ends first: the next one to look would
    /// take what it answers for its own.
    pub(crate) fn leave_pins(&mut self, chat_id: ChatId) {
        let is_reading = |pins: &Pins| pins.passed.is_some();
        if !self.pins.get(&chat_id).is_some_and(is_reading) {
            self.pins.remove(&chat_id);
        }
    }

    /// A message came, or is something else now.
    pub(super) fn note_pin(&mut self, message: &Arc<WireMessage>) {
        let Some(pins) = self.pins.get_mut(&message.chat_id) else {
            return;
        };
        let history = self.histories.get(&message.chat_id);
        let held = history.and_then(|history| history.get(message.seq));
        pins.note(held.unwrap_or(message));
    }

    /// They were read.
    pub(crate) fn pins_loaded(&mut self, chat_id: ChatId, list: PinList) {
        self.learn_users(list.users);
        if let Some(pins) = self.pins.get_mut(&chat_id) {
            pins.loaded(list.items.into_iter().map(Arc::new).collect());
            self.dirty.chats.insert(chat_id);
        }
    }

    /// They could not be read.
    pub(crate) fn pins_failed(&mut self, chat_id: ChatId, error: &RelayError) {
        if let Some(pins) = self.pins.get_mut(&chat_id) {
            pins.failed(error);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::chat_state::tests::message;

    /// A message at a place, as its chat's version makes it.
    fn at(seq: u64, version: u64, pinned_at_ms: Option<i64>) -> Arc<WireMessage> {
        Arc::new(WireMessage {
            id: MessageId(uuid::Uuid::from_u128(u128::from(seq))),
            version,
            pinned_at_ms,
            ..message(seq)
        })
    }

    fn seqs(pins: &Pins) -> Vec<(u64, u64)> {
        let mut seqs: Vec<_> = pins
            .known
            .iter()
            .flatten()
            .map(|one| (one.seq, one.version))
            .collect();
        seqs.sort_unstable();
        seqs
    }

    #[test]
    fn what_passes_while_it_is_read_is_laid_over_what_was_read() {
        let mut pins = Pins::default();
        assert!(pins.next() && !pins.next(), "one read at a time");
        pins.note(&at(1, 9, None));
        pins.note(&at(2, 8, Some(5)));
        pins.note(&at(3, 7, None));
        pins.loaded(vec![
            at(1, 4, Some(1)),
            at(3, 10, Some(2)),
            at(4, 5, Some(3)),
        ]);
        assert_eq!(seqs(&pins), [(2, 8), (3, 10), (4, 5)]);
        assert!(!pins.next(), "nothing was missed");
        pins.note(&at(4, 11, None));
        pins.note(&at(2, 3, None));
        assert_eq!(seqs(&pins), [(2, 8), (3, 10)]);
    }

    #[test]
    fn it_is_read_again_where_something_may_be_missing() {
        let mut pins = Pins::default();
        assert!(pins.next());
        pins.loaded(Vec::new());
        pins.abandon();
        assert!(!pins.next(), "a sync tells what changed meanwhile");
        pins.changed();
        assert!(pins.next());
        pins.abandon();
        assert!(pins.next(), "nobody hears of that read");
        pins.failed(&RelayError::network("gone"));
        assert!(pins.next());
        pins.failed(&RelayError::unauthenticated("no"));
        assert!(!pins.next());
        pins.forget();
        assert!(pins.next());
    }
}
