//! What the person does: commands, applied at once and told to the server by and by.

use std::sync::Arc;

use relaychat_protocol::{
    AttachmentId, ChatId, ErrorCode, MessageId, UserId,
    frames::ClientFrame,
    rest::{
        attachments::Attachment,
        chats::Watermarks,
        messages::{Mentions, Message, Reaction},
    },
};

use super::{
    Effect, State,
    changes::MessageChange,
    history::{History, Wish},
};
use crate::{
    Draft, Edit, Observable, OutgoingState, RelayError, observable::Publisher,
    outgoing::wire_mentions,
};

impl State {
    /// Queues a message; its echo is in the timeline from now on. One that is known is not queued
    /// again: whoever sends it does not know how far it came.
    pub(crate) fn send(
        &mut self,
        chat_id: ChatId,
        message_id: MessageId,
        draft: Draft,
        now_ms: i64,
        local_id: impl FnMut() -> AttachmentId,
    ) -> Observable<OutgoingState> {
        if let Some(known) = self.known_outgoing(chat_id, message_id) {
            return known;
        }
        let sent_at_ms = now_ms + self.clock_ahead_ms;
        let state = self
            .outbox
            .push(chat_id, message_id, draft, sent_at_ms, local_id);
        self.set_typing(chat_id, false, now_ms);
        let history = self.history(chat_id);
        if history.is_open() && !history.is_following() {
            history.wish(Wish::Latest);
        }
        self.touch(chat_id);
        state
    }

    fn known_outgoing(
        &self,
        chat_id: ChatId,
        message_id: MessageId,
    ) -> Option<Observable<OutgoingState>> {
        if let Some(on_its_way) = self.outbox.observe(message_id) {
            return Some(on_its_way);
        }
        let message = self.histories.get(&chat_id)?.find(message_id)?;
        let message = Arc::new(self.message(message, self.chats.get(&chat_id)));
        Some(Publisher::new(OutgoingState::sent(message, 0)).observe())
    }

    pub(crate) fn retry(&mut self, message_id: MessageId) {
        self.outbox.retry(message_id);
        self.changes.retry(message_id);
        self.touch_outgoing(message_id);
    }

    /// Gives a message that has not left another text.
    pub(crate) fn edit_outgoing(&mut self, id: MessageId, edit: Edit) -> Result<(), RelayError> {
        self.touch_outgoing(id);
        self.outbox.edit(id, edit)?;
        // One that was wished when it might have been at the server is older.
        self.changes.take_edit(id);
        Ok(())
    }

    /// Gives a message another text: at once while it is here, else by asking the server.
    pub(crate) fn edit(
        &mut self,
        chat_id: ChatId,
        id: MessageId,
        edit: Edit,
        now_ms: i64,
    ) -> Result<(), RelayError> {
        let known = self.known_message(chat_id, id);
        let has_files = known.is_some_and(|message| !message.attachments.is_empty())
            || self.outbox.has_files(id);
        if edit.text.trim().is_empty() && !has_files {
            let error = RelayError::of(ErrorCode::ValidationFailed, "the message would be empty");
            return Err(RelayError {
                field: Some("text".to_owned()),
                ..error
            });
        }
        let mentions = match edit.mentions.clone() {
            Some(mentions) => wire_mentions(mentions),
            None => self.meant_for(chat_id, id),
        };
        let known = self.known_message(chat_id, id);
        let is_there = known
            .is_some_and(|message| (&message.text, &message.mentions) == (&edit.text, &mentions));
        if self.edit_outgoing(id, edit.clone()).is_err() {
            let edit = (edit.text, now_ms + self.clock_ahead_ms);
            self.changes.edit((chat_id, id), edit, mentions, is_there);
        }
        self.touch(chat_id);
        Ok(())
    }

    /// Whom a message is meant for now, as it is shown.
    fn meant_for(&self, chat_id: ChatId, id: MessageId) -> Option<Mentions> {
        let wanted = self.changes.get(id).map(MessageChange::wanted);
        if let Some(wanted) = wanted.filter(|wanted| wanted.edit.is_some()) {
            return wanted.mentions.clone();
        }
        match self.known_message(chat_id, id) {
            Some(message) => message.mentions.clone(),
            None => wire_mentions(self.outbox.get(id)?.mentions.clone()),
        }
    }

    /// Deletes a message for everyone. One that was not sent is only taken back.
    pub(crate) fn delete(&mut self, chat_id: ChatId, id: MessageId) {
        let was_waiting = self.outbox.chat_of(id).is_some();
        self.cancel_outgoing(id);
        // One that may be at the server goes there too, as soon as that is clear; and so does one
        // that no history here has, which a search has found or another device has shown.
        if !was_waiting || self.outbox.chat_of(id).is_some() {
            self.changes.delete(chat_id, id);
        }
        self.touch(chat_id);
    }

