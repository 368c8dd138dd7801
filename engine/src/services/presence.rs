//! What presence needs from storage: who may see whom, and when somebody was last seen. Presence
//! itself is ephemeral and lives with the sockets.

use relaychat_protocol::UserId;

use super::{ServiceError, Services};
use crate::domain::user::User;

impl Services {
    /// Notes when people were last connected.
    pub(crate) async fn update_last_seen(
        &self,
        seen: &[(UserId, i64)],
    ) -> Result<(), ServiceError> {
        if seen.is_empty() {
            return Ok(());
        }
        let mut transaction = self.storage.begin().await?;
        transaction.users().update_last_seen(seen).await?;
        self.commit(transaction, Vec::new()).await
    }

    /// Those of `among` who share a chat with the user, with when they were last seen.
    pub(crate) async fn contacts(
        &self,
        user_id: UserId,
        among: &[UserId],
    ) -> Result<Vec<User>, ServiceError> {
        let mut snapshot = self.storage.snapshot().await?;
        let contacts = snapshot.users().list_contacts(user_id, among).await?;
        Ok(snapshot.users().find_many(&contacts).await?)
    }
}
