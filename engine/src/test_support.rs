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
//! use relaychat_engine::{auth::Identity, test_support::TestEngine};
//!
//! let engine = TestEngine::start().await;
//! let mut ann = engine.connect_as(Identity::new("customer:7").name("Ann")).await;
//! let mut bob = engine.connect_as(Identity::new("staff:1").name("Bob")).await;
//! let chat = engine.engine().chats().open_direct("customer:7", "staff:1").await.unwrap();
//! ann.write(chat.id, "Hello").await.unwrap();
//! assert_eq!(bob.message().await.text, "Hello");
//! engine.stop().await;
//! # }
//! ```
//!
//! Every failure is a panic with what went wrong: that is what a test wants.

mod bucket;
mod builder;
mod calls;
mod client;
mod cluster;
mod nodes;
mod storage_switch;

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

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
pub use client::TestClient;
pub use cluster::TestCluster;
pub use nodes::redis_url;
pub use storage_switch::StorageSwitch;

use nodes::Front;
use storage_switch::Switched;

/// When the clock of a test stands at first: in September 2026.
pub const START_MS: i64 = 1_790_000_000_000;
/// How long anything may take before a test gives up.
pub const DEADLINE: Duration = Duration::from_secs(20);

/// A running engine.
pub struct TestEngine {
    /// One, or two that share everything.
    nodes: Vec<Node>,
    /// What gives connections to them when there are two.
    front: Option<Front>,
    /// Which of them gets the next call.
    turn: AtomicUsize,
    parts: Parts,
    address: SocketAddr,
}

/// An engine that is served.
struct Node {
    engine: Engine,
    address: SocketAddr,
    stop: CancellationToken,
    server: JoinHandle<()>,
}

/// What outlives a restart.
#[derive(Clone)]
struct Parts {
    /// Whether it is one node, alone or of a cluster of the test's own.
    is_node: bool,
    clock: Arc<ManualClock>,
    mails: Arc<MemoryMailer>,
    blobs: Arc<MemoryBlobs>,
    config: Config,
    storage: Option<Arc<dyn Storage>>,
    storage_switch: StorageSwitch,
    changes: builder::Changes,
    database: TestDatabase,
}

impl std::fmt::Debug for Node {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Node").finish_non_exhaustive()
    }
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
            nodes,
            front,
            parts,
            address,
            ..
        } = self;
        end(nodes, front, parts.storage.is_none()).await;
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
        end(self.nodes, self.front, true).await;
    }

    /// Starts an engine of these parts on a free port.
    async fn start_on(parts: Parts) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        Self::run(parts, listener).await
    }

    async fn run(parts: Parts, listener: TcpListener) -> Self {
        let address = listener.local_addr().expect("a bound listener");
        let (mut nodes, mut front) = (Vec::new(), None);
        if nodes::are_two() && !parts.is_node {
            let shared = nodes::on_redis(&parts, redis_url());
            for _ in 0..2 {
                let own = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
                nodes.push(Node::start(&shared, own, address).await);
            }
            front = Some(Front::start(listener, &nodes));
        } else {
            nodes.push(Node::start(&parts, listener, address).await);
        }
        Self {
            nodes,
            front,
            turn: AtomicUsize::new(0),
            parts,
            address,
        }
    }

    /// The node that gets the next call.
    fn next_node(&self) -> &Engine {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        &self.nodes[turn % self.nodes.len()].engine
    }

    /// How many sockets are open and authenticated, on all nodes.
    #[must_use]
    pub fn socket_count(&self) -> usize {
        self.nodes
            .iter()
            .map(|node| node.engine.socket_count())
            .sum()
    }

    /// The engine's handle.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        &self.nodes[0].engine
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

    /// A switch that makes storage fail.
    #[must_use]
    pub fn storage(&self) -> &StorageSwitch {
        &self.parts.storage_switch
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

impl Node {
    /// Starts an engine of these parts, which people reach at `public`.
    async fn start(parts: &Parts, listener: TcpListener, public: SocketAddr) -> Self {
        let address = listener.local_addr().expect("a bound listener");
        let mut config = parts.config.clone();
        config
            .public_url
            .get_or_insert_with(|| format!("http://{public}"));
        let storage = match &parts.storage {
            Some(storage) => Arc::clone(storage),
            None => parts.database.open().await,
        };
        let storage = Arc::new(Switched {
            inner: storage,
            switch: parts.storage_switch.clone(),
        });
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
            address,
            stop,
            server,
        }
    }
}

/// Ends all nodes in good order, and closes their storage.
async fn end(nodes: Vec<Node>, front: Option<Front>, is_storage_closed: bool) {
    for node in &nodes {
        node.stop.cancel();
    }
    for node in nodes {
        tokio::time::timeout(DEADLINE, node.server)
            .await
            .expect("the server ends in time")
            .expect("the server does not panic");
        node.engine.drain().await;
        if is_storage_closed {
            node.engine.close().await;
        }
    }
    if let Some(front) = front {
        front.stop().await;
    }
}
