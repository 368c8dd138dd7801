//! The caller's own profile.
use super::{Caller, ServiceError, Services};
use crate::domain::user::User;
use relaychat_protocol::AttachmentId;
impl Services {
    pub(crate) async fn me(&self, _caller: Caller) -> Result<User, ServiceError> {
        Err(ServiceError::new(relaychat_protocol::ErrorCode::Internal))
    }
    pub(crate) async fn update_me(
        &self,
        _caller: Caller,
        _name: Option<String>,
    ) -> Result<User, ServiceError> {
        Err(ServiceError::new(relaychat_protocol::ErrorCode::Internal))
    }
    pub(crate) async fn set_avatar(
        &self,
        _caller: Caller,
        _attachment_id: AttachmentId,
    ) -> Result<User, ServiceError> {
        Err(ServiceError::new(relaychat_protocol::ErrorCode::Internal))
    }
    pub(crate) async fn remove_avatar(&self, _caller: Caller) -> Result<User, ServiceError> {
        Err(ServiceError::new(relaychat_protocol::ErrorCode::Internal))
    }
}
