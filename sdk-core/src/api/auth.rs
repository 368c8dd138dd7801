//! Codes, sessions, tokens.

use relaychat_protocol::{
    LoginRequestId, SessionId,
    rest::auth::{
        CodeRequested, LoggedIn, RefreshSession, RequestCode, SessionList, Tokens, VerifyCode,
        VerifyLink,
    },
};

use super::{Api, json};
use crate::{RelayError, StoredSession, platform, transport::Method};

impl Api<'_> {
    pub(crate) async fn request_code(self, email: &str) -> Result<CodeRequested, RelayError> {
        let email = email.to_owned();
        self.anonymous("/auth/codes", json(&RequestCode { email }))
            .await
    }

    pub(crate) async fn verify_code(
        self,
        request_id: LoginRequestId,
        code: &str,
    ) -> Result<LoggedIn, RelayError> {
        let body = VerifyCode {
            request_id,
            code: code.to_owned(),
            device_name: self.runtime.device_name(),
        };
        self.anonymous("/auth/verify", json(&body)).await
    }

    pub(crate) async fn verify_link(self, token: &str) -> Result<LoggedIn, RelayError> {
        let body = VerifyLink {
            token: token.to_owned(),
            device_name: self.runtime.device_name(),
        };
        self.anonymous("/auth/verify-link", json(&body)).await
    }

    pub(crate) async fn refresh_session(self, refresh_token: String) -> Result<Tokens, RelayError> {
        self.anonymous("/auth/refresh", json(&RefreshSession { refresh_token }))
            .await
    }

    pub(crate) async fn list_sessions(self) -> Result<SessionList, RelayError> {
        self.get("/sessions").await
    }

    pub(crate) async fn revoke_session(self, session_id: SessionId) -> Result<(), RelayError> {
        self.call(Method::Delete, &format!("/sessions/{session_id}"), None)
            .await?;
        Ok(())
    }

    /// Ends a session that this device has forgotten already.
    pub(crate) async fn end_session(self, session: StoredSession) -> Result<(), RelayError> {
        let access_token = if session.access_expires_at_ms > platform::now_ms() {
            session.access_token
        } else {
            self.refresh_session(session.refresh_token)
                .await?
                .access_token
        };
        let path = format!("/sessions/{}", session.session_id);
        let mut request = self.request(Method::Delete, &path, None);
        request.bearer = Some(access_token);
        self.exchange(request, None).await?;
        Ok(())
    }
}
