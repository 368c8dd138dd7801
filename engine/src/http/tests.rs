//! REST from the outside, driven by its own document: every operation with every kind of bad input,
//! without a token, and by strangers.

mod bad_input;
mod host;
mod strangers;

use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

use super::*;
use relaychat_protocol::UserId;

use crate::services::{Caller, tests::Harness};

/// An answer, read whole.
#[derive(Debug)]
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Value,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).map(|value| value.to_str());
        value.and_then(Result::ok).unwrap_or_default()
    }

    /// The code of a problem, which must look like one.
    fn code(&self) -> &str {
        assert_eq!(
            self.header("content-type"),
            "application/problem+json",
            "{self:?}"
        );
        assert_eq!(self.body["status"], self.status.as_u16());
        assert_eq!(self.body["request_id"], self.header("x-request-id"));
        self.body["code"].as_str().expect("a code")
    }
}

/// The REST interface on its own.
struct Api {
    harness: Harness,
    router: Router,
    /// Alice, who is in every chat of a test.
    alice: Caller,
    alice_token: String,
    /// A key of a server of the host.
    server_key: String,
    /// Somebody who shares nothing with her.
    stranger_token: String,
}

impl Api {
    async fn new() -> Self {
        Self::with(HttpSettings::default()).await
    }

    async fn with(settings: HttpSettings) -> Self {
        let harness = Harness::new().await;
        let alice_token = harness
            .log_in("alice@example.com")
            .await
            .tokens
            .access_token;
        let stranger_token = harness
            .log_in("mallory@example.com")
            .await
            .tokens
            .access_token;
        let key = harness.services.create_server_key("tests").await;
        let alice = harness.services.authenticate(&alice_token).await;
        let limits = crate::wire::limits(&crate::Config::default());
        let state = ApiState {
            services: Arc::clone(&harness.services),
            settings: Arc::new(settings),
            limits: Arc::new(limits),
        };
        Self {
            router: router(state, Router::new(), true),
            alice: alice.expect("a fresh token"),
            alice_token,
            server_key: key.expect("a key").1,
            stranger_token,
            harness,
        }
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await;
        let (parts, body) = response.expect("infallible").into_parts();
        let bytes = body.collect().await.expect("whole").to_bytes();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
        }
    }

    /// What proves that the caller may ask for an operation: Alice's token, or a server key.
    fn token_for(&self, operation: &Operation) -> &str {
        if operation.is_for_servers() {
            &self.server_key
        } else {
            &self.alice_token
        }
    }

    /// A request with an optional token and JSON body.
    async fn call(
        &self,
        method: &Method,
        path: &str,
        token: Option<&str>,
        body: Option<&Value>,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let body = match body {
            None => Body::empty(),
            Some(json) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                Body::from(json.to_string())
            }
        };
        self.send(request.body(body).expect("a request")).await
    }

    async fn get(&self, path: &str) -> Answer {
        self.call(&Method::GET, path, None, None).await
    }
}

/// An operation of the document.
struct Operation {
    method: Method,
    path: String,
    spec: Value,
}

impl Operation {
    fn id(&self) -> &str {
        self.spec["operationId"].as_str().expect("an id")
    }

    /// Whether it takes a server key and no token of a person.
    fn is_for_servers(&self) -> bool {
        self.path.starts_with("/v1/server/")
    }

    fn needs_token(&self) -> bool {
        self.spec["security"]
            .as_array()
            .is_some_and(|list| !list.is_empty())
    }

    /// Fails when an answer is not among the documented ones.
    fn check_documented(&self, answer: &Answer, what: &str) {
        let documented = &self.spec["responses"][answer.status.as_str()];
        assert!(documented.is_object(), "{} {what}: {answer:?}", self.id());
        if answer.status.is_client_error() {
            let code = answer.code();
            let example = &documented["content"]["application/problem+json"]["examples"][code];
            assert!(
                example.is_object(),
                "{} {what}: undocumented {code}",
                self.id()
            );
        }
    }
}

/// All operations of the document.
fn operations() -> Vec<Operation> {
    let document = serde_json::to_value(openapi()).expect("JSON");
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, spec) in item.as_object().expect("operations") {
            all.push(Operation {
                method: method.to_uppercase().parse().expect("a method"),
                path: path.clone(),
                spec: spec.clone(),
            });
        }
    }
    assert!(all.len() > 25, "the document is whole");
    all
}

