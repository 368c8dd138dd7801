//! A server of a host that is told by webhooks: it verifies signatures with nothing but the
//! documents, notes what it gets, and answers what the story wants.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use relaychat_engine::test_support::DEADLINE;
use relaychat_protocol::rest::webhooks::HostEvent;
use sha2::Sha256;
use tokio::{net::TcpListener, sync::Notify, task::JoinHandle};

/// What the receiver does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Status(u16),
    /// 200 with this body.
    Json(&'static str),
    Redirect,
    Hang,
}

/// One request that came.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) id: String,
    pub(crate) timestamp_s: i64,
    pub(crate) signature: String,
    pub(crate) body: String,
}

impl Received {
    pub(crate) fn event(&self) -> HostEvent {
        serde_json::from_str(&self.body).expect("a documented event")
    }

    /// Whether one of the signatures is that of the secret.
    pub(crate) fn is_signed_with(&self, secret: &str) -> bool {
        let secret = secret.strip_prefix("whsec_").expect("a secret");
        let key = STANDARD.decode(secret).expect("Base64");
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("any length");
        mac.update(format!("{}.{}.{}", self.id, self.timestamp_s, self.body).as_bytes());
        let expected = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
        self.signature.split(' ').any(|one| one == expected)
    }
}

#[derive(Debug)]
struct Inner {
    answer: Mutex<Answer>,
    received: Mutex<Vec<Received>>,
    came: Notify,
}

/// The server.
#[derive(Debug)]
pub(crate) struct Receiver {
    address: SocketAddr,
    inner: Arc<Inner>,
    server: JoinHandle<()>,
}

impl Receiver {
    pub(crate) async fn start() -> Self {
        let inner = Arc::new(Inner {
            answer: Mutex::new(Answer::Status(204)),
            received: Mutex::default(),
            came: Notify::new(),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("bound");
        let router = Router::new()
            .route("/", post(receive))
            .with_state(Arc::clone(&inner));
        let server = tokio::spawn(async move {
            axum::serve(listener, router).await.expect("serves");
        });
        Self {
            address,
            inner,
            server,
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    pub(crate) fn answer(&self, answer: Answer) {
        *self.inner.answer.lock().expect("unpoisoned") = answer;
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.inner.received.lock().expect("unpoisoned").clone()
    }

    /// The texts of the messages that came, in the order in which they came.
    pub(crate) fn texts(&self) -> Vec<String> {
        use relaychat_protocol::rest::webhooks::HostEventKind;
        let events = self.received().into_iter().map(|one| one.event().what);
        let texts = events.filter_map(|what| match what {
            HostEventKind::MessageSent(sent) => Some(sent.message.text),
            _ => None,
        });
        texts.collect()
    }

    /// Waits until so many requests came.
    pub(crate) async fn wait_for(&self, count: usize) -> Vec<Received> {
        let wait = async {
            loop {
                let came = self.inner.came.notified();
                let received = self.received();
                if received.len() >= count {
                    return received;
                }
                let _ = tokio::time::timeout(Duration::from_millis(200), came).await;
            }
        };
        let waited = tokio::time::timeout(DEADLINE, wait).await;
        waited.unwrap_or_else(|_| panic!("{count} requests, not {:?}", self.received()))
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn receive(State(inner): State<Arc<Inner>>, headers: HeaderMap, body: Bytes) -> Response {
    let text = |name: &str| {
        let value = headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default().to_owned()
    };
    let received = Received {
        id: text("webhook-id"),
        timestamp_s: text("webhook-timestamp").parse().unwrap_or_default(),
        signature: text("webhook-signature"),
        body: String::from_utf8(body.to_vec()).expect("UTF-8"),
    };
    inner.received.lock().expect("unpoisoned").push(received);
    inner.came.notify_waiters();
    let answer = *inner.answer.lock().expect("unpoisoned");
    match answer {
        Answer::Status(status) => StatusCode::from_u16(status).expect("one").into_response(),
        Answer::Json(body) => body.into_response(),
        Answer::Redirect => (StatusCode::FOUND, [(header::LOCATION, "/")]).into_response(),
        Answer::Hang => std::future::pending().await,
    }
}
