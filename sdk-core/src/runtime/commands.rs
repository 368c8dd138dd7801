//! What the handles ask for.

use std::sync::Arc;

use relaychat_protocol::{AttachmentId, ChatId, ErrorCode, MessageId, UserId, rest as wire};

use super::Runtime;
use crate::{
    ChatListState, ChatSettings, ChatSummary, ConnectionState, Draft, Edit, Lookup, Me, Member,
    Observable, OutgoingState, Presence, RelayError, StorageState, TimelineState, User,
    connection::machine::Input,
    platform,
    state::history::{History, Wish},
};

/// How long signing out tries to tell the server.
const SIGN_OUT_MS: u64 = 5_000;

impl Runtime {
    pub(crate) fn connection(&self) -> Observable<ConnectionState> {
        self.lock().views.connection()
    }

    pub(crate) fn me(&self) -> Observable<Option<Arc<Me>>> {
        self.lock().views.me()
    }

    pub(crate) fn limits(&self) -> Observable<Option<wire::limits::Limits>> {
        self.lock().views.limits()
    }

    pub(crate) fn chat_list(&self) -> Observable<ChatListState> {
        self.lock().views.list()
    }

    pub(crate) fn chat_summary(&self, id: ChatId) -> Observable<Lookup<ChatSummary>> {
        self.update_inner(|inner, _, _| {
            inner.state.want_chat(id);
            inner.views.summary(&inner.state, id)
        })
    }

    pub(crate) fn chat_members(&self, id: ChatId) -> Observable<Vec<Arc<Member>>> {
        self.update_inner(|inner, _, _| {
            inner.state.want_chat(id);
            inner.views.members(&inner.state, id)
        })
    }

    pub(crate) fn open_timeline(&self, id: ChatId) -> Observable<TimelineState> {
        self.update_inner(|inner, _, _| {
            inner.state.open_timeline(id);
            inner.views.timeline(&inner.state, id)
        })
    }

    pub(crate) fn close_timeline(&self, id: ChatId) {
        self.update(|state, _, _| state.close_timeline(id));
    }

    pub(crate) async fn load_before(&self, id: ChatId) -> Result<(), RelayError> {
        self.granted(id, Wish::Before, History::is_loading_before)
            .await
    }

    pub(crate) async fn load_after(&self, id: ChatId) -> Result<(), RelayError> {
        self.granted(id, Wish::After, History::is_loading_after)
            .await
    }

    pub(crate) async fn jump_to(&self, id: ChatId, seq: u64) -> Result<(), RelayError> {
        self.granted(id, Wish::Around(seq), History::is_jumping)
            .await
    }

    pub(crate) async fn jump_to_latest(&self, id: ChatId) -> Result<(), RelayError> {
        self.granted(id, Wish::Latest, History::is_jumping).await
    }

    /// Makes a wish and waits until it is granted, or failed.
    async fn granted(
        &self,
        id: ChatId,
        wish: Wish,
        is_pending: fn(&History) -> bool,
    ) -> Result<(), RelayError> {
        let mut loads = self.lock().views.loads().subscribe();
        self.update(|state, _, _| state.wish(id, wish));
        loop {
            {
                let inner = self.lock();
                if inner.state.machine.is_closed() {
                    return Err(RelayError::closed());
                }
                if inner.state.is_missing(id) {
                    return Err(RelayError::of(ErrorCode::NotFound, "there is no such chat"));
                }
                match inner.state.histories.get(&id) {
                    Some(history) if is_pending(history) => {}
                    Some(history) => return history.error.clone().map_or(Ok(()), Err),
                    None => return Err(RelayError::closed()),
                }
            }
            loads.changed().await.ok_or_else(RelayError::closed)?;
        }
    }

    /// A load has ended: whoever waits looks again.
    pub(super) fn loads_changed(&self) {
        self.lock().views.loads_changed();
    }

    pub(crate) fn send(
        &self,
        chat_id: ChatId,
        id: MessageId,
        draft: Draft,
    ) -> Observable<OutgoingState> {
        let local_id = || AttachmentId(platform::uuid_v7());
        self.update(|state, now_ms, _| state.send(chat_id, id, draft, now_ms, local_id))
    }

    pub(crate) fn outgoing(&self, message_id: MessageId) -> Option<Observable<OutgoingState>> {
        self.lock().state.outbox.observe(message_id)
    }

    pub(crate) fn storage(&self) -> Observable<StorageState> {
        self.lock().views.storage()
    }

    pub(crate) fn draft(&self, chat_id: ChatId) -> String {
        self.lock().state.draft(chat_id).to_owned()
    }

    pub(crate) fn watch_draft(&self, chat_id: ChatId) -> Observable<String> {
        self.update_inner(|inner, _, _| inner.views.draft(&inner.state, chat_id))
    }

    pub(crate) fn set_draft(&self, chat_id: ChatId, text: &str) {
        self.update(|state, now_ms, _| state.set_draft(chat_id, text, now_ms));
    }

