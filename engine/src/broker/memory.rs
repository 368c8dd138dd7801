//! A broker within one process: several engines joined, and a switch for everything that may go
//! wrong between machines.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use bytes::Bytes;

use super::{Allowance, Broker, BrokerError, Signal, Subscriber, Subscription};

/// One node's connection to a broker in memory. [`Self::join`] makes another node's.
#[derive(Debug)]
pub struct MemoryBroker {
    shared: Arc<Mutex<Shared>>,
    /// Names the node among those that are joined.
    node: usize,
}

/// What happens to the messages that a node would hear.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    /// Every so many-th message is lost; 0: none.
    pub lose_every: u64,
    /// Every so many-th message comes twice; 0: none.
    pub repeat_every: u64,
    /// Every so many-th message comes after the next one; 0: none.
    pub delay_every: u64,
}

#[derive(Debug, Default)]
struct Shared {
    nodes: Vec<Node>,
    buckets: HashMap<String, Bucket>,
    is_down: bool,
}

#[derive(Debug, Default)]
struct Node {
    subscribers: Vec<(String, Subscriber)>,
    faults: Faults,
    is_cut_off: bool,
    is_closed: bool,
    heard: u64,
    delayed: Option<(String, Bytes)>,
}

/// Allowance in thousandths of a request.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    thousandths: u64,
    at_ms: i64,
}

impl Default for MemoryBroker {
    fn default() -> Self {
        Self::new()
    }
}

impl MemoryBroker {
    /// A broker with its first node.
    #[must_use]
    pub fn new() -> Self {
        let shared = Shared {
            nodes: vec![Node::default()],
            ..Shared::default()
        };
        Self {
            shared: Arc::new(Mutex::new(shared)),
            node: 0,
        }
    }

    /// Another node on the same broker.
    #[must_use]
    pub fn join(&self) -> Self {
        let mut shared = self.lock();
        shared.nodes.push(Node::default());
        Self {
            shared: Arc::clone(&self.shared),
            node: shared.nodes.len() - 1,
        }
    }

    /// A handle of the same node, for a test to hold beside the engine.
    #[must_use]
    pub fn handle(&self) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
            node: self.node,
        }
    }

    /// From here on this node hears like that.
    pub fn set_faults(&self, faults: Faults) {
        self.node(&mut self.lock()).faults = faults;
    }

    /// Cuts this node off, or connects it again.
    pub fn cut_off(&self, is_cut_off: bool) {
        let mut shared = self.lock();
        let is_down = shared.is_down;
        let node = self.node(&mut shared);
        if !is_down && node.is_cut_off != is_cut_off {
            node.tell(is_cut_off);
        }
        node.is_cut_off = is_cut_off;
    }

    /// Takes the whole broker down, or brings it back with nothing in it.
    pub fn take_down(&self, is_down: bool) {
        let mut shared = self.lock();
        if shared.is_down == is_down {
            return;
        }
        shared.is_down = is_down;
        shared.buckets.clear();
        for node in shared.nodes.iter_mut().filter(|node| !node.is_cut_off) {
            node.tell(is_down);
        }
    }

    fn is_reachable(&self, shared: &mut Shared) -> bool {
        let is_down = shared.is_down;
        let node = self.node(shared);
        !is_down && !node.is_cut_off && !node.is_closed
    }

    fn node<'a>(&self, shared: &'a mut Shared) -> &'a mut Node {
        &mut shared.nodes[self.node]
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Node {
    /// Says that the connection is gone, or there again.
    fn tell(&mut self, is_gone: bool) {
        self.delayed = None;
        for (_, subscriber) in &self.subscribers {
            subscriber.push(if is_gone {
                Signal::Disconnected
            } else {
                Signal::Connected
            });
        }
    }

    fn hear(&mut self, topic: &str, message: &Bytes) {
        self.heard += 1;
        let heard = self.heard;
        let is_due = |every: u64| every > 0 && heard.is_multiple_of(every);
        let faults = self.faults;
        if is_due(faults.lose_every) {
            return;
        }
        if is_due(faults.delay_every) && self.delayed.is_none() {
            self.delayed = Some((topic.to_owned(), message.clone()));
            return;
        }
        self.hand_over(topic, message);
        if is_due(faults.repeat_every) {
            self.hand_over(topic, message);
        }
        if let Some((topic, message)) = self.delayed.take() {
            self.hand_over(&topic, &message);
        }
    }

    fn hand_over(&mut self, topic: &str, message: &Bytes) {
        self.subscribers
            .retain(|(_, subscriber)| !subscriber.is_closed());
        for (_, subscriber) in self.subscribers.iter().filter(|(own, _)| own == topic) {
            subscriber.push(Signal::Message(message.clone()));
        }
    }
}

