//! What the server says: frames and answers, applied to what is known.
//!
//! Applying is state-based and may be repeated: the higher version, revision or watermark wins.

use std::sync::Arc;

use relaychat_protocol::{
    ChatId, Problem,
    frames::{ServerFrame, server::Ready},
    rest::{
        chats::{Chat, ChatInfo, ChatPage, ChatWithUsers, Member, Watermarks},
        messages::{Message, MessagePage},
        sync::{ChatMessages, Receipt, SyncAnswer, SyncKind},
        users,
    },
};

use super::{
    State,
    chat_state::{ChatState, Step},
    history::{self, Divider, KeptLoad},
    plan::command_id,
};
use crate::{Me, Presence, RelayError, api::HistoryQuery, connection::machine::Input};

/// How long the events before an acknowledged message may still be on their way.
const EVENTS_LATE_MS: i64 = 2_000;

/// Renew the token when a fifth of its time is left, but not earlier than this before its end.
const RENEW_BEFORE_MS: u64 = 60_000;

impl State {
    /// A frame came.
    pub(crate) fn frame(&mut self, frame: ServerFrame, now_ms: i64, unit: f64) {
        self.connection(Input::Received, now_ms, unit);
        match frame {
            ServerFrame::Ready(ready) => self.ready(*ready, now_ms, unit),
            ServerFrame::Ack {
                id,
                message,
                receipt,
            } => self.acknowledged(&id, message, receipt, now_ms),
            ServerFrame::Error { id, error } => self.refused(id.as_deref(), error, now_ms, unit),
            ServerFrame::Token { token } => self.sync.offer(token),
            ServerFrame::Message { version, message } => {
                self.message_came(version, Arc::new(*message), now_ms);
            }
            ServerFrame::Receipt(receipt) => self.receipt(receipt),
            ServerFrame::Typing {
                chat_id,
                user_id,
                expires_in_ms,
            } => {
                let until_ms = now_ms.saturating_add_unsigned(expires_in_ms);
                if let Some(chat) = self.chats.get_mut(&chat_id) {
                    chat.set_typist(user_id, (expires_in_ms > 0).then_some(until_ms));
                    self.touch(chat_id);
                }
            }
            ServerFrame::Presence {
                user_id,
                is_online,
                last_seen_at_ms,
            } => {
                let presence = Presence {
                    is_online,
                    last_seen_at_ms,
                };
                if self.watches.set(user_id, presence) {
                    self.dirty.presence.insert(user_id);
                }
            }
            ServerFrame::CatchUp => self.sync.behind(),
            ServerFrame::Pong { .. } | ServerFrame::Unknown => {}
            change => self.chat_changed(change, now_ms),
        }
    }

    fn chat_changed(&mut self, frame: ServerFrame, now_ms: i64) {
        match frame {
            ServerFrame::ChatAdded { chat, users } => {
                self.learn_users(users);
                self.upsert_chat(*chat);
            }
            ServerFrame::ChatRemoved { chat_id } => self.remove_chat(chat_id),
            ServerFrame::ChatUpdated { version, chat } => {
                self.chat_updated(version, *chat, now_ms);
            }
            ServerFrame::MemberUpdated {
                version,
                chat_id,
                member,
                user,
                member_count,
            } => {
                self.learn_users(vec![user]);
                self.member_updated(chat_id, version, member, member_count, now_ms);
            }
            ServerFrame::MemberRemoved {
                version,
                chat_id,
                user_id,
                member_count,
            } => {
                if let Some(chat) = self.next_change(chat_id, version, now_ms) {
                    chat.remove_member(version, user_id, member_count);
                    self.touch_whole(chat_id);
                }
            }
            ServerFrame::UserUpdated { user } => self.learn_users(vec![user]),
            _ => {}
        }
    }

    fn ready(&mut self, ready: Ready, now_ms: i64, unit: f64) {
        let Ready {
            protocol: _,
            session_id: _,
            token_expires_in_ms,
            server_time_ms,
            limits,
            sync,
        } = ready;
        self.connection(Input::Ready, now_ms, unit);
        self.generation += 1;
        self.clock_ahead_ms = server_time_ms - now_ms;
        self.typing.set_throttle_ms(limits.typing_throttle_ms);
        self.watches.set_limit(limits.watched_users);
        self.limits = Some(limits);
        self.token_lasts_ms = token_expires_in_ms;
        self.token_renewed(now_ms);
        self.watches.connected(now_ms);
        for history in self.histories.values_mut() {
            history.retry_now();
        }
        self.sync.reconnected();
        self.synced(sync, now_ms);
        self.dirty.is_everything = true;
    }