    /// Reacts to a message, or takes it back.
    pub(crate) fn react(&mut self, chat_id: ChatId, id: MessageId, emoji: &str, is_set: bool) {
        let me = self.me.as_ref().map(|me| me.user.id);
        let known = self.known_message(chat_id, id);
        let is_there = known.is_some_and(|message| {
            let mut of_emoji = message.reactions.iter().filter(|one| one.emoji == emoji);
            let is_full = |one: &Reaction| one.count > one.user_ids.len() as u64;
            match of_emoji.next() {
                // Whether the caller is among the rest is not known here.
                Some(one) if is_full(one) => false,
                Some(one) => one.user_ids.iter().any(|id| Some(*id) == me) == is_set,
                None => !is_set,
            }
        });
        self.changes.react((chat_id, id), (emoji, is_set), is_there);
        self.touch(chat_id);
    }

    /// Pins a message for everyone, or unpins it.
    pub(crate) fn pin(&mut self, chat_id: ChatId, id: MessageId, is_pinned: bool, now_ms: i64) {
        let known = self.known_message(chat_id, id);
        let is_there = known.is_some_and(|message| message.pinned_at_ms.is_some() == is_pinned);
        let since_ms = if is_pinned {
            now_ms + self.clock_ahead_ms
        } else {
            0
        };
        self.changes.pin((chat_id, id), since_ms, is_there);
        self.touch(chat_id);
    }

    /// A message that the server has, as it was last seen.
    pub(crate) fn known_message(&self, chat_id: ChatId, id: MessageId) -> Option<&Arc<Message>> {
        let here = self.histories.get(&chat_id).and_then(|one| one.find(id));
        let pinned = || self.pins.get(&chat_id).and_then(|pins| pins.find(id));
        here.or_else(pinned).or_else(|| {
            let last = self.chats.get(&chat_id)?.last_message.as_ref();
            last.filter(|message| message.id == id)
        })
    }

    /// The server could not do, or refused, what was wanted of a message.
    pub(super) fn change_failed(
        &mut self,
        question: (MessageId, u64),
        error: RelayError,
        now_ms: i64,
        unit: f64,
    ) {
        if let Some(chat_id) = self.changes.chat_of(question.0) {
            self.changes.failed(question, error, now_ms, unit);
            self.touch(chat_id);
        }
    }

    pub(crate) fn cancel(&mut self, message_id: MessageId) {
        if let Some(chat_id) = self.changes.chat_of(message_id) {
            self.changes.cancel(message_id);
            self.touch(chat_id);
        }
        self.cancel_outgoing(message_id);
    }

    fn cancel_outgoing(&mut self, message_id: MessageId) {
        self.touch_outgoing(message_id);
        if self.outbox.cancel(message_id) && self.machine.is_live() {
            self.sync.behind();
        }
    }

    /// What was typed and not sent; empty if nothing was.
    pub(crate) fn draft(&self, chat_id: ChatId) -> &str {
        self.drafts.get(&chat_id).map_or("", String::as_str)
    }

    /// Keeps what was typed and not sent, and tells the other devices.
    pub(crate) fn set_draft(&mut self, chat_id: ChatId, text: &str, now_ms: i64) {
        if self.draft(chat_id) != text {
            self.keep_draft(chat_id, text);
            self.share_draft(chat_id, text, now_ms);
        }
    }

    /// Keeps what was typed, here or elsewhere.
    pub(super) fn keep_draft(&mut self, chat_id: ChatId, text: &str) {
        self.unkept.draft(chat_id);
        if text.is_empty() {
            self.drafts.remove(&chat_id);
        } else {
            self.drafts.insert(chat_id, text.to_owned());
        }
    }

    pub(crate) fn upload_progressed(&mut self, id: MessageId, index: usize, progress: (u64, u64)) {
        self.outbox.upload_progressed(id, index, progress);
        self.touch_outgoing(id);
    }

    pub(crate) fn uploaded(&mut self, id: MessageId, index: usize, attachment: Attachment) {
        self.outbox.uploaded(id, index, attachment);
        self.touch_outgoing(id);
    }

    pub(crate) fn outgoing_failed(
        &mut self,
        id: MessageId,
        error: RelayError,
        now_ms: i64,
        unit: f64,
    ) {
        if self.outbox.failed(id, error, now_ms, unit) {
            self.sync.behind();
        }
        // It is clear that the server does not have it: it goes there as it is wanted by now.
        if self.outbox.is_editable(id)
            && let Some(edit) = self.changes.take_edit(id)
        {
            let _ = self.outbox.edit(id, edit);
        }
        self.touch_outgoing(id);
    }

