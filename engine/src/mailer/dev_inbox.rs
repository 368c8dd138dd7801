//! The development inbox: login codes on a page instead of in a mail, for a machine without a mail
//! server.
//!
//! Whoever can read this inbox can log in as anybody. So the engine's binary only offers it while
//! it listens on loopback and its public address is loopback too, and the page itself answers only
//! to a loopback `Host`: a web site that rebinds its name to 127.0.0.1 gets nothing.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use axum::{
    Json, Router,
    extract::{Query, Request, State},
    http::{HeaderMap, StatusCode, header},
    middleware::{self, Next},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use minijinja::{AutoEscape, Environment, context};
use serde::{Deserialize, Serialize};

use super::{Mail, Mailer, MailerError};
use crate::{clock::Clock, domain::email::Email};

/// A mail in the development inbox.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct InboxMail {
    /// To whom.
    pub email: String,
    /// The subject line.
    pub subject: String,
    /// The login code.
    pub code: Option<String>,
    /// The one-time link.
    pub link: Option<String>,
    /// The plain text.
    pub text: String,
    /// When it came.
    pub received_at_ms: i64,
    /// When the code stops working.
    pub expires_at_ms: Option<i64>,
}

impl std::fmt::Debug for InboxMail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("InboxMail").finish_non_exhaustive()
    }
}

/// Keeps the newest mails in memory and shows them.
pub struct DevInbox {
    clock: Arc<dyn Clock>,
    mails: Mutex<VecDeque<InboxMail>>,
    on_mail: Option<OnMail>,
}

type OnMail = Box<dyn Fn(&InboxMail) + Send + Sync>;

/// How many mails are kept: a page that can be read.
const MAILS_MAX: usize = 50;
/// Nothing but the page's own style, and nobody may frame it.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'";

impl DevInbox {
    /// An empty inbox.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            mails: Mutex::default(),
            on_mail: None,
        }
    }

    /// Calls `on_mail` for each mail, for instance to print its code.
    #[must_use]
    pub fn on_mail(mut self, on_mail: impl Fn(&InboxMail) + Send + Sync + 'static) -> Self {
        self.on_mail = Some(Box::new(on_mail));
        self
    }

    /// The mails, newest first.
    #[must_use]
    pub fn mails(&self) -> Vec<InboxMail> {
        self.lock().iter().cloned().collect()
    }

    /// The newest mail to `email`.
    #[must_use]
    pub fn latest(&self, email: &Email) -> Option<InboxMail> {
        let mails = self.lock();
        mails
            .iter()
            .find(|mail| mail.email == email.as_str())
            .cloned()
    }

    /// `GET /_/inbox` (a page) and `GET /_/inbox/latest.json?email=` (the newest mail to an
    /// address, or 404).
    pub fn router(self: &Arc<Self>) -> Router {
        Router::new()
            .route("/_/inbox", get(page))
            .route("/_/inbox/latest.json", get(latest))
            .layer(middleware::from_fn(only_loopback))
            .with_state(self.clone())
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<InboxMail>> {
        self.mails.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for DevInbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DevInbox").finish_non_exhaustive()
    }
}

#[async_trait]
impl Mailer for DevInbox {
    async fn send(&self, mail: &Mail) -> Result<(), MailerError> {
        let login = mail.login.as_ref();
        let mail = InboxMail {
            email: mail.to.as_str().to_owned(),
            subject: mail.subject.clone(),
            code: login.map(|login| login.code.clone()),
            link: login.and_then(|login| login.link.clone()),
            text: mail.text.clone(),
            received_at_ms: self.clock.now_ms(),
            expires_at_ms: login.map(|login| login.expires_at_ms),
        };
        {
            let mut mails = self.lock();
            mails.push_front(mail.clone());
            mails.truncate(MAILS_MAX);
        }
        if let Some(on_mail) = &self.on_mail {
            on_mail(&mail);
        }
        Ok(())
    }
}

#[derive(Deserialize)]
struct LatestQuery {
    email: String,
}

async fn latest(State(inbox): State<Arc<DevInbox>>, Query(query): Query<LatestQuery>) -> Response {
    let mail = Email::parse(&query.email).and_then(|email| inbox.latest(&email));
    match mail {
        Some(mail) => Json(mail).into_response(),
        None => (StatusCode::NOT_FOUND, Json(serde_json::json!({}))).into_response(),
    }
}

