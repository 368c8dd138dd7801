//! REST calls: one function per operation, one file per resource.
//!
//! A call is authenticated, and repeated once with a new token when the server refuses the present
//! one. Nothing else is repeated here: whoever calls knows whether that makes sense.

use bytes::Bytes;
use relaychat_protocol::Problem;
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    Content, RelayError, TokenReason, decode, encode,
    runtime::Runtime,
    transport::{Body, HttpRequest, HttpResponse, Method, OnProgress},
};

mod attachments;
mod auth;
mod blocks;
mod chats;
mod invites;
mod messages;
mod reports;
mod search;
mod sync;
mod users;

pub(crate) use messages::{HISTORY_PAGE, HistoryQuery};

/// The engine's REST interface as this client uses it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Api<'a> {
    runtime: &'a Runtime,
}

impl<'a> Api<'a> {
    pub(crate) fn new(runtime: &'a Runtime) -> Self {
        Self { runtime }
    }

    async fn get<T: DeserializeOwned>(self, path: &str) -> Result<T, RelayError> {
        parse(&self.call(Method::Get, path, None).await?)
    }

    async fn send<T: DeserializeOwned>(
        self,
        method: Method,
        path: &str,
        body: Option<Body>,
    ) -> Result<T, RelayError> {
        parse(&self.call(method, path, body).await?)
    }

    /// A call by the person who is logged in.
    async fn call(
        self,
        method: Method,
        path: &str,
        body: Option<Body>,
    ) -> Result<Bytes, RelayError> {
        self.authenticated(self.request(method, path, body), None)
            .await
    }

    /// What a binding has written: see [`Client::exchange`](crate::Client::exchange).
    pub(crate) async fn exchange_json(
        self,
        method: &str,
        path: &str,
        body: Option<String>,
    ) -> Result<String, RelayError> {
        let method = Method::parse(method);
        let answer = self.call(method, path, body.map(json_body)).await?;
        String::from_utf8(answer.into())
            .map_err(|_| RelayError::network("the answer is not text".to_owned()))
    }

    async fn authenticated(
        self,
        mut request: HttpRequest,
        on_progress: Option<&(dyn OnProgress + 'a)>,
    ) -> Result<Bytes, RelayError> {
        let token = self.runtime.token(TokenReason::Connect, None).await?;
        request.bearer = Some(token.clone());
        match self.exchange(request.clone(), on_progress).await {
            Err(error) if error.is_unauthenticated() => {}
            answer => return answer,
        }
        let reason = TokenReason::Rejected;
        request.bearer = Some(self.runtime.token(reason, Some(&token)).await?);
        self.exchange(request, on_progress).await
    }

    /// A call that needs no login.
    async fn anonymous<T: DeserializeOwned>(
        self,
        path: &str,
        body: Option<Body>,
    ) -> Result<T, RelayError> {
        let request = self.request(Method::Post, path, body);
        parse(&self.exchange(request, None).await?)
    }

    async fn exchange(
        self,
        request: HttpRequest,
        on_progress: Option<&(dyn OnProgress + 'a)>,
    ) -> Result<Bytes, RelayError> {
        let tell = on_progress.map(|tell| Box::new(tell) as Box<dyn OnProgress + '_>);
        let response = self.runtime.transport().http(request, tell).await?;
        into_body(response)
    }

    fn request(self, method: Method, path: &str, body: Option<Body>) -> HttpRequest {
        HttpRequest {
            method,
            url: format!("{}/v1{path}", self.runtime.base_url()),
            bearer: None,
            body,
        }
    }
}

fn json(value: &impl Serialize) -> Option<Body> {
    Some(json_body(encode::json(value)))
}

fn json_body(text: String) -> Body {
    Body {
        content: Content::Bytes(text.into_bytes().into()),
        content_type: "application/json".to_owned(),
    }
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, RelayError> {
    decode::object(body)
        .map_err(|error| RelayError::network(format!("the answer cannot be read: {error}")))
}

/// The body of a good answer, the error of any other. An answer without a readable problem comes
/// from something between: a proxy that waits for the engine, a captive portal.
fn into_body(response: HttpResponse) -> Result<Bytes, RelayError> {
    if (200..300).contains(&response.status) {
        return Ok(response.body);
    }
    match decode::object::<Problem>(&response.body) {
        Ok(problem) => Err(problem.into()),
        Err(_) => Err(RelayError::network(format!(
            "answered with status {} and no explanation",
            response.status
        ))),
    }
}

/// Percent-encodes a value for a query string.
fn encode(value: &str) -> String {
    let mut encoded = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
            encoded.push('%');
            encoded.push(char::from(DIGITS[usize::from(byte >> 4)]));
            encoded.push(char::from(DIGITS[usize::from(byte & 15)]));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_a_meaning_in_addresses_is_encoded() {
        assert_eq!(encode("a-b_c.d~9"), "a-b_c.d~9");
        assert_eq!(encode("a b&c=ü+"), "a%20b%26c%3D%C3%BC%2B");
    }

    #[test]
    fn an_answer_without_a_problem_is_the_networks_fault() {
        let answer = |status, body: &str| {
            into_body(HttpResponse {
                status,
                body: Bytes::from(body.to_owned()),
            })
        };
        assert_eq!(answer(204, ""), Ok(Bytes::new()));
        let proxy = answer(502, "<html>").expect_err("not a success");
        assert_eq!((proxy.code, proxy.retryable), ("network", true));
        let problem = Problem::new(relaychat_protocol::ErrorCode::NotFound, "no", "r");
        let found = answer(404, &serde_json::to_string(&problem).expect("serialises"));
        assert_eq!(found.expect_err("not a success").code, "not_found");
    }
}
