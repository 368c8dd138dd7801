//! Redis: publish and subscribe for what happens, a script for shared limits.
//!
//! ```text
//!   publish ──▶ bounded queue ──▶ one task: PUBLISH in pipelines, PING ──▶ Redis
//!   subscriptions ◀── pushes of the same connection (RESP3) ◀──────────────┘
//! ```
//!
//! One connection does everything. A task owns it: it opens it, subscribes, publishes, and asks for
//! a sign of life every second; when any of that fails or takes too long, subscriptions are told
//! that they are disconnected, what waits to be published is dropped (it would come too late), and
//! the task opens a new connection. Nothing that uses the broker ever waits for that.
//!
//! Of Redis it wants PUBLISH, SUBSCRIBE and Lua, on one server, behind Sentinel or on a Cluster, and
//! protocol version 3 (Redis 6 and later). It keeps nothing in it but the buckets of limits, which
//! expire when they are full.

mod address;
mod link;
mod script;
#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use self::{
    address::Address,
    link::{Connection, Link},
};
use super::{Allowance, Broker, BrokerError, BrokerErrorKind, Signal, Subscriber, Subscription};

/// Messages that may wait to be published: a second of a busy node.
const QUEUE_MAX: usize = 8_192;

/// A connection to Redis.
#[derive(Debug)]
pub struct Redis {
    shared: Arc<Shared>,
    queue: mpsc::Sender<Publication>,
    prefix: String,
}

/// A topic with its prefix, and a message.
type Publication = (String, Bytes);

/// What the task and the handle share.
struct Shared {
    state: Mutex<State>,
    /// Cancelled when the broker is closed.
    closed: CancellationToken,
    /// Woken when there is a new topic to subscribe to.
    subscribed: tokio::sync::Notify,
}

#[derive(Default)]
struct State {
    listeners: Vec<Listener>,
    /// None while there is no connection.
    connection: Option<Connection>,
}

/// A subscription, seen from here.
struct Listener {
    channel: String,
    subscriber: Subscriber,
    /// Whether it was told that messages arrive.
    is_connected: bool,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}

impl Redis {
    /// Connects to Redis at `url`, in the background and again whenever the connection is lost:
    ///
    /// - `redis://[user:password@]host[:port][/database]`, `rediss://…` for TLS,
    /// - `redis+sentinel://[user:password@]host[:port],…/service[/database]`, the hosts being those
    ///   of Sentinel, the password that of Redis,
    /// - `redis+cluster://[user:password@]host[:port],…`;
    ///
    /// `rediss+sentinel` and `rediss+cluster` speak TLS. Must be called within a tokio runtime.
    ///
    /// # Errors
    /// The address cannot be read. That nobody answers there is no error: a cluster without its
    /// broker is slower, not broken.
    pub fn connect(url: &str) -> Result<Self, BrokerError> {
        let address = Address::parse(url)?;
        let (queue, publications) = mpsc::channel(QUEUE_MAX);
        let shared = Arc::new(Shared {
            state: Mutex::default(),
            closed: CancellationToken::new(),
            subscribed: tokio::sync::Notify::new(),
        });
        let link = Link::new(address, Arc::clone(&shared), publications);
        tokio::spawn(link.run());
        Ok(Self {
            shared,
            queue,
            prefix: "relaychat".to_owned(),
        })
    }

    /// Whether `url` can be read, without connecting.
    ///
    /// # Errors
    /// As of [`connect`](Self::connect).
    pub fn check_url(url: &str) -> Result<(), BrokerError> {
        Address::parse(url).map(drop)
    }

    /// What the names of channels and keys begin with, `relaychat` unless it is set. Installations
    /// with databases of their own do not disturb each other under one prefix.
    #[must_use]
    pub fn prefix(mut self, prefix: &str) -> Self {
        prefix.clone_into(&mut self.prefix);
        self
    }

    fn name(&self, topic: &str) -> String {
        format!("{}:{topic}", self.prefix)
    }

    fn connection(&self, operation: &'static str) -> Result<Connection, BrokerError> {
        let connection = self.shared.lock().connection.clone();
        connection.ok_or_else(|| BrokerError::unavailable(operation))
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.shared.closed.cancel();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands a message to those who listen to its channel.
    fn deliver(&self, channel: &[u8], message: &Bytes) {
        let mut state = self.lock();
        state
            .listeners
            .retain(|listener| !listener.subscriber.is_closed());
        let hearing = |listener: &&Listener| listener.channel.as_bytes() == channel;
        for listener in state.listeners.iter().filter(hearing) {
            listener.subscriber.push(Signal::Message(message.clone()));
        }
    }
}

#[async_trait]
impl Broker for Redis {
    fn publish(&self, topic: &str, message: Bytes) {
        // A full queue means that Redis is slower than this node: it is found in storage then.
        let _ = self.queue.try_send((self.name(topic), message));
    }

    fn subscribe(&self, topic: &str) -> Subscription {
        let (subscriber, subscription) = Subscription::pair();
        if !self.shared.closed.is_cancelled() {
            self.shared.lock().listeners.push(Listener {
                channel: self.name(topic),
                subscriber,
                is_connected: false,
            });
            self.shared.subscribed.notify_one();
        }
        subscription
    }

    async fn take(
        &self,
        key: &str,
        allowance: Allowance,
        now_ms: i64,
    ) -> Result<Option<u64>, BrokerError> {
        let mut connection = self.connection("take from a bucket")?;
        let key = self.name(key);
        script::take(&mut connection, &key, allowance, now_ms)
            .await
            .map_err(|error| failed("take from a bucket", error))
    }

    async fn check(&self) -> Result<(), BrokerError> {
        let mut connection = self.connection("check")?;
        link::ping(&mut connection)
            .await
            .map_err(|error| failed("check", error))
    }

    async fn close(&self) {
        self.shared.closed.cancel();
        let mut state = self.shared.lock();
        state.listeners.clear();
        state.connection = None;
    }
}

/// What the client said, as an error of the seam.
fn failed(operation: &'static str, error: ::redis::RedisError) -> BrokerError {
    let is_transient = error.is_io_error()
        || error.is_timeout()
        || error.is_connection_dropped()
        || error.is_cluster_error()
        || error.is_connection_refusal();
    let kind = if is_transient {
        BrokerErrorKind::Unavailable
    } else {
        BrokerErrorKind::Internal
    };
    BrokerError::new(kind, operation, error)
}
