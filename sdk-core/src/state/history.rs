//! What is here of one chat's history, which part of it is shown, and what to load next.
//!
//! The shown part is always one range without holes, the one around the *anchor*. While the view
//! *follows*, its end should be the newest message: a hole in between (after a reconnect) is filled
//! from the old side, so that nothing on the screen jumps. One too large to fill stays a gap: the
//! view stops following, and the reader stays where they are and goes on, or jumps, as they like.
//! Every load, asked for or not, comes out of [`History::next_load`], one at a time; what the store
//! has is read from there instead ([`History::next_kept_load`]).

use std::{collections::BTreeMap, sync::Arc};

use relaychat_protocol::{
    MessageId,
    rest::messages::{Message, MessagePage},
};

use super::{ranges::Ranges, sorted::SortedSet};
use crate::{RelayError, api::HistoryQuery, connection::backoff};

mod bounds;
mod keeping;

pub(crate) use bounds::Bounds;
pub(crate) use keeping::KeptLoad;

/// The largest hole that is filled by itself: ten pages, about a second of work.
const REPAIR_AT_MOST: u64 = 500;
/// Fewer messages than this may not fill a screen: the view loads more by itself.
const SCREENFUL: u64 = 25;

/// Where the unread messages began when the timeline was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Divider {
    pub(crate) after_seq: u64,
    pub(crate) count: u64,
}

/// What somebody asked for and has not got yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    Before,
    After,
    Around(u64),
    Latest,
}

/// The history of one chat.
#[derive(Debug)]
pub(crate) struct History {
    messages: BTreeMap<u64, Arc<Message>>,
    ranges: Ranges,
    /// Own messages that were acknowledged before what lies in front of them arrived.
    early: SortedSet<u64>,
    start_seq: Option<u64>,
    open_count: u32,
    anchor: Option<u64>,
    is_following: bool,
    /// Older messages were asked for last.
    is_upwards: bool,
    /// It followed until a hole came that is too large to fill.
    is_left_behind: bool,
    /// Counts up whenever somebody looks at any chat: how long ago that was here.
    pub(crate) used: u64,
    wish: Option<Wish>,
    in_flight: Option<HistoryQuery>,
    failures: u32,
    retry_at_ms: i64,
    pub(crate) error: Option<RelayError>,
    pub(crate) divider: Option<Divider>,
    /// What is in the store, here or not.
    kept: Ranges,
    /// Nothing below this goes into the store: it would be too much.
    kept_from: u64,
    /// What is being read from the store.
    kept_load: Option<KeptLoad>,
    /// What is here and not in the store.
    pub(crate) unwritten: SortedSet<u64>,
    /// What the store still has and must not have any more.
    outdated: Vec<(u64, u64)>,
    /// What is being asked of the server may be outdated before the answer comes.
    is_in_flight_outdated: bool,
}

impl Default for History {
    fn default() -> Self {
        Self {
            messages: BTreeMap::new(),
            ranges: Ranges::default(),
            early: SortedSet::default(),
            start_seq: None,
            open_count: 0,
            anchor: None,
            is_following: true,
            is_upwards: false,
            is_left_behind: false,
            used: 0,
            wish: None,
            in_flight: None,
            failures: 0,
            retry_at_ms: 0,
            error: None,
            divider: None,
            kept: Ranges::default(),
            kept_from: 0,
            kept_load: None,
            unwritten: SortedSet::default(),
            outdated: Vec::new(),
            is_in_flight_outdated: false,
        }
    }
}

impl History {
    pub(crate) fn is_open(&self) -> bool {
        self.open_count > 0
    }

    /// One more handle; true for the first.
    pub(crate) fn open(&mut self) -> bool {
        self.open_count += 1;
        let is_first = self.open_count == 1;
        if is_first {
            (self.is_following, self.wish, self.error) = (true, None, None);
            (self.is_upwards, self.is_left_behind) = (false, false);
            self.anchor = self.ranges.newest().map(|(_, last)| last);
        }
        is_first
    }

    pub(crate) fn close(&mut self) {
        self.open_count = self.open_count.saturating_sub(1);
        if !self.is_open() {
            (self.wish, self.divider) = (None, None);
        }
    }

    /// Forgets all messages; who looks goes on looking.
    pub(crate) fn forget(&mut self) {
        let (open_count, divider, used) = (self.open_count, self.divider, self.used);
        *self = Self {
            open_count,
            divider,
            used,
            ..Self::default()
        };
    }

    /// Takes messages that follow each other without a hole.
    pub(crate) fn insert(&mut self, messages: impl IntoIterator<Item = Arc<Message>>) {
        let (mut first, mut last) = (u64::MAX, 0);
        for message in messages {
            (first, last) = (first.min(message.seq), last.max(message.seq));
            self.put(message);
        }
        self.ranges.insert(first, last);
    }

    /// Takes an own message that was acknowledged. It may be ahead of what is here.
    pub(crate) fn insert_acknowledged(&mut self, message: Arc<Message>) {
        self.early.insert(message.seq);
        self.insert([message]);
    }