#[tokio::test]
async fn an_unknown_address_of_ours_is_a_problem_and_the_hosts_are_left_alone() {
    let api = Api::new().await;
    for path in [
        "/v1",
        "/v1/",
        "/v1/nothing",
        "/v1/chats/a/b/c/d",
        "/api/docs/nothing",
    ] {
        let answer = api.get(path).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code()),
            (404, "not_found"),
            "{path}"
        );
    }
    let host = Router::new()
        .nest("/chat", api.router.clone())
        .fallback(async || (StatusCode::IM_A_TEAPOT, "the host's"));
    let ask = async |path: &str| {
        let request = Request::get(path).body(Body::empty()).expect("a request");
        host.clone()
            .oneshot(request)
            .await
            .expect("infallible")
            .status()
    };
    assert_eq!(ask("/chat/livez").await, 200);
    assert_eq!(ask("/chat/v1/limits").await, 200);
    assert_eq!(ask("/chat/v1/nothing").await, 404);
    assert_eq!(ask("/chat/nothing").await, 418);
    assert_eq!(ask("/nothing").await, 418);
    assert_eq!(ask("/v1/limits").await, 418);
}

#[tokio::test]
async fn a_method_that_is_not_allowed_names_those_that_are() {
    let api = Api::new().await;
    for operation in operations() {
        let path = operation.path.replace(['{', '}'], "");
        let answer = api.call(&Method::TRACE, &path, None, None).await;
        assert_eq!(answer.code(), "method_not_allowed", "{path}");
        assert_eq!(answer.status, 405);
        let allowed = answer.header("allow");
        assert!(
            allowed.contains(operation.method.as_str()),
            "{path}: {allowed}"
        );
    }
}

#[tokio::test]
async fn without_a_valid_token_nothing_private_answers() {
    let api = Api::new().await;
    for operation in operations().iter().filter(|one| one.needs_token()) {
        let path = operation.path.replace(['{', '}'], "");
        for token in [None, Some(""), Some("x"), Some("a.b.c")] {
            let answer = api.call(&operation.method, &path, token, None).await;
            assert_eq!(answer.code(), "unauthenticated", "{}", operation.id());
            assert_eq!(answer.header("www-authenticate"), "Bearer");
            operation.check_documented(&answer, "without a token");
        }
        api.harness.clock.advance_ms(1);
    }
}

#[tokio::test]
async fn every_answer_has_an_id_and_safe_headers() {
    let api = Api::new().await;
    for path in ["/livez", "/readyz", "/v1/limits", "/v1/nothing", "/v1/me"] {
        let request = Request::get(path)
            .header("x-request-id", "forged")
            .body(Body::empty());
        let answer = api.send(request.expect("a request")).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("x-request-id").len(), 36, "the server's own");
    }
}

#[tokio::test]
async fn the_pages_for_people_load_nothing_from_elsewhere() {
    let api = Api::new().await;
    for path in ["/api/docs", "/api/docs/errors"] {
        let answer = api.get(path).await;
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; style-src 'self'"));
    }
    let document = api.get("/api/docs/openapi.json").await;
    assert_eq!(document.body["info"]["title"], "RelayChat");
}

#[tokio::test]
async fn only_allowed_origins_may_call_from_other_pages() {
    let api = Api::with(HttpSettings {
        allowed_origins: vec!["https://app.example.com".to_owned()],
        ..HttpSettings::default()
    })
    .await;
    let ask = async |origin: &str| {
        let request = Request::get("/v1/me").header(header::ORIGIN, origin);
        let answer = api
            .send(request.body(Body::empty()).expect("a request"))
            .await;
        answer.header("access-control-allow-origin").to_owned()
    };
    assert_eq!(
        ask("https://app.example.com").await,
        "https://app.example.com",
        "errors too"
    );
    assert_eq!(ask("https://evil.example.com").await, "");
    let api = Api::new().await;
    let request = Request::get("/v1/limits").header(header::ORIGIN, "https://a.example");
    let answer = api
        .send(request.body(Body::empty()).expect("a request"))
        .await;
    assert_eq!(
        answer.header("access-control-allow-origin"),
        "",
        "off by default"
    );
}

#[tokio::test]
async fn a_limited_request_says_how_long_to_wait() {
    let api = Api::new().await;
    let router = api
        .router
        .clone()
        .layer(axum::Extension(axum::extract::ConnectInfo(
            std::net::SocketAddr::from(([203, 0, 113, 9], 1_234)),
        )));
    let mut last = None;
    for number in 0..=crate::limits::CODES_PER_NETWORK {
        let body = format!(r#"{{"email":"a{number}@example.com"}}"#);
        let request = Request::post("/v1/auth/codes")
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body));
        let answer = router.clone().oneshot(request.expect("a request")).await;
        last = Some(answer.expect("infallible"));
    }
    let last = last.expect("some answers");
    assert_eq!(last.status(), 429);
    assert_eq!(last.headers()["retry-after"], "3600");
}
