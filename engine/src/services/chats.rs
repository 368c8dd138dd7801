//! Chats.
use super::{Caller, ServiceError, Services};
use crate::{
    domain::{chat_view::ChatView, user::User},
    storage::UnreadTotal,
};
use relaychat_protocol::{ChatId, UserId};
impl Services {
    pub(crate) async fn list_chats(
        &self,
        _caller: Caller,
        _cursor: Option<&str>,
        _limit: Option<u32>,
    ) -> Result<(Vec<ChatView>, Vec<User>, Option<String>), ServiceError> {
        Err(ServiceError::new(relaychat_protocol::ErrorCode::Internal))
    }
    pub(crate) async fn get_chat(
        &self,
        _caller: Caller,
        _chat_id: ChatId,
    ) -> Result<(ChatView, Vec<User>), ServiceError> {
        Err(ServiceError::new(relaychat_protocol::ErrorCode::Internal))
    }
    /// The one-to-one chat with a person; whether it was made now.
    pub(crate) async fn open_direct_chat(
        &self,
        _caller: Caller,
        _user_id: UserId,
    ) -> Result<(ChatView, Vec<User>, bool), ServiceError> {
        Err(ServiceError::new(relaychat_protocol::ErrorCode::Internal))
    }
    pub(crate) async fn unread_total(&self, _caller: Caller) -> Result<UnreadTotal, ServiceError> {
        Err(ServiceError::new(relaychat_protocol::ErrorCode::Internal))
    }
}