    pub(crate) fn retry(&self, message_id: MessageId) {
        self.update(|state, _, _| state.retry(message_id));
    }

    pub(crate) fn edit_outgoing(&self, id: MessageId, edit: Edit) -> Result<(), RelayError> {
        self.update(|state, _, _| state.edit_outgoing(id, edit))
    }

    pub(crate) fn edit(
        &self,
        chat_id: ChatId,
        id: MessageId,
        edit: Edit,
    ) -> Result<(), RelayError> {
        self.update(|state, now_ms, _| state.edit(chat_id, id, edit, now_ms))
    }

    pub(crate) fn delete(&self, chat_id: ChatId, id: MessageId) {
        self.update(|state, _, _| state.delete(chat_id, id));
    }

    pub(crate) fn react(&self, chat_id: ChatId, id: MessageId, emoji: &str, is_set: bool) {
        self.update(|state, _, _| state.react(chat_id, id, emoji, is_set));
    }

    pub(crate) fn cancel(&self, message_id: MessageId) {
        self.update(|state, _, _| state.cancel(message_id));
    }

    pub(crate) fn mark_read(&self, id: ChatId, seq: u64) {
        self.update(|state, _, _| state.mark_read(id, seq));
    }

    pub(crate) fn set_chat(&self, id: ChatId, settings: ChatSettings) {
        self.update(|state, now_ms, _| state.set_chat(id, settings, now_ms));
    }

    pub(crate) fn set_typing(&self, id: ChatId, is_typing: bool) {
        self.update(|state, now_ms, _| state.set_typing(id, is_typing, now_ms));
    }

    pub(crate) fn watch_presence(&self, user_id: UserId) -> Observable<Option<Presence>> {
        self.update_inner(|inner, now_ms, _| {
            inner.state.watch_presence(user_id, now_ms);
            inner.views.presence(&inner.state, user_id)
        })
    }

    pub(crate) fn unwatch_presence(&self, user_id: UserId) {
        self.update(|state, now_ms, _| state.unwatch_presence(user_id, now_ms));
    }

    pub(crate) fn next_chats_cursor(&self) -> Option<String> {
        self.lock().state.next_chats_cursor().map(str::to_owned)
    }

    pub(crate) fn learn_users(&self, users: Vec<wire::users::User>) -> Vec<Arc<User>> {
        let ids: Vec<_> = users.iter().map(|user| user.id).collect();
        self.update(|state, _, _| {
            state.learn_users(users);
            ids.into_iter().map(|id| state.users.get(id)).collect()
        })
    }

    pub(crate) fn user(&self, id: UserId) -> Arc<User> {
        self.lock().state.users.get(id)
    }

    /// A picture's address as the server gives it, made absolute.
    pub(crate) fn address(&self, url: &str) -> String {
        self.lock().state.users.address(url)
    }

    pub(crate) fn learn_me(&self, me: wire::users::Me) -> Arc<Me> {
        self.update(|state, _, _| state.learn_me(me))
    }

    pub(crate) fn learn_chat_page(&self, cursor: &str, page: wire::chats::ChatPage) {
        self.update(|state, _, _| state.learn_chat_page(cursor, page));
    }

    pub(crate) fn learn_chat(&self, found: wire::chats::ChatWithUsers) -> ChatId {
        self.update(|state, _, _| state.learn_chat(found))
    }

    /// The caller is no longer in this chat.
    pub(crate) fn forget_chat(&self, id: ChatId) {
        self.update(|state, _, _| state.remove_chat(id));
    }

    pub(crate) fn reconnect_now(&self) {
        self.update(|state, now_ms, unit| state.connection(Input::ReconnectNow, now_ms, unit));
    }

    pub(crate) fn set_network_online(&self, is_online: bool) {
        self.update(|state, now_ms, unit| {
            state.connection(Input::Network(is_online), now_ms, unit);
        });
    }

    /// A new login: whoever was here before is forgotten.
    pub(crate) fn log_in(&self, logged_in: wire::auth::LoggedIn) -> Arc<Me> {
        self.update(|state, now_ms, unit| {
            state.connection(Input::SignOut(None), now_ms, unit);
        });
        self.credentials.keep(&logged_in);
        let me = self.learn_me(logged_in.me);
        self.start();
        me
    }

    pub(crate) async fn sign_out(&self) {
        let is_live = self.lock().state.machine.is_live();
        let session = self.credentials.forget();
        self.update(|state, now_ms, unit| {
            state.connection(Input::SignOut(None), now_ms, unit);
            state.unkept.clear();
        });
        if let Some(keeper) = &self.keeper {
            keeper.clear(self).await;
        }
        let Some(session) = session.filter(|_| is_live) else {
            return;
        };
        tokio::select! {
            _ = self.api().end_session(session) => {}
            () = platform::sleep_ms(SIGN_OUT_MS) => {}
        }
    }

    pub(crate) fn close(&self) {
        self.update(|state, now_ms, unit| state.connection(Input::Stop(None), now_ms, unit));
        self.timer.notify_one();
        self.store_behind.notify_one();
        self.loads_changed();
    }
}
