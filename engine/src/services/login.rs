//! Logging in with a one-time code.
use super::{ServiceError, Services, SessionTokens};
use crate::domain::{session::Session, user::User};
use relaychat_protocol::LoginRequestId;
use std::net::IpAddr;

/// Answer to a request for a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CodeRequested {
    pub(crate) request_id: LoginRequestId,
    pub(crate) expires_in_ms: u64,
    pub(crate) resend_after_ms: u64,
}

/// A new login.
#[derive(Debug)]
pub(crate) struct NewSession {
    pub(crate) user: User,
    pub(crate) session: Session,
    pub(crate) tokens: SessionTokens,
}

impl Services {
    /// Sends a code to an address.
    pub(crate) async fn request_code(
        &self,
        _email: &str,
        _client: Option<IpAddr>,
    ) -> Result<CodeRequested, ServiceError> {
        Err(ServiceError::new(relaychat_protocol::ErrorCode::Internal))
    }
    /// Trades a code for a session.
    pub(crate) async fn verify_code(
        &self,
        _request_id: LoginRequestId,
        _code: &str,
        _device_name: Option<String>,
    ) -> Result<NewSession, ServiceError> {
        Err(ServiceError::new(relaychat_protocol::ErrorCode::Internal))
    }
    /// Trades the link of a mail for a session.
    pub(crate) async fn verify_link(
        &self,
        _token: &str,
        _device_name: Option<String>,
    ) -> Result<NewSession, ServiceError> {
        Err(ServiceError::new(relaychat_protocol::ErrorCode::Internal))
    }
    /// The code of a request, six digits. For the mail.
    pub(crate) fn code_for(&self, _request_id: LoginRequestId) -> String {
        String::new()
    }
    /// The one-time token of the link of a request. For the mail.
    pub(crate) fn link_token_for(&self, _request_id: LoginRequestId) -> String {
        String::new()
    }
}
