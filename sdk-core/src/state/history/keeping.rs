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

impl KeptLoad {
    /// All that the store has of a chat, for nobody's view.
    pub(crate) const fn all() -> Self {
        Self {
            query: HistoryQuery::Latest,
            first_seq: 0,
            last_seq: u64::MAX,
        }
    }
}

/// What is to be written of a history.
#[derive(Debug)]
pub(crate) struct Keeping {
    pub(crate) timeline: KeptTimeline,
    /// The store forgets the messages before this one.
    pub(crate) cut_before: Option<u64>,
    /// It forgets these as well.
    pub(crate) outdated: Vec<(u64, u64)>,
    /// The messages it does not have.
    pub(crate) seqs: Vec<u64>,
}

impl History {
    /// What will be kept once the noted messages are written, at most about `bound` of them. Noted
    /// as kept from here on.
    pub(crate) fn keep(&mut self, bound: u64) -> Keeping {
        for (first, last) in self.ranges.all() {
            self.kept.insert((*first).max(self.kept_from), *last);
        }
        let cut_before = self.cut_kept(bound);
        let mut seqs = std::mem::take(&mut self.unwritten);
        seqs.forget_before(&self.kept_from);
        Keeping {
            timeline: KeptTimeline {
                ranges: self.kept.all().to_vec(),
                start_seq: self.start_seq,
            },
            cut_before,
            outdated: std::mem::take(&mut self.outdated),
            seqs: seqs.into_values(),
        }
    }

    /// The store did not get this message after all.
    pub(crate) fn put_back(&mut self, seq: u64) {
        self.kept.remove(seq, seq);
        if self.messages.contains_key(&seq) {
            self.unwritten.insert(seq);
        }
    }

    /// Nor did it forget these.
    pub(crate) fn put_back_outdated(&mut self, range: (u64, u64)) {
        self.outdated.push(range);
    }

    /// Messages of this range were changed, nobody told how: all of it is read anew. Own messages
    /// that are shown before what is in front of them stay until then.
    pub(crate) fn outdate(&mut self, first: u64, last: u64) {
        let range = first..=last;
        let early: Vec<u64> = self.early.iter().copied().collect();
        self.messages
            .retain(|seq, _| !range.contains(seq) || early.contains(seq));
        for seq in std::mem::take(&mut self.unwritten).into_values() {
            if self.messages.contains_key(&seq) {
                self.unwritten.insert(seq);
            }
        }
        self.ranges.remove(first, last);
        self.kept.remove(first, last);
        self.outdated.push((first, last));
        self.kept_load
            .take_if(|load| load.first_seq <= last && first <= load.last_seq);
        self.is_in_flight_outdated |= self.in_flight.is_some();
    }

    /// What an earlier run has kept.
    pub(crate) fn restore(&mut self, timeline: KeptTimeline) {
        let KeptTimeline { ranges, start_seq } = timeline;
        for (first, last) in ranges {
            self.kept.insert(first, last);
        }
        self.start_seq = self.start_seq.or(start_seq);
    }

    /// Notes only what the store does not have; true if there is something.
    pub(crate) fn forget_written(&mut self) -> bool {
        for seq in std::mem::take(&mut self.unwritten).into_values() {
            if self.kept.containing(seq).is_none() {
                self.unwritten.insert(seq);
            }
        }
        !self.unwritten.is_empty()
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
        if !self.is_open() || self.is_busy() || self.kept.all().is_empty() {
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
