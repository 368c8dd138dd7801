//! The history and the store: which parts are kept, and reading them back instead of asking.
//!
//! A part is read back when the view needs it, a page at a time, as it would be asked of the server.
//! What the store does not give back as it was noted is asked of the server after all.

use std::sync::Arc;

use relaychat_protocol::rest::messages::Message;

use super::History;
use crate::{
    api::{HISTORY_PAGE, HistoryQuery},
    state::kept::KeptTimeline,
};

/// A part of a chat's history to be read from the store: all messages from `first_seq` to
/// `last_seq`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct KeptLoad {
    query: HistoryQuery,
    pub(crate) first_seq: u64,
    pub(crate) last_seq: u64,
}

impl History {
    /// What will be kept once the noted messages are written. Noted as kept from here on.
    pub(crate) fn keep(&mut self) -> KeptTimeline {
        for (first, last) in self.ranges.all() {
            self.kept.insert(*first, *last);
        }
        KeptTimeline {
            ranges: self.kept.all().to_vec(),
            start_seq: self.start_seq,
        }
    }

    /// What an earlier run has kept.
    pub(crate) fn restore(&mut self, timeline: KeptTimeline) {
        let KeptTimeline { ranges, start_seq } = timeline;
        for (first, last) in ranges {
            self.kept.insert(first, last);
        }
        self.start_seq = self.start_seq.or(start_seq);
    }

    /// The store was cleared: what is here goes into it again.
    pub(crate) fn note_everything(&mut self) {
        self.kept = super::Ranges::default();
        self.kept_load = None;
        self.unwritten.clear();
        for seq in self.messages.keys() {
            self.unwritten.insert(*seq);
        }
    }

    /// What to read from the store now, if anything. The caller then reads it and answers with
    /// [`History::kept_loaded`].
    pub(crate) fn next_kept_load(&mut self, last_seq: u64) -> Option<KeptLoad> {
        let is_busy = self.in_flight.is_some() || self.kept_load.is_some();
        if !self.is_open() || is_busy || self.kept.all().is_empty() {
            return None;
        }
        self.settle(last_seq);
        let query = self.wanted(last_seq)?;
        let (seq, first, last) = match query {
            HistoryQuery::Latest => (
                last_seq,
                last_seq.saturating_sub(HISTORY_PAGE - 1),
                last_seq,
            ),
            HistoryQuery::Before(seq) => (seq - 1, seq.saturating_sub(HISTORY_PAGE), seq - 1),
            HistoryQuery::After(seq) => (seq + 1, seq + 1, seq + HISTORY_PAGE),
            HistoryQuery::Around(seq) => {
                let half = HISTORY_PAGE / 2;
                (seq, seq.saturating_sub(half), seq.saturating_add(half))
            }
        };
        let (kept_first, kept_last) = self.kept.containing(seq)?;
        self.kept_load = Some(KeptLoad {
            query,
            first_seq: first.max(kept_first),
            last_seq: last.min(kept_last),
        });
        self.kept_load
    }

    /// Takes what the store gave. It is nothing when the store failed.
    pub(crate) fn kept_loaded(&mut self, load: KeptLoad, messages: &[Arc<Message>]) {
        // A history that was forgotten meanwhile has asked for nothing.
        if self.kept_load != Some(load) {
            return;
        }
        self.kept_load = None;
        let expected = load.first_seq..=load.last_seq;
        let found = messages.iter().map(|message| message.seq);
        if !found.eq(expected) {
            self.kept.remove(load.first_seq, load.last_seq);
            return;
        }
        let unwritten = std::mem::take(&mut self.unwritten);
        self.loaded(load.query, messages, true);
        self.unwritten = unwritten;
    }
}