    fn put(&mut self, message: Arc<Message>) {
        let known = self.messages.get(&message.seq);
        if known.is_none_or(|known| known.version < message.version) {
            self.unwritten.insert(message.seq);
            self.messages.insert(message.seq, message);
        }
    }

    pub(crate) fn get(&self, seq: u64) -> Option<&Arc<Message>> {
        self.messages.get(&seq)
    }

    /// All that is here, in memory.
    pub(crate) fn held(&self) -> impl Iterator<Item = &Arc<Message>> {
        self.messages.values()
    }

    /// The message of this id, if it is here.
    pub(crate) fn find(&self, id: MessageId) -> Option<&Arc<Message>> {
        // Who asks sent it not long ago.
        self.messages
            .values()
            .rev()
            .find(|message| message.id == id)
    }

    /// The newest `seq` that is here.
    pub(crate) fn newest(&self) -> Option<u64> {
        self.ranges.newest().map(|(_, last)| last)
    }

    /// The range that is shown.
    pub(crate) fn shown(&self) -> Option<(u64, u64)> {
        self.ranges.containing(self.anchor?)
    }

    /// The messages that are shown, oldest first.
    pub(crate) fn shown_messages(&self) -> impl Iterator<Item = &Arc<Message>> {
        // An inverted range would panic: the empty one stands for "nothing".
        let (first, last) = self.shown().unwrap_or((0, 0));
        self.messages
            .range(first..=last)
            .map(|(_, message)| message)
    }

    /// Acknowledged own messages beyond the shown range.
    pub(crate) fn early_messages(&self) -> impl Iterator<Item = &Arc<Message>> {
        let shown_last = self.shown().map_or(0, |(_, last)| last);
        let beyond = self.early.iter().filter(move |seq| **seq > shown_last);
        beyond.filter_map(|seq| self.messages.get(seq))
    }

    pub(crate) fn has_before(&self, last_seq: u64) -> bool {
        match self.shown() {
            Some((first, _)) => first > self.start_seq.unwrap_or(1),
            None => last_seq > 0,
        }
    }

    /// Whether the newest messages are meant to be shown.
    pub(crate) fn is_following(&self) -> bool {
        self.is_following
    }

    pub(crate) fn has_after(&self, last_seq: u64) -> bool {
        !self.is_following && self.shown().is_some_and(|(_, last)| last < last_seq)
    }

    pub(crate) fn is_loading(&self, last_seq: u64) -> bool {
        self.shown().is_none() && last_seq > 0
    }

    /// Whether something is being loaded.
    pub(crate) fn is_busy(&self) -> bool {
        self.in_flight.is_some() || self.kept_load.is_some()
    }

    pub(crate) fn is_loading_before(&self) -> bool {
        self.wish == Some(Wish::Before) || matches!(self.in_flight, Some(HistoryQuery::Before(_)))
    }

    pub(crate) fn is_loading_after(&self) -> bool {
        self.wish == Some(Wish::After) || matches!(self.in_flight, Some(HistoryQuery::After(_)))
    }

    /// Whether a jump is still under way.
    pub(crate) fn is_jumping(&self) -> bool {
        matches!(self.wish, Some(Wish::Around(_) | Wish::Latest))
    }

    pub(crate) fn wish(&mut self, wish: Wish) {
        (self.wish, self.error, self.retry_at_ms) = (Some(wish), None, 0);
        self.is_upwards = wish == Wish::Before;
    }

    /// The connection is back: what failed is tried again at once.
    pub(crate) fn retry_now(&mut self) {
        (self.error, self.retry_at_ms, self.failures) = (None, 0, 0);
    }

    /// Moves the view where it should be and grants the wishes that need no load.
    pub(crate) fn settle(&mut self, last_seq: u64) {
        match self.wish {
            Some(Wish::Around(seq)) if self.ranges.containing(seq).is_some() => {
                (self.anchor, self.is_following, self.wish) = (Some(seq), false, None);
            }
            Some(Wish::Latest) if self.reaches(self.ranges.newest(), last_seq) => {
                self.anchor = self.ranges.newest().map(|(_, last)| last);
                (self.is_following, self.wish) = (true, None);
            }
            Some(Wish::Before) if !self.has_before(last_seq) => self.wish = None,
            Some(Wish::After) if !self.has_after(last_seq) => self.wish = None,
            _ => {}
        }
        // Reading on to the end is the same as being at the end.
        self.is_following |= self.wish.is_none() && self.reaches(self.shown(), last_seq);
        if self.is_following {
            self.follow(last_seq);
        }
    }

    /// Whether it stopped following since this was asked last.
    pub(crate) fn take_left_behind(&mut self) -> bool {
        std::mem::take(&mut self.is_left_behind)
    }

    fn reaches(&self, range: Option<(u64, u64)>, last_seq: u64) -> bool {
        match range {
            Some((_, last)) => last >= last_seq,
            None => last_seq == 0,
        }
    }

