//! One chat as the server tells it: how events, answers and marks change it.
//!
//! `version` decides. A change that is exactly the next one is applied, an earlier one is a repeat,
//! a later one says that something was missed. Watermarks are maxima and need no order.

use std::sync::Arc;

use relaychat_protocol::{
    UserId,
    rest::{
        chats::{Chat, ChatInfo, Member, SeqRange, Watermarks},
        messages::Message,
    },
};

use super::ranges::Ranges;

/// How a change fits to what is here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// It is the next one.
    Next,
    /// It, or a later one, is here already.
    Repeat,
    /// Something before it is missing.
    Gap,
}

/// Somebody who is typing, and until when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Typist {
    pub(crate) user_id: UserId,
    pub(crate) until_ms: i64,
}

/// A chat.
#[derive(Clone, Debug)]
pub(crate) struct ChatState {
    pub(crate) info: ChatInfo,
    pub(crate) me: Member,
    pub(crate) others: Vec<Member>,
    pub(crate) last_message: Option<Arc<Message>>,
    /// Places of deleted messages above the caller's read mark: they are not unread.
    deleted_unread: Ranges,
    pub(crate) typists: Vec<Typist>,
}

impl ChatState {
    pub(crate) fn new(chat: Chat) -> Self {
        let Chat {
            info,
            me,
            unread_count: _,
            deleted_unread,
            last_message,
            members,
        } = chat;
        let mut deleted = Ranges::default();
        for range in deleted_unread {
            deleted.insert(range.first_seq, range.last_seq);
        }
        Self {
            info,
            me,
            others: members,
            last_message: last_message.map(Arc::new),
            deleted_unread: deleted,
            typists: Vec::new(),
        }
    }

    /// The chat as the server would tell it now.
    pub(crate) fn to_wire(&self) -> Chat {
        let Self {
            info,
            me,
            others,
            last_message,
            deleted_unread,
            typists: _,
        } = self;
        let range = |(first_seq, last_seq): &(u64, u64)| SeqRange {
            first_seq: *first_seq,
            last_seq: *last_seq,
        };
        Chat {
            info: info.clone(),
            me: me.clone(),
            unread_count: self.unread_count(),
            deleted_unread: deleted_unread.all().iter().map(range).collect(),
            last_message: last_message.as_deref().cloned(),
            members: others.clone(),
        }
    }

    /// Takes another, possibly older, picture of the same chat.
    pub(crate) fn merge(&mut self, chat: Chat) {
        let mut older = Self::new(chat);
        if older.info.version >= self.info.version {
            std::mem::swap(self, &mut older);
            self.typists = std::mem::take(&mut older.typists);
        }
        raise(&mut self.me.watermarks, &older.me.watermarks);
        self.forget_read();
        for other in &older.others {
            self.raise_other(other.user_id, &other.watermarks);
        }
    }

    /// How a change with this version fits.
    pub(crate) fn step(&self, version: u64) -> Step {
        match version.checked_sub(self.info.version) {
            Some(1) => Step::Next,
            Some(0) | None => Step::Repeat,
            Some(_) => Step::Gap,
        }
    }

    /// The next change is a message.
    pub(crate) fn apply_message(&mut self, version: u64, message: &Arc<Message>) {
        self.info.version = version;
        if message.seq >= self.info.last_seq {
            self.info.last_seq = message.seq;
            self.info.message_count = self.info.message_count.max(message.count);
            self.info.last_activity_at_ms = self.info.last_activity_at_ms.max(message.sent_at_ms);
            self.last_message = Some(Arc::clone(message));
        }
        self.typists
            .retain(|typist| typist.user_id != message.sender_id);
        // Whoever sends has read what is before.
        self.raise_watermarks(
            message.sender_id,
            &Watermarks {
                delivered_seq: message.seq,
                delivered_at_ms: None,
                read_seq: message.seq,
                read_at_ms: None,
                read_count: message.count,
            },
        );
    }

    /// The next change is that of a message that is there.
    pub(crate) fn apply_update(&mut self, version: u64, message: &Arc<Message>) {
        self.info.version = version;
        if message.deleted_at_ms.is_some() {
            self.deleted_unread.insert(message.seq, message.seq);
            self.forget_read();
        }
        if let Some(last) = &mut self.last_message
            && last.seq == message.seq
        {
            *last = Arc::clone(message);
        }
    }