    fn touch_outgoing(&mut self, id: MessageId) {
        let queued = self.outbox.chat_of(id);
        if let Some(chat_id) = queued.or_else(|| self.changes.chat_of(id)) {
            self.touch(chat_id);
        }
    }

    /// The person has seen everything up to `seq`.
    pub(crate) fn mark_read(&mut self, chat_id: ChatId, seq: u64) {
        self.unmark(chat_id);
        let Some(chat) = self.chats.get(&chat_id) else {
            return;
        };
        let seq = seq.min(chat.info.last_seq);
        if seq > chat.me.watermarks.read_seq {
            self.marks.read(chat_id, seq);
            self.unkept.read(chat_id);
            self.advance_read(chat_id, seq);
        }
    }

    /// Shows the caller's read mark where it will be once the server has it.
    pub(super) fn advance_read(&mut self, chat_id: ChatId, seq: u64) {
        let message = self
            .histories
            .get(&chat_id)
            .and_then(|found| found.get(seq));
        let known_count = message.map(|message| message.count);
        let Some(chat) = self.chats.get_mut(&chat_id) else {
            return;
        };
        let info = &chat.info;
        // Without the message: exact unless messages were deleted in between. The server's answer
        // is exact in any case.
        let guess = || {
            info.message_count
                .saturating_sub(info.last_seq.saturating_sub(seq))
        };
        let marks = Watermarks {
            delivered_seq: seq,
            delivered_at_ms: None,
            read_seq: seq,
            read_at_ms: None,
            read_count: known_count.unwrap_or_else(guess),
        };
        let me = chat.me.user_id;
        if chat.raise_watermarks(me, &marks) {
            self.touch_kept(chat_id);
        }
    }

    pub(crate) fn set_typing(&mut self, chat_id: ChatId, is_typing: bool, now_ms: i64) {
        if !self.machine.is_live() {
            return;
        }
        if let Some(is_typing) = self.typing.set(chat_id, is_typing, now_ms) {
            self.tell_typing(chat_id, is_typing);
        }
    }

    pub(super) fn tell_typing(&mut self, chat_id: ChatId, is_typing: bool) {
        let frame = ClientFrame::Typing { chat_id, is_typing };
        self.effects.push(Effect::Frame(Box::new(frame)));
    }

    pub(crate) fn open_timeline(&mut self, chat_id: ChatId) {
        if self.looked_at(chat_id).open() {
            self.fix_divider(chat_id);
        }
        self.unmark(chat_id);
        self.want_chat(chat_id);
        self.touch(chat_id);
    }

    pub(crate) fn close_timeline(&mut self, chat_id: ChatId) {
        self.looked_at(chat_id).close();
    }

    fn looked_at(&mut self, chat_id: ChatId) -> &mut History {
        self.looks += 1;
        let looks = self.looks;
        let history = self.history(chat_id);
        history.used = looks;
        history
    }

    /// Somebody looks at this chat.
    pub(crate) fn want_chat(&mut self, chat_id: ChatId) {
        if !self.chats.contains_key(&chat_id) && !self.is_missing(chat_id) {
            self.wanted_chats.insert(chat_id);
        }
    }

    pub(crate) fn wish(&mut self, chat_id: ChatId, wish: Wish) {
        let last_seq = self
            .chats
            .get(&chat_id)
            .map_or(0, |chat| chat.info.last_seq);
        let history = self.history(chat_id);
        history.wish(wish);
        history.settle(last_seq);
        self.touch(chat_id);
    }

    pub(crate) fn watch_presence(&mut self, user_id: UserId, now_ms: i64) {
        self.watches.watch(user_id, now_ms);
    }

    pub(crate) fn unwatch_presence(&mut self, user_id: UserId, now_ms: i64) {
        self.watches.unwatch(user_id, now_ms);
    }

    /// A fresh token for the living connection.
    pub(crate) fn authenticate(&mut self, token: String) {
        if self.machine.is_live() {
            let id = super::plan::command_id::AUTHENTICATE.to_owned();
            let frame = ClientFrame::Authenticate { id, token };
            self.effects.push(Effect::Frame(Box::new(frame)));
        }
    }

    /// There was no fresh token: try again soon, the old one still lasts a while.
    pub(crate) fn renewal_failed(&mut self, retry_at_ms: i64) {
        self.renew_at_ms = Some(retry_at_ms);
    }
}
