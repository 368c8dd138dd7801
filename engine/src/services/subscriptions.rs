//! Which chats a socket listens to.

use relaychat_protocol::{ChatId, UserId};

use super::{ServiceError, Services};

impl Services {
    /// All chats the user is a member of now.
    pub(crate) async fn list_chat_ids(&self, user_id: UserId) -> Result<Vec<ChatId>, ServiceError> {
        let mut snapshot = self.storage.snapshot().await?;
        Ok(snapshot.users().list_chat_ids(user_id).await?)
    }
}