async fn page(State(inbox): State<Arc<DevInbox>>) -> Response {
    let now_ms = inbox.clock.now_ms();
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    let mails: Vec<_> = inbox
        .mails()
        .iter()
        .map(|mail| {
            context! {
                email => &mail.email,
                code => &mail.code,
                link => &mail.link,
                text => &mail.text,
                age => age(now_ms - mail.received_at_ms),
                is_expired => mail.expires_at_ms.is_some_and(|expires| expires <= now_ms),
            }
        })
        .collect();
    let source = include_str!("../../templates/inbox/page.html");
    match environment.render_str(source, context! { mails }) {
        Ok(html) => Html(html).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// "just now", "5 min ago", "2 h ago".
fn age(age_ms: i64) -> String {
    match age_ms.max(0) / 60_000 {
        0 => "just now".to_owned(),
        minutes @ 1..60 => format!("{minutes} min ago"),
        minutes => format!("{} h ago", minutes / 60),
    }
}

async fn only_loopback(request: Request, next: Next) -> Response {
    if !names_loopback(request.headers()) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
    ] {
        headers.insert(name, header::HeaderValue::from_static(value));
    }
    response
}

fn names_loopback(headers: &HeaderMap) -> bool {
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let Some(host) = host.and_then(|host| host.parse::<axum::http::uri::Authority>().ok()) else {
        return false;
    };
    let host = host.host().trim_matches(['[', ']']);
    host.eq_ignore_ascii_case("localhost")
        || host
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use http_body_util::BodyExt;
    use tower::ServiceExt;

    use super::*;
    use crate::{
        clock::ManualClock,
        mailer::{LoginCode, conformance},
    };

    async fn get_page(inbox: &Arc<DevInbox>, host: &str, path: &str) -> (StatusCode, String) {
        let request = axum::http::Request::get(path)
            .header(header::HOST, host)
            .body(Body::empty())
            .expect("a request");
        let response = inbox.router().oneshot(request).await.expect("answers");
        let status = response.status();
        let body = response
            .into_body()
            .collect()
            .await
            .expect("a body")
            .to_bytes();
        (status, String::from_utf8(body.to_vec()).expect("text"))
    }

    fn mail(code: &str) -> Mail {
        Mail {
            text: "<script>alert(1)</script>".to_owned(),
            login: Some(LoginCode {
                code: code.to_owned(),
                link: Some("http://127.0.0.1:8080/login#token=abc".to_owned()),
                expires_at_ms: 600_000,
            }),
            ..conformance::sample("alice@example.com")
        }
    }

    #[tokio::test]
    async fn the_newest_mail_comes_first_and_as_json() {
        let printed = Arc::new(Mutex::new(Vec::new()));
        let inbox = Arc::new(DevInbox::new(Arc::new(ManualClock::new(0))).on_mail({
            let printed = printed.clone();
            move |mail| printed.lock().expect("lock").push(mail.code.clone())
        }));
        for code in ["111111", "222222"] {
            inbox.send(&mail(code)).await.expect("takes it");
        }
        let path = "/_/inbox/latest.json?email=Alice%40Example.com";
        let (status, json) = get_page(&inbox, "127.0.0.1:8080", path).await;
        assert_eq!(status, StatusCode::OK);
        assert!(json.contains("\"code\":\"222222\""), "{json}");
        let (_, html) = get_page(&inbox, "localhost", "/_/inbox").await;
        assert!(html.find("222222") < html.find("111111"), "newest first");
        assert!(!html.contains("<script>"), "texts are escaped");
        let printed = printed.lock().expect("lock").clone();
        assert_eq!(
            printed,
            [Some("111111".to_owned()), Some("222222".to_owned())]
        );
    }

    #[tokio::test]
    async fn a_name_that_was_rebound_to_loopback_gets_nothing() {
        let inbox = Arc::new(DevInbox::new(Arc::new(ManualClock::new(0))));
        for (host, status) in [
            ("evil.example.com", StatusCode::NOT_FOUND),
            ("127.0.0.1.evil.example.com:8080", StatusCode::NOT_FOUND),
            ("192.168.1.5:8080", StatusCode::NOT_FOUND),
            ("[::1]:8080", StatusCode::OK),
            ("LOCALHOST:8080", StatusCode::OK),
        ] {
            assert_eq!(get_page(&inbox, host, "/_/inbox").await.0, status, "{host}");
        }
    }

    #[tokio::test]
    async fn only_the_newest_mails_are_kept() {
        let inbox = DevInbox::new(Arc::new(ManualClock::new(0)));
        for _ in 0..MAILS_MAX + 5 {
            inbox.send(&mail("333333")).await.expect("takes it");
        }
        assert_eq!(inbox.mails().len(), MAILS_MAX);
    }
}
