//! What presence needs from storage.
use super::{ServiceError, Services};
use crate::domain::user::User;
use relaychat_protocol::UserId;
impl Services {
    /// Notes when people were last connected.
    pub(crate) async fn update_last_seen(
        &self,
        _seen: &[(UserId, i64)],
    ) -> Result<(), ServiceError> {
        Err(ServiceError::new(relaychat_protocol::ErrorCode::Internal))
    }
    /// Those of `among` who share a chat with the user, with what is known of them (such as when
    /// they were last seen).
    pub(crate) async fn contacts(
        &self,
        _user_id: UserId,
        _among: &[UserId],
    ) -> Result<Vec<User>, ServiceError> {
        Err(ServiceError::new(relaychat_protocol::ErrorCode::Internal))
    }
}