    fn follow(&mut self, last_seq: u64) {
        let newest = self.ranges.newest();
        match self.shown() {
            None => self.anchor = newest.map(|(_, last)| last),
            Some((_, last)) => {
                self.anchor = Some(last);
                if last_seq.saturating_sub(last) > REPAIR_AT_MOST {
                    (self.is_following, self.is_left_behind) = (false, true);
                }
            }
        }
        if let Some((_, last)) = self.shown() {
            self.early.forget_before(&(last + 1));
        }
    }

    /// What to load now, if anything. The caller then loads it and answers with
    /// [`History::loaded`] or [`History::failed`].
    pub(crate) fn next_load(&mut self, last_seq: u64, now_ms: i64) -> Option<HistoryQuery> {
        if !self.is_open() || self.is_busy() || now_ms < self.retry_at_ms {
            return None;
        }
        self.settle(last_seq);
        self.in_flight = self.wanted(last_seq);
        self.is_in_flight_outdated = false;
        self.in_flight
    }

    fn wanted(&self, last_seq: u64) -> Option<HistoryQuery> {
        let shown = self.shown();
        match (self.wish, shown) {
            (Some(Wish::Around(seq)), _) => return Some(HistoryQuery::Around(seq)),
            (Some(Wish::Latest), _) => return Some(HistoryQuery::Latest),
            (Some(Wish::Before), Some((first, _))) => return Some(HistoryQuery::Before(first)),
            (Some(Wish::After), Some((_, last))) => return Some(HistoryQuery::After(last)),
            (Some(Wish::Before | Wish::After) | None, _) => {}
        }
        let Some((first, last)) = shown else {
            // The reader stays where they were, if that has to be read anew.
            let place = self.anchor.filter(|_| !self.is_following);
            let query = place.map_or(HistoryQuery::Latest, HistoryQuery::Around);
            return (last_seq > 0).then_some(query);
        };
        if self.is_following && last < last_seq {
            return Some(HistoryQuery::After(last));
        }
        let is_short = last - first + 1 < SCREENFUL && self.has_before(last_seq);
        is_short.then_some(HistoryQuery::Before(first))
    }

    /// When a load that failed is tried again.
    pub(crate) fn deadline_ms(&self, now_ms: i64) -> Option<i64> {
        (self.is_open() && self.retry_at_ms > now_ms).then_some(self.retry_at_ms)
    }

    /// Takes the answer to a load.
    pub(crate) fn loaded(&mut self, query: HistoryQuery, page: &[Arc<Message>], has_before: bool) {
        (self.in_flight, self.failures) = (None, 0);
        if std::mem::take(&mut self.is_in_flight_outdated) {
            return;
        }
        (self.error, self.retry_at_ms) = (None, 0);
        self.insert(page.iter().cloned());
        let first = page.first().map(|message| message.seq);
        let last = page.last().map(|message| message.seq);
        match (query, first, last) {
            // The page ends where the question began, whatever was deleted in between.
            (HistoryQuery::Before(seq), first, _) => {
                self.ranges.insert(first.unwrap_or(seq), seq - 1);
            }
            (HistoryQuery::After(seq), _, Some(last)) => self.ranges.insert(seq + 1, last),
            (HistoryQuery::Around(seq), Some(first), Some(last)) if self.is_jumping() => {
                // The message itself may be gone: show its surroundings.
                self.wish = Some(Wish::Around(seq.clamp(first, last)));
            }
            _ => {}
        }
        if !has_before && !matches!(query, HistoryQuery::After(_)) {
            self.start_seq = match (query, first) {
                (_, Some(first)) => Some(first),
                (HistoryQuery::Before(seq), None) => Some(seq),
                (_, None) => Some(1),
            };
        }
        match (query, self.wish) {
            (HistoryQuery::Before(_), Some(Wish::Before))
            | (HistoryQuery::After(_), Some(Wish::After)) => self.wish = None,
            // Nothing is there to jump to.
            (HistoryQuery::Around(_), Some(Wish::Around(_))) if page.is_empty() => self.wish = None,
            (HistoryQuery::Latest, Some(Wish::Latest)) => {
                self.anchor = last;
                (self.is_following, self.wish) = (true, None);
            }
            _ => {}
        }
    }

    /// A load failed: whoever asked for it hears so, the rest is tried again.
    pub(crate) fn failed(&mut self, error: RelayError, now_ms: i64, unit: f64) {
        (self.in_flight, self.is_in_flight_outdated) = (None, false);
        self.wish = None;
        self.failures += 1;
        let wait_ms = error.retry_after_ms.unwrap_or(0) + backoff::wait_ms(self.failures + 1, unit);
        self.retry_at_ms = now_ms.saturating_add_unsigned(wait_ms);
        self.error = Some(error);
    }

    /// The connection is gone, and with it whatever was asked.
    pub(crate) fn abandon(&mut self) {
        (self.in_flight, self.is_in_flight_outdated) = (None, false);
    }
}

/// A page's messages, ready to be shared.
pub(crate) fn shared(page: MessagePage) -> Vec<Arc<Message>> {
    page.items.into_iter().map(Arc::new).collect()
}

#[cfg(test)]
mod tests;