    /// The socket has a fresh token.
    pub(super) fn token_renewed(&mut self, now_ms: i64) {
        let lasts_ms = self.token_lasts_ms;
        let before_ms = RENEW_BEFORE_MS.min(lasts_ms / 5);
        self.renew_at_ms = Some(now_ms.saturating_add_unsigned(lasts_ms - before_ms));
    }

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
        for chat in chats {
            self.upsert_chat(chat);
        }
        for ChatMessages {
            chat_id: _,
            items,
            gap: _,
        } in messages
        {
            // A gap needs no note: what is not here is a hole of the history.
            for message in items {
                self.place(&Arc::new(message));
            }
        }
        for receipt in receipts {
            self.receipt(receipt);
        }
        for chat_id in removed_chat_ids {
            self.remove_chat(chat_id);
        }
        self.sync.answered(token, has_more, now_ms);
        if !has_more {
            for chat_id in self.outbox.caught_up() {
                self.touch(chat_id);
            }
        }
        self.has_snapshot = true;
        self.dirty.is_list = true;
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
                    email: me.email.clone(),
                    is_new: me.is_new,
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

    pub(super) fn upsert_chat(&mut self, chat: Chat) {
        let id = chat.info.id;
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
    pub(super) fn fix_divider(&mut self, id: ChatId) {
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

    fn remove_chat(&mut self, chat_id: ChatId) {
        self.chats.remove(&chat_id);
        self.marks.forget(chat_id);
        self.sync.forget(chat_id);
        self.wanted_chats.remove(&chat_id);
        self.missing_chats.insert(chat_id);
        if let Some(history) = self.histories.get_mut(&chat_id) {
            history.forget();
        }
        self.drafts.remove(&chat_id);
        self.unkept.removed_chat(chat_id);
        self.touch(chat_id);
    }

    /// The chat, if this change is its next one. What is missing is asked for.
    fn next_change(
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

    fn chat_updated(&mut self, version: u64, info: ChatInfo, now_ms: i64) {
        if let Some(chat) = self.next_change(info.id, version, now_ms) {
            chat.apply_info(version, info);
        }
    }

    fn member_updated(
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

    fn message_came(&mut self, version: u64, message: Arc<Message>, now_ms: i64) {
        let chat_id = message.chat_id;
        if let Some(chat) = self.next_change(chat_id, version, now_ms) {
            chat.apply_message(version, &message);
            // Whoever sends has read what is before.
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

    fn acknowledged(
        &mut self,
        id: &str,
        message: Option<Box<Message>>,
        receipt: Option<Receipt>,
        now_ms: i64,
    ) {
        if let Some(receipt) = receipt {
            self.receipt(receipt);
        }
        if id == command_id::MARK {
            self.mark_answered();
        } else if id == command_id::AUTHENTICATE {
            self.token_renewed(now_ms);
        }
        if let Some(message) = message {
            self.message_acknowledged(&Arc::new(*message), now_ms);
        }
    }

    /// An own message is durable. Its event comes as well, before or after this.
    fn message_acknowledged(&mut self, message: &Arc<Message>, now_ms: i64) {
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

    fn mark_answered(&mut self) {
        if let Some(chat_id) = self.marks.answered() {
            self.unkept.read(chat_id);
        }
    }

    fn refused(&mut self, id: Option<&str>, problem: Problem, now_ms: i64, unit: f64) {
        let error = RelayError::from(problem);
        match id {
            Some(command_id::MARK) if error.retryable => {
                let wait_ms = error.retry_after_ms.unwrap_or(1_000);
                let until_ms = now_ms.saturating_add_unsigned(wait_ms);
                self.marks.postponed(until_ms);
            }
            Some(command_id::MARK) => self.mark_answered(),
            Some(id) => {
                if let Ok(message_id) = id.parse() {
                    self.outgoing_failed(message_id, error, now_ms, unit);
                }
            }
            None => {}
        }
    }

    fn receipt(&mut self, receipt: Receipt) {
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

    fn raise_watermarks(
        &mut self,
        chat_id: ChatId,
        user_id: relaychat_protocol::UserId,
        watermarks: &Watermarks,
    ) {
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