    pub(crate) fn apply_info(&mut self, version: u64, info: ChatInfo) {
        if info.version >= self.info.version {
            self.info = info;
        }
        self.info.version = self.info.version.max(version);
    }

    pub(crate) fn apply_member(&mut self, version: u64, member: Member, member_count: u64) {
        (self.info.version, self.info.member_count) = (version, member_count);
        if member.user_id == self.me.user_id {
            self.me.role = member.role;
            raise(&mut self.me.watermarks, &member.watermarks);
            self.forget_read();
            return;
        }
        match self
            .others
            .iter_mut()
            .find(|other| other.user_id == member.user_id)
        {
            Some(known) => {
                let mut member = member;
                raise(&mut member.watermarks, &known.watermarks);
                *known = member;
            }
            None => self.others.push(member),
        }
    }

    pub(crate) fn remove_member(&mut self, version: u64, user_id: UserId, member_count: u64) {
        (self.info.version, self.info.member_count) = (version, member_count);
        self.others.retain(|other| other.user_id != user_id);
        self.typists.retain(|typist| typist.user_id != user_id);
    }

    /// Moves somebody's watermarks forward; true if that changed anything.
    pub(crate) fn raise_watermarks(&mut self, user_id: UserId, to: &Watermarks) -> bool {
        if user_id == self.me.user_id {
            let has_moved = raise(&mut self.me.watermarks, to);
            self.forget_read();
            return has_moved;
        }
        self.raise_other(user_id, to)
    }

    fn raise_other(&mut self, user_id: UserId, to: &Watermarks) -> bool {
        let other = self
            .others
            .iter_mut()
            .find(|other| other.user_id == user_id);
        other.is_some_and(|other| raise(&mut other.watermarks, to))
    }

    /// Messages the caller has not read. None of the deleted ones is the caller's own, for sending
    /// moves one's own mark.
    pub(crate) fn unread_count(&self) -> u64 {
        let not_unread = self.me.watermarks.read_count + self.deleted_unread.count();
        self.info.message_count.saturating_sub(not_unread)
    }

    /// What is read is not unread whether it was deleted or not.
    fn forget_read(&mut self) {
        self.deleted_unread.remove(0, self.me.watermarks.read_seq);
    }

    /// The least watermarks of everybody else: `(delivered, read)`.
    pub(crate) fn reached_everybody(&self) -> (u64, u64) {
        let least = |of: fn(&Watermarks) -> u64| {
            let seqs = self.others.iter().map(|other| of(&other.watermarks));
            seqs.min().unwrap_or(0)
        };
        (
            least(|marks| marks.delivered_seq),
            least(|marks| marks.read_seq),
        )
    }

    /// Somebody types until `until_ms`, or stopped.
    pub(crate) fn set_typist(&mut self, user_id: UserId, until_ms: Option<i64>) {
        self.typists.retain(|typist| typist.user_id != user_id);
        if let Some(until_ms) = until_ms.filter(|_| user_id != self.me.user_id) {
            self.typists.push(Typist { user_id, until_ms });
        }
    }

    /// Forgets who has stopped; true if there was one.
    pub(crate) fn expire_typists(&mut self, now_ms: i64) -> bool {
        let before = self.typists.len();
        self.typists.retain(|typist| typist.until_ms > now_ms);
        self.typists.len() != before
    }
}

/// Raises `marks` to `to` where that is higher; true if it was anywhere.
fn raise(marks: &mut Watermarks, to: &Watermarks) -> bool {
    let before = *marks;
    if to.delivered_seq.max(to.read_seq) > marks.delivered_seq {
        marks.delivered_seq = to.delivered_seq.max(to.read_seq);
        marks.delivered_at_ms = to.delivered_at_ms;
    }
    if to.read_seq > marks.read_seq {
        marks.read_seq = to.read_seq;
        marks.read_at_ms = to.read_at_ms;
    }
    marks.read_count = marks.read_count.max(to.read_count);
    before != *marks
}

#[cfg(test)]
mod tests;
