//! Several engines on one database.

use std::sync::Arc;

use super::{Parts, TestEngine, TestEngineBuilder, nodes};
use crate::{Config, broker::MemoryBroker};

/// Several nodes of one installation, each a [`TestEngine`] with an address of its own. They share
/// the database, the clock, the mail and the bytes of uploads.
#[derive(Debug)]
pub struct TestCluster {
    nodes: Vec<TestEngine>,
    brokers: Vec<MemoryBroker>,
}

impl TestCluster {
    /// Nodes that are joined by a broker in memory, with switches for what can go wrong.
    ///
    /// # Panics
    /// When they cannot start.
    pub async fn start(count: usize) -> Self {
        Self::start_with(count, |_| {}).await
    }

    /// The same, with settings that `change` has changed.
    ///
    /// # Panics
    /// When they cannot start.
    pub async fn start_with(count: usize, change: impl FnOnce(&mut Config)) -> Self {
        let parts = parts(change);
        let first = MemoryBroker::new();
        let mut brokers: Vec<_> = (1..count).map(|_| first.join()).collect();
        brokers.insert(0, first);
        let mut nodes = Vec::new();
        for broker in &brokers {
            let mut parts = parts.clone();
            let broker = Arc::new(broker.handle());
            let with_broker = move |builder: crate::EngineBuilder| builder.broker(broker.handle());
            parts.changes.push(Arc::new(with_broker));
            nodes.push(TestEngine::start_on(parts).await);
        }
        Self { nodes, brokers }
    }

    /// Nodes that are joined by a Redis.
    ///
    /// # Panics
    /// When they cannot start.
    pub async fn start_on_redis(count: usize, url: &str, change: impl FnOnce(&mut Config)) -> Self {
        let parts = nodes::on_redis(&parts(change), url.to_owned());
        let mut nodes = Vec::new();
        for _ in 0..count {
            nodes.push(TestEngine::start_on(parts.clone()).await);
        }
        let brokers = Vec::new();
        Self { nodes, brokers }
    }

    /// A node.
    ///
    /// # Panics
    /// When there are not so many.
    #[must_use]
    pub fn node(&self, number: usize) -> &TestEngine {
        &self.nodes[number]
    }

    /// A node's end of the broker in memory.
    ///
    /// # Panics
    /// When there are not so many.
    #[must_use]
    pub fn broker(&self, number: usize) -> &MemoryBroker {
        &self.brokers[number]
    }

    /// Takes a node out, to stop it while the others go on.
    ///
    /// # Panics
    /// When there are not so many.
    pub fn take(&mut self, number: usize) -> TestEngine {
        self.nodes.remove(number)
    }

    /// Ends all nodes in good order.
    ///
    /// # Panics
    /// When they do not end.
    pub async fn stop(self) {
        for node in self.nodes {
            node.stop().await;
        }
    }
}

/// What the nodes share. Times are short, so that what takes seconds is tested in a moment.
fn parts(change: impl FnOnce(&mut Config)) -> Parts {
    let builder = TestEngineBuilder::default().config(|config| {
        config.cluster.heartbeat_ms = 200;
        config.cluster.dead_after_ms = 1_000;
        config.cluster.tail_ms = 500;
        config.cluster.tail_alone_ms = 250;
        config.cluster.recheck_sessions_ms = 1_000;
        config.realtime.offline_grace_ms = 300;
        change(config);
    });
    let mut parts = builder.into_parts();
    parts.is_node = true;
    parts
}
