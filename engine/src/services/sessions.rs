//! Sessions.
use super::{Caller, ServiceError, Services};
use crate::domain::session::Session;
use relaychat_protocol::SessionId;

/// The tokens of a session.
pub(crate) struct SessionTokens {
    pub(crate) access_token: String,
    pub(crate) access_expires_in_ms: u64,
    pub(crate) refresh_token: String,
}
impl std::fmt::Debug for SessionTokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SessionTokens(…)")
    }
}

impl Services {
    /// Trades a refresh token for new tokens.
    pub(crate) async fn refresh_session(
        &self,
        _refresh_token: &str,
    ) -> Result<SessionTokens, ServiceError> {
        Err(ServiceError::new(relaychat_protocol::ErrorCode::Internal))
    }
    /// The caller's live sessions, newest first.
    pub(crate) async fn list_sessions(
        &self,
        _caller: Caller,
    ) -> Result<Vec<Session>, ServiceError> {
        Err(ServiceError::new(relaychat_protocol::ErrorCode::Internal))
    }
    /// Ends a session of the caller.
    pub(crate) async fn revoke_session(
        &self,
        _caller: Caller,
        _session_id: SessionId,
    ) -> Result<(), ServiceError> {
        Err(ServiceError::new(relaychat_protocol::ErrorCode::Internal))
    }
}
