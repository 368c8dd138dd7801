//! One chat as the server tells it: how events, answers and marks change it.
//!
//! `version` decides. A change that is exactly the next one is applied, an earlier one is a repeat,
//! a later one says that something was missed. Watermarks are maxima and need no order.

use std::sync::Arc;

use relaychat_protocol::{
    UserId,
    rest::{
        chat_settings::ChatSettings,
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
    /// What the server says the caller has set, if anything.
    settings: Option<ChatSettings>,
    /// Places of deleted messages above the caller's read mark: they are not unread.
    deleted_unread: Ranges,
    /// Places of messages above the caller's read mark that are meant for the caller.
    mentioned_unread: Ranges,
    pub(crate) typists: Vec<Typist>,
    /// The version up to which this device has seen every change of the chat's messages, and the
    /// newest place then. A picture of the chat that came alone may be ahead of it.
    followed: (u64, u64),
}

fn from_wire(ranges: &[SeqRange]) -> Ranges {
    let mut found = Ranges::default();
    for range in ranges {
        found.insert(range.first_seq, range.last_seq);
    }
    found
}

fn to_wire(ranges: &Ranges) -> Vec<SeqRange> {
    let range = |(first_seq, last_seq): &(u64, u64)| SeqRange {
        first_seq: *first_seq,
        last_seq: *last_seq,
    };
    ranges.all().iter().map(range).collect()
}

impl ChatState {
    pub(crate) fn new(chat: Chat) -> Self {
        let Chat {
            info,
            me,
            unread_count: _,
            deleted_unread,
            mentioned_unread,
            settings,
            last_message,
            members,
        } = chat;
        Self {
            followed: (info.version, info.last_seq),
            info,
            me,
            others: members,
            last_message: last_message.map(Arc::new),
            deleted_unread: from_wire(&deleted_unread),
            mentioned_unread: from_wire(&mentioned_unread),
            settings,
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
            settings,
            deleted_unread,
            mentioned_unread,
            typists: _,
            followed: _,
        } = self;
        Chat {
            info: info.clone(),
            me: me.clone(),
            unread_count: self.unread_count(),
            deleted_unread: to_wire(deleted_unread),
            mentioned_unread: to_wire(mentioned_unread),
            settings: settings.clone(),
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
            self.followed = older.followed;
        }
        raise(&mut self.me.watermarks, &older.me.watermarks);
        self.forget_read();
        // Whoever came again has set nothing: what was set before they left is gone.
        let is_same_stay = self.me.joined_at_ms == older.me.joined_at_ms;
        if let Some(settings) = older.settings.filter(|_| is_same_stay) {
            self.apply_settings(settings);
        }
        for other in &older.others {
            self.raise_other(other.user_id, &other.watermarks);
        }
    }

    /// Whether messages that were here before may be something else in a newer picture: that is so
    /// unless each of its steps was a new message.
    pub(crate) fn may_differ_in(&self, newer: &ChatInfo) -> bool {
        let (version, last_seq) = self.followed;
        let steps = newer.version.saturating_sub(version);
        steps != newer.last_seq.saturating_sub(last_seq)
    }

    /// All changes up to this picture were told.
    pub(crate) fn caught_up(&mut self, to: (u64, u64)) {
        self.followed = self.followed.max(to);
    }

    fn step_to(&mut self, version: u64) {
        if self.followed.0 + 1 == version {
            self.followed = (version, self.info.last_seq);
        }
        self.info.version = version;
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
        if message.seq >= self.info.last_seq {
            self.info.last_seq = message.seq;
            self.info.message_count = self.info.message_count.max(message.count);
            if message.event.is_none() {
                let last_ms = &mut self.info.last_activity_at_ms;
                *last_ms = message.sent_at_ms.max(*last_ms);
            }
            self.last_message = Some(Arc::clone(message));
        }
        self.step_to(version);
        // Nobody wrote a line: it says nothing of how far anybody is.
        if message.event.is_some() {
            return;
        }
        self.typists
            .retain(|typist| typist.user_id != message.sender_id);
        // Whoever sends has what is before. That others have read it the engine tells, if they let it.
        let is_own = message.sender_id == self.me.user_id;
        self.raise_watermarks(
            message.sender_id,
            &Watermarks {
                delivered_seq: message.seq,
                delivered_at_ms: None,
                read_seq: if is_own { message.seq } else { 0 },
                read_at_ms: None,
                read_count: if is_own { message.count } else { 0 },
            },
        );
        self.note_mention(message);
    }

    /// The next change is that of a message that is there.
    pub(crate) fn apply_update(&mut self, version: u64, message: &Arc<Message>) {
        self.step_to(version);
        if message.deleted_at_ms.is_some() {
            self.deleted_unread.insert(message.seq, message.seq);
            self.forget_read();
        }
        self.note_mention(message);
        if let Some(last) = &mut self.last_message
            && last.seq == message.seq
        {
            *last = Arc::clone(message);
        }
    }

    pub(crate) fn apply_info(&mut self, version: u64, info: ChatInfo) {
        self.step_to(version);
        if info.version >= self.info.version {
            self.info = info;
        }
        self.info.version = self.info.version.max(version);
    }

    pub(crate) fn apply_member(&mut self, version: u64, member: Member, member_count: u64) {
        self.step_to(version);
        self.info.member_count = member_count;
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
        self.step_to(version);
        self.info.member_count = member_count;
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

    /// Messages the caller has not read that are meant for the caller in particular.
    pub(crate) fn mention_count(&self) -> u64 {
        self.mentioned_unread.count()
    }

    /// A message as it is now: an edit may mention more or fewer people than before.
    fn note_mention(&mut self, message: &Message) {
        let (me, seq) = (self.me.user_id, message.seq);
        let mentions = message.mentions.as_ref();
        let is_meant = mentions.is_some_and(|some| some.is_everyone || some.user_ids.contains(&me));
        if is_meant && seq > self.me.watermarks.read_seq {
            self.mentioned_unread.insert(seq, seq);
        } else {
            self.mentioned_unread.remove(seq, seq);
        }
    }

    /// What is read is not unread whatever it is.
    fn forget_read(&mut self) {
        let read_seq = self.me.watermarks.read_seq;
        self.deleted_unread.remove(0, read_seq);
        self.mentioned_unread.remove(0, read_seq);
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

    /// What the caller has set, as the server says.
    pub(crate) fn settings(&self) -> ChatSettings {
        self.settings.clone().unwrap_or(ChatSettings {
            chat_id: self.info.id,
            revision: 0,
            pinned_at_ms: None,
            is_archived: false,
            is_marked_unread: false,
            muted_until_ms: None,
            draft: None,
        })
    }

    /// Takes what the caller has set, if it is newer; true if it is.
    pub(crate) fn apply_settings(&mut self, settings: ChatSettings) -> bool {
        let is_newer = settings.revision > self.settings().revision;
        if is_newer {
            self.settings = Some(settings);
        }
        is_newer
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
pub(crate) mod tests;
