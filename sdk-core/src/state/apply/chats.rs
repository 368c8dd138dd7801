//! Changes of one chat: what it is, who is in it, its messages and how far they are read.

use std::sync::Arc;

use relaychat_protocol::{
    ChatId, UserId,
    rest::{
        chats::{Chat, ChatInfo, Member, Watermarks},
        messages::Message,
        sync::Receipt,
    },
};

use super::super::{
    State,
    chat_state::{ChatState, Step},
    history::Divider,
    pins::Pins,
};

/// How long the events before an acknowledged message may still be on their way.
const EVENTS_LATE_MS: i64 = 2_000;

impl State {
    pub(in crate::state) fn upsert_chat(&mut self, chat: Chat) {
        let id = chat.info.id;
        let known = self.chats.get(&id);
        let draft = known.and_then(|known| known.settings().draft);
        self.confirmed(id, &chat.me.watermarks);
        let last_message = chat.last_message.clone().map(Arc::new);
        match self.chats.get_mut(&id) {
            Some(known) => known.merge(chat),
            None => {
                self.chats.insert(id, ChatState::new(chat));
                self.watches.contacts_changed();
                self.fix_divider(id);
            }
        }
        self.missing_chats.remove(&id);
        self.wanted_chats.remove(&id);
        self.loading_chats.remove(&id);
        if let Some(chat) = self.chats.get(&id) {
            self.sync.reached(id, chat.info.version);
        }
        if let Some(message) = last_message {
            self.place(&message);
        }
        self.cut_marks(id);
        self.want_delivered(id);
        if let Some(seq) = self.marks.wanted_read(id) {
            self.advance_read(id, seq);
        }
        self.draft_came(id, draft);
        self.touch_whole(id);
    }

    /// A mark beyond the newest message was made in another history: a restored backup, seen from a
    /// store that was filled anew.
    fn cut_marks(&mut self, id: ChatId) {
        let last_seq = self.chats.get(&id).map_or(0, |chat| chat.info.last_seq);
        let before = self.marks.wanted_read(id);
        self.marks.cut(id, last_seq);
        if before != self.marks.wanted_read(id) {
            self.unkept.read(id);
        }
    }

    /// The caller's watermarks as the server has them.
    fn confirmed(&mut self, id: ChatId, watermarks: &Watermarks) {
        let before = self.marks.wanted_read(id);
        self.marks.confirmed(id, watermarks);
        if before != self.marks.wanted_read(id) {
            self.unkept.read(id);
        }
    }

    /// What came to this device is delivered.
    fn want_delivered(&mut self, id: ChatId) {
        let Some(chat) = self.chats.get(&id) else {
            return;
        };
        if chat.info.last_seq > chat.me.watermarks.delivered_seq {
            self.marks.delivered(id, chat.info.last_seq);
        }
    }

    /// Fixes where the unread messages of an open timeline begin.
    pub(in crate::state) fn fix_divider(&mut self, id: ChatId) {
        let (Some(chat), Some(history)) = (self.chats.get(&id), self.histories.get_mut(&id)) else {
            return;
        };
        if history.is_open() && history.divider.is_none() {
            history.divider = Some(Divider {
                after_seq: chat.me.watermarks.read_seq,
                count: chat.unread_count(),
            });
        }
    }

    pub(crate) fn remove_chat(&mut self, chat_id: ChatId) {
        self.chats.remove(&chat_id);
        self.pins.get_mut(&chat_id).map(Pins::forget);
        self.marks.forget(chat_id);
        self.settings.forget(chat_id);
        self.sync.forget(chat_id);
        self.wanted_chats.remove(&chat_id);
        self.missing_chats.insert(chat_id);
        if let Some(history) = self.histories.get_mut(&chat_id) {
            history.forget();
        }
        self.drafts.remove(&chat_id);
        self.changes.forget(chat_id);
        self.unkept.removed_chat(chat_id);
        self.touch(chat_id);
    }

