//! People.
use super::{Caller, ServiceError, Services};
use crate::domain::user::User;
use relaychat_protocol::UserId;
impl Services {
    /// A page of people and the cursor of the next one.
    pub(crate) async fn list_users(
        &self,
        _caller: Caller,
        _query: Option<&str>,
        _cursor: Option<&str>,
        _limit: Option<u32>,
    ) -> Result<(Vec<User>, Option<String>), ServiceError> {
        Err(ServiceError::new(relaychat_protocol::ErrorCode::Internal))
    }
    /// One person.
    pub(crate) async fn get_user(
        &self,
        _caller: Caller,
        _user_id: UserId,
    ) -> Result<User, ServiceError> {
        Err(ServiceError::new(relaychat_protocol::ErrorCode::Internal))
    }
}
