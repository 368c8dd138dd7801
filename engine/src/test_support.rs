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

mod bucket;
mod builder;
mod calls;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use crate::{
    Config, Engine,
    blobs::{BlobStore, MemoryBlobs},
    clock::{Clock, ManualClock},
    mailer::MemoryMailer,
    serve,
    storage::{Storage, test_database::TestDatabase},
};

pub use bucket::TestBucket;
pub use builder::TestEngineBuilder;
pub use calls::TestUser;

/// When the clock of a test stands at first: in September 2026.
pub const START_MS: i64 = 1_790_000_000_000;
/// How long anything may take before a test gives up.
pub const DEADLINE: Duration = Duration::from_secs(20);

/// A running engine.
pub struct TestEngine {
    engine: Engine,
    parts: Parts,
    address: SocketAddr,
    stop: CancellationToken,
    server: JoinHandle<()>,
}

/// What outlives a restart.
struct Parts {
    clock: Arc<ManualClock>,
    mails: Arc<MemoryMailer>,
    blobs: Arc<MemoryBlobs>,
    config: Config,
    storage: Option<Arc<dyn Storage>>,
    changes: builder::Changes,
    database: TestDatabase,
}

impl std::fmt::Debug for TestEngine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TestEngine")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

impl TestEngine {
    /// An engine with the default settings, but a short drain.
    ///
    /// # Panics
    /// When it cannot start.
    pub async fn start() -> Self {
        Self::builder().start().await
    }

    /// An engine whose settings `change` has changed.
    ///
    /// # Panics
    /// When it cannot start.
    pub async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        Self::builder().config(change).start().await
    }

    /// Begins to put an engine together.
    pub fn builder() -> TestEngineBuilder {
        TestEngineBuilder::default()
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
        end(&engine, &stop, server).await;
        if parts.storage.is_none() {
            engine.close().await;
        }
        drop(engine);
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
        end(&self.engine, &self.stop, self.server).await;
        self.engine.close().await;
    }

    async fn run(parts: Parts, listener: TcpListener) -> Self {
        let address = listener.local_addr().expect("a bound listener");
        let mut config = parts.config.clone();
        config
            .public_url
            .get_or_insert_with(|| format!("http://{address}"));
        let storage = match &parts.storage {
            Some(storage) => Arc::clone(storage),
            None => parts.database.open().await,
        };
        let blobs: Arc<dyn BlobStore> = parts.blobs.clone();
        let builder = Engine::builder()
            .shared_storage(storage)
            .shared_blobs(blobs)
            .shared_mailer(parts.mails.clone())
            .clock(parts.clock.clone())
            .secret([7; 32])
            .config(config);
        let builder = builder::apply(&parts.changes, builder);
        let engine = builder.build().await.expect("an engine");
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
}

async fn end(engine: &Engine, stop: &CancellationToken, server: JoinHandle<()>) {
    stop.cancel();
    tokio::time::timeout(DEADLINE, server)
        .await
        .expect("the server ends in time")
        .expect("the server does not panic");
    engine.drain().await;
}