    /// The chat, if this change is its next one. What is missing is asked for.
    pub(super) fn next_change(
        &mut self,
        chat_id: ChatId,
        version: u64,
        now_ms: i64,
    ) -> Option<&mut ChatState> {
        let Some(chat) = self.chats.get(&chat_id) else {
            self.wanted_chats.insert(chat_id);
            self.sync.missed(chat_id, version, now_ms + EVENTS_LATE_MS);
            return None;
        };
        match chat.step(version) {
            Step::Next => {
                self.sync.reached(chat_id, version);
                self.touch_kept(chat_id);
                self.chats.get_mut(&chat_id)
            }
            Step::Repeat => None,
            Step::Gap => {
                self.sync.missed(chat_id, version, now_ms);
                None
            }
        }
    }

    pub(super) fn chat_updated(&mut self, version: u64, info: ChatInfo, now_ms: i64) {
        if let Some(chat) = self.next_change(info.id, version, now_ms) {
            chat.apply_info(version, info);
        }
    }

    pub(super) fn member_updated(
        &mut self,
        chat_id: ChatId,
        version: u64,
        member: Member,
        member_count: u64,
        now_ms: i64,
    ) {
        if let Some(chat) = self.next_change(chat_id, version, now_ms) {
            chat.apply_member(version, member, member_count);
            self.touch_whole(chat_id);
        }
    }

    pub(super) fn message_came(&mut self, version: u64, message: Arc<Message>, now_ms: i64) {
        let chat_id = message.chat_id;
        if let Some(chat) = self.next_change(chat_id, version, now_ms) {
            chat.apply_message(version, &message);
            // Whoever sends has what is before.
            self.unkept.member(chat_id, message.sender_id);
            self.place(&message);
            self.want_delivered(chat_id);
            return;
        }
        let is_here = self.chats.get(&chat_id);
        if is_here.is_some_and(|chat| chat.step(version) == Step::Repeat) {
            self.place(&message);
        }
    }

    /// A message is something else now.
    pub(super) fn message_updated(&mut self, version: u64, message: Arc<Message>, now_ms: i64) {
        let chat_id = message.chat_id;
        if let Some(chat) = self.next_change(chat_id, version, now_ms) {
            chat.apply_update(version, &message);
            self.place(&message);
            return;
        }
        // What came before the chat as it is may be newer than the message that is here.
        let is_here = self.chats.get(&chat_id);
        if is_here.is_some_and(|chat| chat.step(version) == Step::Repeat) {
            self.place(&message);
        }
    }

    /// An own message is durable. Its event comes as well, before or after this.
    pub(super) fn message_acknowledged(&mut self, message: &Arc<Message>, now_ms: i64) {
        let (chat_id, version) = (message.chat_id, message.version);
        let step = self.chats.get(&chat_id).map(|chat| chat.step(version));
        if step == Some(Step::Next)
            && let Some(chat) = self.next_change(chat_id, version, now_ms)
        {
            chat.apply_message(version, message);
        } else if step != Some(Step::Repeat) {
            let due_ms = now_ms + EVENTS_LATE_MS;
            self.sync.missed(chat_id, version, due_ms);
        }
        self.place(message);
    }

    pub(super) fn receipt(&mut self, receipt: Receipt) {
        let Receipt {
            chat_id,
            user_id,
            watermarks,
        } = receipt;
        if self.me.as_ref().is_some_and(|me| me.user.id == user_id) {
            self.confirmed(chat_id, &watermarks);
        }
        self.raise_watermarks(chat_id, user_id, &watermarks);
    }

    fn raise_watermarks(&mut self, chat_id: ChatId, user_id: UserId, watermarks: &Watermarks) {
        let chat = self.chats.get_mut(&chat_id);
        if !chat.is_some_and(|chat| chat.raise_watermarks(user_id, watermarks)) {
            return;
        }
        if self.me.as_ref().is_some_and(|me| me.user.id == user_id) {
            self.unkept.chat(chat_id);
        } else {
            self.unkept.member(chat_id, user_id);
        }
        self.touch(chat_id);
    }
}
