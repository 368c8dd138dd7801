//! A whole engine for tests (feature `test-support`): on a real port, with a clock that is moved by
//! hand and mail that is caught.
//!
//! Nothing in it is simplified: requests go through the real router, messages into a real database
//! (in the system's memory file system where there is one), sockets over TCP. Host applications may
//! use it for their own tests:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! use relaychat_engine::test_support::TestEngine;
//!
//! let engine = TestEngine::start().await;
//! assert!(engine.url().starts_with("http://127.0.0.1:"));
//! engine.stop().await;
//! # }
//! ```
//!
//! Every failure is a panic with what went wrong: that is what a test wants.

use std::{net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

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
use tempfile::TempDir;
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use crate::{
    Config, Engine,
    blobs::{BlobStore, MemoryBlobs},
    clock::{Clock, ManualClock},
    mailer::MemoryMailer,
    serve,
    storage::sqlite::Sqlite,
};

/// When the clock of a test stands at first: in September 2026.
pub const START_MS: i64 = 1_790_000_000_000;
/// How long anything may take before a test gives up.
pub const DEADLINE: Duration = Duration::from_secs(20);
/// After so long an address may get another mail.
const MAIL_PAUSE_MS: i64 = 61_000;

/// A running engine.
#[derive(Debug)]
pub struct TestEngine {
    engine: Engine,
    parts: Parts,
    address: SocketAddr,
    stop: CancellationToken,
    server: JoinHandle<()>,
}

/// What outlives a restart.
#[derive(Debug)]
struct Parts {
    clock: Arc<ManualClock>,
    mails: Arc<MemoryMailer>,
    blobs: Arc<MemoryBlobs>,
    config: Config,
    folder: TempDir,
}

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
    /// An engine with the default settings, but a short drain.
    ///
    /// # Panics
    /// When it cannot start.
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// An engine whose settings `change` has changed.
    ///
    /// # Panics
    /// When it cannot start.
    pub async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        let mut config = Config::default();
        config.realtime.drain_window_ms = 100;
        change(&mut config);
        let parts = Parts {
            clock: Arc::new(ManualClock::new(START_MS)),
            mails: Arc::new(MemoryMailer::new()),
            blobs: Arc::new(MemoryBlobs::new()),
            config,
            folder: scratch_folder(),
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        Self::run(parts, listener).await
    }

    /// Ends the engine in good order and starts another on the same data and port.
    ///
    /// # Panics
    /// When it cannot start again.
    pub async fn restart(self) -> Self {
        let Self {
            engine,
            parts,
            address,
            stop,
            server,
        } = self;
        end(engine, &stop, server).await;
        let listener = TcpListener::bind(address)
            .await
            .expect("the port is free again");
        Self::run(parts, listener).await
    }

    /// Ends the engine in good order.
    ///
    /// # Panics
    /// When it does not end.
    pub async fn stop(self) {
        end(self.engine, &self.stop, self.server).await;
    }

    async fn run(parts: Parts, listener: TcpListener) -> Self {
        let address = listener.local_addr().expect("a bound listener");
        let mut config = parts.config.clone();
        config
            .public_url
            .get_or_insert_with(|| format!("http://{address}"));
        let storage = Sqlite::open(parts.folder.path().join("relaychat.db"))
            .await
            .expect("a database");
        let blobs: Arc<dyn BlobStore> = parts.blobs.clone();
        let engine = Engine::builder()
            .storage(storage)
            .shared_blobs(blobs)
            .shared_mailer(parts.mails.clone())
            .clock(parts.clock.clone())
            .secret([7; 32])
            .config(config)
            .build()
            .await
            .expect("an engine");
        let stop = CancellationToken::new();
        let shutdown = engine.drain_on(stop.clone().cancelled_owned());
        let router = engine.router();
        let server = tokio::spawn(async move {
            serve(listener, router, shutdown).await.expect("serves");
        });
        Self {
            engine,
            parts,
            address,
            stop,
            server,
        }
    }

    /// The engine's handle.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The clock. It stands unless it is moved.
    #[must_use]
    pub fn clock(&self) -> &ManualClock {
        &self.parts.clock
    }

    /// What the clock shows.
    #[must_use]
    pub fn clock_now_ms(&self) -> i64 {
        self.parts.clock.now_ms()
    }

    /// All mail.
    #[must_use]
    pub fn mails(&self) -> &MemoryMailer {
        &self.parts.mails
    }

    /// The bytes of uploads, with switches that make them fail.
    #[must_use]
    pub fn blobs(&self) -> &MemoryBlobs {
        &self.parts.blobs
    }

    /// The folder of the database.
    #[must_use]
    pub fn folder(&self) -> PathBuf {
        self.parts.folder.path().to_owned()
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where it listens, as `http://…`, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The address of the socket.
    #[must_use]
    pub fn socket_url(&self) -> String {
        format!("ws://{}/v1/ws", self.address)
    }

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
        let router: Router = self.engine.router();
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

async fn end(engine: Engine, stop: &CancellationToken, server: JoinHandle<()>) {
    stop.cancel();
    tokio::time::timeout(DEADLINE, server)
        .await
        .expect("the server ends in time")
        .expect("the server does not panic");
    engine.close().await;
}

/// A folder that is gone afterwards, in memory where the system has such a place.
fn scratch_folder() -> TempDir {
    let memory = PathBuf::from("/dev/shm");
    let folder = if memory.is_dir() {
        TempDir::with_prefix_in("relaychat-", memory)
    } else {
        TempDir::with_prefix("relaychat-")
    };
    folder.expect("a folder for temporary files")
}
