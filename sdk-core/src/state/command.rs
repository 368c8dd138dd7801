//! What the person does: commands, applied at once and told to the server by and by.

use std::sync::Arc;

use relaychat_protocol::{
    AttachmentId, ChatId, MessageId, UserId,
    frames::ClientFrame,
    rest::{attachments::Attachment, chats::Watermarks},
};

use super::{
    Effect, State,
    history::{History, Wish},
};
use crate::{Draft, Observable, OutgoingState, RelayError, observable::Publisher};

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
        self.touch_outgoing(message_id);
    }

    pub(crate) fn edit(&mut self, message_id: MessageId, text: String) -> Result<(), RelayError> {
        self.touch_outgoing(message_id);
        self.outbox.edit(message_id, text)
    }

    pub(crate) fn cancel(&mut self, message_id: MessageId) {
        self.touch_outgoing(message_id);
        if self.outbox.cancel(message_id) && self.machine.is_live() {
            self.sync.behind();
        }
    }

    /// What was typed and not sent; empty if nothing was.
    pub(crate) fn draft(&self, chat_id: ChatId) -> &str {
        self.drafts.get(&chat_id).map_or("", String::as_str)
    }

    /// Keeps what was typed and not sent.
    pub(crate) fn set_draft(&mut self, chat_id: ChatId, text: &str) {
        if self.draft(chat_id) == text {
            return;
        }
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
        self.touch_outgoing(id);
    }

    fn touch_outgoing(&mut self, id: MessageId) {
        if let Some(chat_id) = self.outbox.chat_of(id) {
            self.touch(chat_id);
        }
    }

    /// The person has seen everything up to `seq`.
    pub(crate) fn mark_read(&mut self, chat_id: ChatId, seq: u64) {
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
