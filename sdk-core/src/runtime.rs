//! Carries out what the state decides. (Being filled in; the signatures stand.)
#![expect(
    unused_variables,
    dead_code,
    clippy::unimplemented,
    reason = "being filled in"
)]
use crate::{api::Api, transport::Transport, *};
use relaychat_protocol::{
    AttachmentId, ChatId, MessageId, UserId, rest as wire, rest::limits::Limits,
};
use std::sync::Arc;

#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) base_url: String,
    pub(crate) device_name: Option<String>,
    pub(crate) utc_offset_ms: Option<i64>,
}
#[derive(Debug)]
pub(crate) struct Credentials;
impl Credentials {
    pub(crate) fn accounts(store: Arc<dyn SessionStore>) -> Self {
        Self
    }
    pub(crate) fn provider(provider: Arc<dyn TokenProvider>) -> Self {
        Self
    }
    pub(crate) async fn present(&self, api: Api<'_>) -> Result<String, RelayError> {
        unimplemented!()
    }
    pub(crate) async fn renew(
        &self,
        api: Api<'_>,
        why: TokenReason,
        refused: Option<&str>,
    ) -> Result<String, RelayError> {
        unimplemented!()
    }
}
#[derive(Debug)]
pub(crate) struct Runtime;
impl Runtime {
    pub(crate) fn new(
        settings: Settings,
        transport: Arc<dyn Transport>,
        credentials: Credentials,
    ) -> Arc<Self> {
        unimplemented!()
    }
    pub(crate) fn api(&self) -> Api<'_> {
        unimplemented!()
    }
    pub(crate) fn credentials(&self) -> &Credentials {
        unimplemented!()
    }
    pub(crate) fn transport(&self) -> &dyn Transport {
        unimplemented!()
    }
    pub(crate) fn base_url(&self) -> &str {
        unimplemented!()
    }
    pub(crate) fn device_name(&self) -> Option<String> {
        unimplemented!()
    }
    pub(crate) fn learn_users(&self, users: Vec<wire::users::User>) -> Vec<Arc<User>> {
        unimplemented!()
    }
    pub(crate) fn learn_me(&self, me: wire::users::Me) -> Arc<Me> {
        unimplemented!()
    }
    pub(crate) fn learn_chat_page(&self, cursor: &str, page: wire::chats::ChatPage) {
        unimplemented!()
    }
    pub(crate) fn learn_chat(&self, chat: wire::chats::ChatWithUsers) -> ChatId {
        unimplemented!()
    }
    pub(crate) fn log_in(&self, logged_in: wire::auth::LoggedIn) -> Arc<Me> {
        unimplemented!()
    }
    pub(crate) async fn sign_out(&self) {
        unimplemented!()
    }
    pub(crate) fn watch_presence(&self, user_id: UserId) -> Observable<Option<Presence>> {
        unimplemented!()
    }
    pub(crate) fn unwatch_presence(&self, user_id: UserId) {
        unimplemented!()
    }
    pub(crate) fn chat_list(&self) -> Observable<ChatListState> {
        unimplemented!()
    }
    pub(crate) fn next_chats_cursor(&self) -> Option<String> {
        unimplemented!()
    }
    pub(crate) fn chat_summary(&self, id: ChatId) -> Observable<Lookup<ChatSummary>> {
        unimplemented!()
    }
    pub(crate) fn chat_members(&self, id: ChatId) -> Observable<Vec<Arc<Member>>> {
        unimplemented!()
    }
    pub(crate) fn open_timeline(&self, id: ChatId) -> Observable<TimelineState> {
        unimplemented!()
    }
    pub(crate) fn close_timeline(&self, id: ChatId) {
        unimplemented!()
    }
    pub(crate) async fn load_before(&self, id: ChatId) -> Result<(), RelayError> {
        unimplemented!()
    }
    pub(crate) async fn load_after(&self, id: ChatId) -> Result<(), RelayError> {
        unimplemented!()
    }
    pub(crate) async fn jump_to(&self, id: ChatId, seq: u64) -> Result<(), RelayError> {
        unimplemented!()
    }
    pub(crate) async fn jump_to_latest(&self, id: ChatId) -> Result<(), RelayError> {
        unimplemented!()
    }
    pub(crate) fn send(
        &self,
        chat_id: ChatId,
        draft: Draft,
    ) -> (MessageId, Observable<OutgoingState>) {
        unimplemented!()
    }
    pub(crate) fn retry(&self, message_id: MessageId) {
        unimplemented!()
    }
    pub(crate) fn cancel(&self, message_id: MessageId) {
        unimplemented!()
    }
    pub(crate) fn mark_read(&self, id: ChatId, seq: u64) {
        unimplemented!()
    }
    pub(crate) fn set_typing(&self, id: ChatId, is_typing: bool) {
        unimplemented!()
    }
    pub(crate) async fn connect(&self) {
        unimplemented!()
    }
    pub(crate) fn close(&self) {
        unimplemented!()
    }
    pub(crate) fn connection(&self) -> Observable<ConnectionState> {
        unimplemented!()
    }
    pub(crate) fn reconnect_now(&self) {
        unimplemented!()
    }
    pub(crate) fn set_network_online(&self, is_online: bool) {
        unimplemented!()
    }
    pub(crate) fn me(&self) -> Observable<Option<Arc<Me>>> {
        unimplemented!()
    }
    pub(crate) fn limits(&self) -> Observable<Option<Limits>> {
        unimplemented!()
    }
    pub(crate) async fn attachment_links(
        &self,
        id: AttachmentId,
    ) -> Result<AttachmentLinks, RelayError> {
        unimplemented!()
    }
}
