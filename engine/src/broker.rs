//! Broker: what several nodes of one installation have in common beside their database, behind one
//! seam.
//!
//! [`Redis`] is the production backend, [`MemoryBroker`] its twin for several engines in one
//! process, with switches that lose, repeat and delay; [`conformance`] proves either of them, or
//! your own.
//!
//! # The contract
//!
//! A broker makes a cluster quick. It is never the only copy of anything: whatever it loses, nodes
//! find in storage. So it promises little, each sentence with a test in [`conformance`]:
//!
//! - Messages are bytes on a topic. Each subscription that is connected gets each message, also
//!   those of its own node; topics do not hear each other.
//! - While nothing fails, the messages of one node arrive in the order in which they were published.
//!   Any message may be lost at any time, may come twice or late.
//! - [`Broker::publish`] never waits and never fails. What cannot be sent soon is dropped.
//! - A subscription says [`Signal::Connected`] when messages can arrive from then on, and
//!   [`Signal::Missed`] when it held more than its bound. Whatever was published while it was not
//!   connected is lost.
//! - [`Broker::take`] is atomic over all nodes: a bucket gives no more than its burst and its rate.
//!   A bucket that was lost is full.
//! - [`Broker::check`] fails when the broker cannot be reached, within a second.
//!
//! What is deliberately absent: queues, acknowledgements, history, locks.

#[cfg(any(test, feature = "test-support"))]
pub mod conformance;
mod memory;
mod redis;

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use async_trait::async_trait;
use bytes::Bytes;
use tokio::sync::mpsc;

pub use self::{
    memory::{Faults, MemoryBroker},
    redis::Redis,
};

/// Messages that may wait for one subscription: a second of a busy cluster.
const WAITING_MAX: usize = 8_192;

/// What connects the nodes of one installation.
#[async_trait]
pub trait Broker: std::fmt::Debug + Send + Sync + 'static {
    /// Sends `message` to everybody who is subscribed to `topic`, without waiting.
    fn publish(&self, topic: &str, message: Bytes);

    /// Listens to `topic` until the subscription is dropped.
    fn subscribe(&self, topic: &str) -> Subscription;

    /// Takes one request out of the bucket under `key`, at the time `now_ms` on the caller's clock.
    /// `Some`: there is none left, and one will be there after so many milliseconds.
    async fn take(
        &self,
        key: &str,
        allowance: Allowance,
        now_ms: i64,
    ) -> Result<Option<u64>, BrokerError>;

    /// Whether the broker answers.
    async fn check(&self) -> Result<(), BrokerError>;

    /// Ends all connections. Later calls fail, and what is published goes nowhere.
    async fn close(&self);
}

/// The rate and the burst of a bucket, both at least 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// Requests a second, sustained.
    pub per_second: u64,
    /// Requests at once.
    pub burst: u64,
}

/// What a subscription hears.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signal {
    /// A message.
    Message(Bytes),
    /// From here on messages arrive; what was published before may be lost.
    Connected,
    /// From here on messages are lost.
    Disconnected,
    /// Messages were lost because too many waited.
    Missed,
}

/// The receiving end of a topic.
#[derive(Debug)]
pub struct Subscription {
    signals: mpsc::Receiver<Signal>,
    has_missed: Arc<AtomicBool>,
}

/// The sending end, for backends.
#[derive(Clone, Debug)]
pub struct Subscriber {
    signals: mpsc::Sender<Signal>,
    has_missed: Arc<AtomicBool>,
}

impl Subscription {
    /// Both ends of a subscription.
    #[must_use]
    pub fn pair() -> (Subscriber, Self) {
        let (sender, receiver) = mpsc::channel(WAITING_MAX);
        let has_missed = Arc::new(AtomicBool::new(false));
        let subscriber = Subscriber {
            signals: sender,
            has_missed: Arc::clone(&has_missed),
        };
        let subscription = Self {
            signals: receiver,
            has_missed,
        };
        (subscriber, subscription)
    }

    /// The next signal; `None` after the broker was closed.
    pub async fn next(&mut self) -> Option<Signal> {
        if self.has_missed.swap(false, Ordering::AcqRel) {
            return Some(Signal::Missed);
        }
        self.signals.recv().await
    }
}

impl Subscriber {
    /// Hands a signal over without waiting. What does not fit is lost, and the subscription told.
    pub fn push(&self, signal: Signal) {
        if let Err(mpsc::error::TrySendError::Full(_)) = self.signals.try_send(signal) {
            self.has_missed.store(true, Ordering::Release);
        }
    }

    /// Whether nobody listens any more.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.signals.is_closed()
    }
}

/// An error of a broker.
#[derive(Debug, thiserror::Error)]
#[error("broker failed to {operation}: {kind:?}")]
pub struct BrokerError {
    /// What kind of failure it is. Decide by this.
    pub kind: BrokerErrorKind,
    /// What was being done.
    pub operation: &'static str,
    /// What the backend said.
    #[source]
    pub source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// Kinds of broker failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BrokerErrorKind {
    /// The broker cannot be reached; trying again may help.
    Unavailable,
    /// The address cannot be read.
    Address,
    /// Anything else: a defect or a wrong setting.
    Internal,
}

impl BrokerError {
    /// An error with a source.
    pub fn new(
        kind: BrokerErrorKind,
        operation: &'static str,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self {
            kind,
            operation,
            source: Some(source.into()),
        }
    }

    /// The broker cannot be reached now.
    pub(crate) fn unavailable(operation: &'static str) -> Self {
        Self {
            kind: BrokerErrorKind::Unavailable,
            operation,
            source: None,
        }
    }

    /// Whether the same call may succeed later.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.kind == BrokerErrorKind::Unavailable
    }
}
