//! Answers to what was asked: syncs, pages of the list and of histories, chats, people.

use std::sync::Arc;

use relaychat_protocol::{
    ChatId,
    rest::{
        chats::{Chat, ChatPage, ChatWithUsers},
        messages::{Message, MessagePage},
        sync::{ChatMessages, SyncAnswer, SyncKind},
        users,
    },
};

use super::super::{
    State,
    history::{self, KeptLoad},
    pins::Pins,
};
use crate::{Me, RelayError, api::HistoryQuery};

/// A chat, its version and the place of its last message.
type ToldOf = (ChatId, (u64, u64));

impl State {
    /// Takes the answer of a sync.
    pub(crate) fn synced(&mut self, answer: SyncAnswer, now_ms: i64) {
        let SyncAnswer {
            kind,
            token,
            has_more,
            me,
            chats,
            messages,
            removed_chat_ids,
            receipts,
            settings,
            users,
            next_chats_cursor,
        } = answer;
        let known = self.me.as_ref().map(|known| known.user.id);
        if known.is_some_and(|id| id != me.user.id) {
            self.forget_everything(&RelayError::cancelled());
            if kind == SyncKind::Changes {
                self.learn_me(me);
                self.sync.ask_afresh();
                return;
            }
        }
        if matches!(kind, SyncKind::Snapshot | SyncKind::Reset) {
            self.forget_chats();
            self.next_chats_cursor = next_chats_cursor;
        }
        if kind == SyncKind::Reset {
            // The numbers begin anew: what was read of the old ones says nothing of these.
            let marked = std::mem::take(&mut self.marks).chats();
            marked
                .into_iter()
                .for_each(|chat_id| self.unkept.read(chat_id));
        }
        self.learn_me(me);
        self.learn_users(users);
        let (differing, told) = self.take_chats(chats);
        self.take_messages(messages, &differing);
        for (chat_id, to) in told {
            if let Some(chat) = self.chats.get_mut(&chat_id) {
                chat.caught_up(to);
            }
        }
        for receipt in receipts {
            self.receipt(receipt);
        }
        for settings in settings {
            self.settings_came(settings);
        }
        for chat_id in removed_chat_ids {
            self.remove_chat(chat_id);
        }
        self.sync.answered(token, has_more, now_ms);
        if !self.sync.is_behind() {
            for chat_id in self.outbox.caught_up() {
                self.touch(chat_id);
            }
        }
        self.has_snapshot = true;
        self.dirty.is_list = true;
    }

    /// Takes chats of a sync; gives those whose older messages changed as well, and how far each is.
    fn take_chats(&mut self, chats: Vec<Chat>) -> (Vec<ChatId>, Vec<ToldOf>) {
        let mut differing = Vec::new();
        let mut told = Vec::new();
        for chat in chats {
            let (id, info) = (chat.info.id, &chat.info);
            let known = self.chats.get(&id);
            if known.is_some_and(|known| known.may_differ_in(info)) {
                differing.push(id);
            }
            told.push((id, (info.version, info.last_seq)));
            self.upsert_chat(chat);
        }
        (differing, told)
    }

    /// Takes what was missed of messages. `differing`: chats whose older messages changed as well.
    fn take_messages(&mut self, messages: Vec<ChatMessages>, differing: &[ChatId]) {
        for ChatMessages {
            chat_id,
            items,
            changed,
            gap,
        } in messages
        {
            if gap.is_some() {
                self.pins.get_mut(&chat_id).map(Pins::changed);
            }
            // What is not here is a hole of the history anyway. What is may have changed.
            let gap = gap.filter(|_| differing.contains(&chat_id));
            if let (Some(gap), Some(history)) = (gap, self.histories.get_mut(&chat_id)) {
                history.outdate(gap.first_seq, gap.last_seq);
                self.unkept.timeline(chat_id);
            }
            for message in items.into_iter().chain(changed) {
                self.place(&Arc::new(message));
            }
        }
    }

    pub(crate) fn sync_failed(&mut self, error: &RelayError, now_ms: i64, unit: f64) {
        self.sync.failed(error.retry_after_ms, now_ms, unit);
    }

    /// Takes profiles.
    pub(crate) fn learn_users(&mut self, users: Vec<users::User>) {
        for user in users {
            let id = user.id;
            if !self.users.learn(user) {
                continue;
            }
            self.unkept.user(id);
            self.dirty.is_everything = true;
            if let Some(me) = self.me.as_ref().filter(|me| me.user.id == id) {
                self.me = Some(Arc::new(Me {
                    user: self.users.get(id),
                    ..(**me).clone()
                }));
            }
        }
    }

    /// Takes the caller's own profile.
    pub(crate) fn learn_me(&mut self, me: users::Me) -> Arc<Me> {
        let me = Arc::new(self.users.learn_me(me));
        if self.me.as_ref() != Some(&me) {
            self.me = Some(Arc::clone(&me));
            self.unkept.user(me.user.id);
            self.unkept.head();
            self.dirty.is_everything = true;
        }
        me
    }

    /// Takes a page of the list.
    pub(crate) fn learn_chat_page(&mut self, cursor: &str, page: ChatPage) {
        let ChatPage {
            items,
            users,
            next_cursor,
        } = page;
        self.learn_users(users);
        for chat in items {
            self.upsert_chat(chat);
        }
        if self.next_chats_cursor.as_deref() == Some(cursor) {
            self.next_chats_cursor = next_cursor;
            self.unkept.head();
        }
        self.dirty.is_list = true;
    }

    /// Takes one chat.
    pub(crate) fn learn_chat(&mut self, found: ChatWithUsers) -> ChatId {
        let ChatWithUsers { chat, users } = found;
        let id = chat.info.id;
        self.learn_users(users);
        self.upsert_chat(chat);
        id
    }

    /// A chat that was looked up cannot be seen, or could not be looked up.
    pub(crate) fn chat_not_found(&mut self, chat_id: ChatId, is_certain: bool) {
        self.loading_chats.remove(&chat_id);
        if is_certain {
            self.wanted_chats.remove(&chat_id);
            self.sync.forget(chat_id);
            self.missing_chats.insert(chat_id);
            self.touch(chat_id);
        }
    }

    /// Takes a page of history.
    pub(crate) fn history_loaded(
        &mut self,
        chat_id: ChatId,
        query: HistoryQuery,
        page: MessagePage,
    ) {
        let (has_before, _) = (page.has_before, page.has_after);
        self.learn_users(page.users.clone());
        let messages = history::shared(page);
        for message in &messages {
            self.settle_outgoing(message);
        }
        self.history(chat_id).loaded(query, &messages, has_before);
        self.unkept.timeline(chat_id);
        self.touch(chat_id);
    }

    /// Takes a part of a history that the store had.
    pub(crate) fn kept_loaded(&mut self, chat_id: ChatId, load: KeptLoad, messages: Vec<Message>) {
        let messages: Vec<_> = messages.into_iter().map(Arc::new).collect();
        for message in &messages {
            self.settle_outgoing(message);
        }
        self.history(chat_id).kept_loaded(load, &messages);
        self.touch(chat_id);
    }

    pub(crate) fn history_failed(
        &mut self,
        chat_id: ChatId,
        error: RelayError,
        now_ms: i64,
        unit: f64,
    ) {
        self.history(chat_id).failed(error, now_ms, unit);
        self.touch(chat_id);
    }
}