#[async_trait]
impl Broker for MemoryBroker {
    fn publish(&self, topic: &str, message: Bytes) {
        let mut shared = self.lock();
        if !self.is_reachable(&mut shared) {
            return;
        }
        let hearing = |node: &&mut Node| !node.is_cut_off && !node.is_closed;
        for node in shared.nodes.iter_mut().filter(hearing) {
            node.hear(topic, &message);
        }
    }

    fn subscribe(&self, topic: &str) -> Subscription {
        let (subscriber, subscription) = Subscription::pair();
        let mut shared = self.lock();
        if self.is_reachable(&mut shared) {
            subscriber.push(Signal::Connected);
        }
        let node = self.node(&mut shared);
        if !node.is_closed {
            node.subscribers.push((topic.to_owned(), subscriber));
        }
        subscription
    }

    async fn take(
        &self,
        key: &str,
        allowance: Allowance,
        now_ms: i64,
    ) -> Result<Option<u64>, BrokerError> {
        let mut shared = self.lock();
        if !self.is_reachable(&mut shared) {
            return Err(BrokerError::unavailable("take from a bucket"));
        }
        let full = Bucket {
            thousandths: allowance.burst * 1_000,
            at_ms: now_ms,
        };
        let bucket = shared.buckets.entry(key.to_owned()).or_insert(full);
        Ok(bucket.take(allowance, now_ms))
    }

    async fn check(&self) -> Result<(), BrokerError> {
        if self.is_reachable(&mut self.lock()) {
            Ok(())
        } else {
            Err(BrokerError::unavailable("check"))
        }
    }

    async fn close(&self) {
        let mut shared = self.lock();
        let node = self.node(&mut shared);
        node.is_closed = true;
        node.subscribers.clear();
    }
}

impl Bucket {
    /// A thousandth of a request comes in per millisecond and unit of the rate. A clock that stands
    /// behind another node's gives nothing.
    fn take(&mut self, allowance: Allowance, now_ms: i64) -> Option<u64> {
        let elapsed_ms = u64::try_from(now_ms - self.at_ms).unwrap_or(0);
        let filled = self.thousandths + elapsed_ms.saturating_mul(allowance.per_second);
        self.thousandths = filled.min(allowance.burst * 1_000);
        self.at_ms = self.at_ms.max(now_ms);
        if self.thousandths < 1_000 {
            let missing = 1_000 - self.thousandths;
            return Some(missing.div_ceil(allowance.per_second));
        }
        self.thousandths -= 1_000;
        None
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::broker::conformance;

    #[tokio::test]
    async fn the_broker_in_memory_keeps_the_contract() {
        let passed = conformance::run(async || {
            let first = MemoryBroker::new();
            let second = first.join();
            (
                Arc::new(first) as Arc<dyn Broker>,
                Arc::new(second) as Arc<dyn Broker>,
            )
        })
        .await;
        assert_eq!(passed, conformance::NAMES);
    }

    #[tokio::test]
    async fn switches_lose_repeat_and_delay() {
        let broker = MemoryBroker::new();
        let hear = async |faults: Faults| {
            let node = broker.join();
            node.set_faults(faults);
            let mut subscription = node.subscribe("topic");
            for number in 1..=4_u8 {
                broker.publish("topic", Bytes::copy_from_slice(&[number]));
            }
            node.close().await;
            let mut heard = Vec::new();
            while let Some(signal) = subscription.next().await {
                if let Signal::Message(message) = signal {
                    heard.push(message[0]);
                }
            }
            heard
        };
        let none = Faults::default();
        assert_eq!(hear(none).await, [1, 2, 3, 4]);
        assert_eq!(
            hear(Faults {
                lose_every: 2,
                ..none
            })
            .await,
            [1, 3]
        );
        assert_eq!(
            hear(Faults {
                repeat_every: 3,
                ..none
            })
            .await,
            [1, 2, 3, 3, 4]
        );
        assert_eq!(
            hear(Faults {
                delay_every: 3,
                ..none
            })
            .await,
            [1, 2, 4, 3]
        );
    }
}
