//! The caller's own watermarks on their way to the server: coalesced, monotone, paced.

use relaychat_protocol::{
    ChatId,
    rest::chats::{Mark, Watermarks},
};

use super::sorted::SortedMap;

/// Least time between two marks of this client: the server takes 3 a second.
const PACE_MS: i64 = 350;

/// Marks that the server has not confirmed.
#[derive(Debug, Default)]
pub(crate) struct Marks {
    wanted: SortedMap<ChatId, Mark>,
    in_flight: Option<(ChatId, Mark, i64)>,
    not_before_ms: i64,
}

/// How long the server may take for a mark on a living connection before it is sent again.
const ACK_MS: i64 = 20_000;

impl Marks {
    /// Everything up to here has reached this device.
    pub(crate) fn delivered(&mut self, chat_id: ChatId, seq: u64) {
        let mark = self.wanted.or_default(chat_id);
        mark.delivered_seq = mark.delivered_seq.max(Some(seq));
    }

    /// Everything up to here has been read.
    pub(crate) fn read(&mut self, chat_id: ChatId, seq: u64) {
        let mark = self.wanted.or_default(chat_id);
        mark.read_seq = mark.read_seq.max(Some(seq));
    }

    /// The chats there are marks for.
    pub(crate) fn chats(&self) -> Vec<ChatId> {
        self.wanted.keys().copied().collect()
    }

    /// What is to be read and is not confirmed.
    pub(crate) fn wanted_read(&self, chat_id: ChatId) -> Option<u64> {
        self.wanted.get(&chat_id)?.read_seq
    }

    /// The next mark to send, given a living connection.
    pub(crate) fn next(&mut self, now_ms: i64) -> Option<(ChatId, Mark)> {
        if self.deadline_ms()? > now_ms {
            return None;
        }
        // What was read goes first: somebody's other devices show it, and after a long absence there
        // is a mark for every chat.
        let mut read = self
            .wanted
            .iter()
            .filter(|(_, mark)| mark.read_seq.is_some());
        let (chat_id, mark) = read.next().or(self.wanted.first())?;
        self.in_flight = Some((*chat_id, *mark, now_ms));
        self.not_before_ms = now_ms + PACE_MS;
        Some((*chat_id, *mark))
    }

    /// When the next mark may be sent.
    pub(crate) fn deadline_ms(&self) -> Option<i64> {
        self.wanted.first()?;
        let overdue_ms = self
            .in_flight
            .map_or(0, |(_, _, since_ms)| since_ms + ACK_MS);
        Some(self.not_before_ms.max(overdue_ms))
    }

    /// The caller's watermarks as the server has them.
    pub(crate) fn confirmed(&mut self, chat_id: ChatId, marks: &Watermarks) {
        let Some(mark) = self.wanted.get_mut(&chat_id) else {
            return;
        };
        mark.delivered_seq = mark.delivered_seq.filter(|seq| *seq > marks.delivered_seq);
        mark.read_seq = mark.read_seq.filter(|seq| *seq > marks.read_seq);
        if *mark == Mark::default() {
            self.wanted.remove(&chat_id);
        }
    }

    /// The server answered the mark that is under way. What it did not grant it never will: a mark
    /// beyond the newest message is cut.
    pub(crate) fn answered(&mut self) -> Option<ChatId> {
        let (chat_id, sent, _) = self.in_flight.take()?;
        if let Some(mark) = self.wanted.get_mut(&chat_id) {
            mark.delivered_seq = mark
                .delivered_seq
                .filter(|seq| Some(*seq) > sent.delivered_seq);
            mark.read_seq = mark.read_seq.filter(|seq| Some(*seq) > sent.read_seq);
            if *mark == Mark::default() {
                self.wanted.remove(&chat_id);
            }
        }
        Some(chat_id)
    }

    /// Forgets what lies beyond the newest message.
    pub(crate) fn cut(&mut self, chat_id: ChatId, last_seq: u64) {
        let Some(mark) = self.wanted.get_mut(&chat_id) else {
            return;
        };
        mark.delivered_seq = mark.delivered_seq.filter(|seq| *seq <= last_seq);
        mark.read_seq = mark.read_seq.filter(|seq| *seq <= last_seq);
        if *mark == Mark::default() {
            self.wanted.remove(&chat_id);
        }
    }

    /// The server wants to be left alone for a while.
    pub(crate) fn postponed(&mut self, until_ms: i64) {
        self.in_flight = None;
        self.not_before_ms = self.not_before_ms.max(until_ms);
    }

    /// The connection is gone; what is not confirmed is sent again later.
    pub(crate) fn abandon(&mut self) {
        (self.in_flight, self.not_before_ms) = (None, 0);
    }

    /// The caller is not in this chat any more.
    pub(crate) fn forget(&mut self, chat_id: ChatId) {
        self.wanted.remove(&chat_id);
        if self.in_flight.is_some_and(|(other, ..)| other == chat_id) {
            self.in_flight = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chat(number: u128) -> ChatId {
        ChatId(uuid::Uuid::from_u128(number))
    }

    #[test]
    fn marks_of_a_chat_become_one_and_never_go_back() {
        let mut marks = Marks::default();
        marks.delivered(chat(1), 5);
        marks.delivered(chat(1), 3);
        marks.read(chat(1), 4);
        let sent = marks.next(0).expect("something is wanted");
        assert_eq!(
            sent.1,
            Mark {
                delivered_seq: Some(5),
                read_seq: Some(4)
            }
        );
        assert_eq!(marks.next(10_000), None, "one at a time");
        marks.read(chat(1), 6);
        marks.answered();
        assert_eq!(marks.next(PACE_MS - 1), None, "paced");
        let (_, next) = marks.next(PACE_MS).expect("the later one");
        assert_eq!(
            next,
            Mark {
                delivered_seq: None,
                read_seq: Some(6)
            }
        );
    }

    #[test]
    fn what_was_read_goes_first() {
        let mut marks = Marks::default();
        (1..=9).for_each(|number| marks.delivered(chat(number), 1));
        marks.read(chat(7), 1);
        assert_eq!(marks.next(0).map(|(chat_id, _)| chat_id), Some(chat(7)));
    }

    #[test]
    fn what_was_not_confirmed_is_sent_again_after_a_reconnect() {
        let mut marks = Marks::default();
        marks.read(chat(1), 2);
        let first = marks.next(0);
        marks.abandon();
        assert_eq!(marks.next(1), first);
        marks.confirmed(
            chat(1),
            &Watermarks {
                read_seq: 2,
                ..Watermarks::default()
            },
        );
        marks.abandon();
        assert_eq!(marks.next(2), None);
    }
}
