//! What a test asks of the API: logging in, and any call without the network.

use axum::{
    Router,
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use http_body_util::BodyExt;
use relaychat_protocol::{
    UserId,
    rest::auth::{CodeRequested, LoggedIn, RequestCode, VerifyCode},
};
use serde::{Serialize, de::DeserializeOwned};
use tower::ServiceExt;

use super::{DEADLINE, TestEngine};
use crate::clock::Clock;

/// After so long an address may get another mail.
const MAIL_PAUSE_MS: i64 = 61_000;

/// Somebody who is logged in.
#[derive(Clone, Debug)]
pub struct TestUser {
    /// Who.
    pub id: UserId,
    /// The address.
    pub email: String,
    /// For `Authorization` and `hello`.
    pub access_token: String,
    /// Everything the login answered.
    pub login: LoggedIn,
}

impl TestEngine {
    /// Logs somebody in with the code from the mail; the account is made if need be. The second
    /// login of one address within a minute moves the clock, since one mail a minute is sent.
    ///
    /// # Panics
    /// When any step is not answered as documented.
    pub async fn log_in(&self, email: &str) -> TestUser {
        let mails = self.mails_to(email).len();
        let newest_ms = self.mails_to(email).last().map(|mail| mail.1);
        if newest_ms.is_some_and(|sent_ms| sent_ms + MAIL_PAUSE_MS > self.clock().now_ms()) {
            self.clock().advance_ms(MAIL_PAUSE_MS);
        }
        let request = RequestCode {
            email: email.to_owned(),
        };
        let requested: CodeRequested = self
            .call(Method::POST, "/v1/auth/codes", None, Some(&request))
            .await
            .expect("a code request is accepted");
        let code = tokio::time::timeout(DEADLINE, async {
            loop {
                let count = self.mails().mails().len();
                if let Some((code, _)) = self.mails_to(email).get(mails) {
                    return code.clone();
                }
                self.mails().wait_for(count + 1).await;
            }
        })
        .await
        .expect("a mail arrives");
        let verify = VerifyCode {
            request_id: requested.request_id,
            code,
            device_name: Some("test".to_owned()),
        };
        let login: LoggedIn = self
            .call(Method::POST, "/v1/auth/verify", None, Some(&verify))
            .await
            .expect("the code is right");
        TestUser {
            id: login.me.user.id,
            email: email.to_owned(),
            access_token: login.tokens.access_token.clone(),
            login,
        }
    }

    /// Codes mailed to an address so far, oldest first, with the time of each.
    fn mails_to(&self, email: &str) -> Vec<(String, i64)> {
        const CODE_LIFETIME_MS: i64 = crate::limits::CODE_TTL_MS;
        self.mails()
            .mails()
            .into_iter()
            .filter(|mail| mail.to.as_str() == email)
            .filter_map(|mail| mail.login)
            .map(|login| (login.code, login.expires_at_ms - CODE_LIFETIME_MS))
            .collect()
    }

    /// Calls an operation of the REST API through the engine's router, without the network. The
    /// error is the status with the body.
    ///
    /// # Errors
    /// The answer is no success, or not what was expected.
    ///
    /// # Panics
    /// When `path` is not one.
    pub async fn call<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        access_token: Option<&str>,
        body: Option<&impl Serialize>,
    ) -> Result<T, (StatusCode, String)> {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(token) = access_token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let body = match body {
            Some(body) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                Body::from(serde_json::to_vec(body).expect("a body"))
            }
            None => Body::empty(),
        };
        let router: Router = self.next_node().router();
        let request = request.body(body).expect("a request");
        let response = router
            .oneshot(request)
            .await
            .expect("routers always answer");
        let status = response.status();
        let bytes = response
            .into_body()
            .collect()
            .await
            .expect("a body")
            .to_bytes();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let text = if text.is_empty() { "null" } else { &text }.to_owned();
        if !status.is_success() {
            return Err((status, text));
        }
        serde_json::from_str(&text).map_err(|error| (status, format!("{error}: {text}")))
    }
}
