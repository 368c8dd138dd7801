//! Catching up.
use super::{Caller, ServiceError, Services};
use crate::domain::{chat_view::ChatView, member::Member, message::Message, user::User};
use relaychat_protocol::{ChatId, UserId};
/// How to use an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SyncKind {
    Snapshot,
    Changes,
    Reset,
}
/// New and changed messages of one chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ChatMessages {
    pub(crate) chat_id: ChatId,
    /// Ascending by `seq`.
    pub(crate) messages: Vec<Message>,
    /// Closed range of `seq` that is missing.
    pub(crate) gap: Option<(u64, u64)>,
}
/// Everything a client needs to be up to date, from one state of storage.
#[derive(Clone, Debug)]
pub(crate) struct SyncAnswer {
    pub(crate) kind: SyncKind,
    pub(crate) token: String,
    pub(crate) has_more: bool,
    pub(crate) me: User,
    pub(crate) chats: Vec<ChatView>,
    pub(crate) messages: Vec<ChatMessages>,
    pub(crate) removed_chat_ids: Vec<ChatId>,
    pub(crate) receipts: Vec<Member>,
    pub(crate) users: Vec<User>,
    pub(crate) next_chats_cursor: Option<String>,
    /// All chats the caller is a member of, in the same state. For the hub, not for the wire.
    pub(crate) chat_ids: Vec<ChatId>,
    /// The change number of that state. For the hub: events up to it are in what the answer
    /// (with its following pages) covers.
    pub(crate) change: u64,
}
impl Services {
    pub(crate) async fn sync(
        &self,
        _caller: Caller,
        _since: Option<&str>,
    ) -> Result<SyncAnswer, ServiceError> {
        Err(ServiceError::new(relaychat_protocol::ErrorCode::Internal))
    }
    /// The token of somebody who has been told everything up to `change`.
    pub(crate) fn sync_token(&self, _user_id: UserId, _change: u64) -> String {
        String::new()
    }
}
