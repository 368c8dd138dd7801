//! Who is online on the other nodes: a replica of what each of them says.
//!
//! A node says who came and who left, and with every heartbeat how many are there and a digest of
//! their ids. Who finds that the digest is not that of its replica asks for the whole list. So
//! nothing of this lies in the broker: what was lost is said again, and a node that is not heard of
//! takes its people along.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use relaychat_protocol::UserId;
use tokio::time::Instant;
use uuid::Uuid;

use crate::config::ClusterConfig;

/// How much longer a silent node counts as there while this node itself hears nobody: the time in
/// which the people of a dead node must be gone, a minute, has room for it.
const PATIENCE_ALONE: u32 = 3;

/// What a node says of its people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// These came.
    Online(Vec<UserId>),
    /// These left.
    Offline(Vec<UserId>),
    /// These and no others are there.
    Roster(Vec<UserId>),
}

/// All other nodes.
#[derive(Debug)]
pub(super) struct Nodes {
    config: ClusterConfig,
    nodes: HashMap<Uuid, Node>,
    is_connected: bool,
    looked: Instant,
}

#[derive(Debug)]
struct Node {
    heard: Instant,
    users: HashSet<UserId>,
}

/// People who came, and people who left.
type Changes = (Vec<UserId>, Vec<UserId>);

impl Nodes {
    pub(super) fn new(config: ClusterConfig) -> Self {
        Self {
            config,
            nodes: HashMap::new(),
            is_connected: false,
            looked: Instant::now(),
        }
    }

    /// Whether this node can hear the others.
    pub(super) fn set_connected(&mut self, is_connected: bool) {
        self.is_connected = is_connected;
        self.refresh();
    }

    /// A node is there. Tells whether its people are not those that it was heard to have.
    pub(super) fn heartbeat(&mut self, node_id: Uuid, count: u64, digest: u64) -> bool {
        let node = self.node(node_id);
        node.users.len() as u64 != count || self::digest(&node.users) != digest
    }

    /// A node says something of its people; tells who came to it and who left.
    pub(super) fn hear(&mut self, node_id: Uuid, said: Said) -> Changes {
        let node = self.node(node_id);
        match said {
            Said::Online(users) => {
                let came = users
                    .into_iter()
                    .filter(|user_id| node.users.insert(*user_id));
                (came.collect(), Vec::new())
            }
            Said::Offline(users) => {
                let left = users
                    .into_iter()
                    .filter(|user_id| node.users.remove(user_id));
                (Vec::new(), left.collect())
            }
            Said::Roster(users) => {
                let users: HashSet<UserId> = users.into_iter().collect();
                let came = users.difference(&node.users).copied().collect();
                let left = node.users.difference(&users).copied().collect();
                node.users = users;
                (came, left)
            }
        }
    }

    /// Forgets a node; tells who was there.
    pub(super) fn forget(&mut self, node_id: Uuid) -> Vec<UserId> {
        let node = self.nodes.remove(&node_id);
        node.map(|node| node.users.into_iter().collect())
            .unwrap_or_default()
    }

    /// Nodes that have been silent for too long. A pause of this node itself is not theirs.
    pub(super) fn dead(&mut self, now: Instant) -> Vec<Uuid> {
        let pause = now - std::mem::replace(&mut self.looked, now);
        if pause >= Duration::from_millis(self.config.heartbeat_ms) {
            self.refresh();
        }
        let mut patience = Duration::from_millis(self.config.dead_after_ms);
        if !self.is_connected {
            patience *= PATIENCE_ALONE;
        }
        let silent = self
            .nodes
            .iter()
            .filter(|(_, node)| now.saturating_duration_since(node.heard) >= patience);
        silent.map(|(node_id, _)| *node_id).collect()
    }

    fn node(&mut self, node_id: Uuid) -> &mut Node {
        let now = Instant::now();
        let node = self.nodes.entry(node_id).or_insert_with(|| Node {
            heard: now,
            users: HashSet::new(),
        });
        node.heard = now;
        node
    }

    fn refresh(&mut self) {
        let now = Instant::now();
        for node in self.nodes.values_mut() {
            node.heard = now;
        }
    }
}

/// A number that sets of people have in common only by chance, whatever their order.
pub(in crate::realtime) fn digest<'a>(users: impl IntoIterator<Item = &'a UserId>) -> u64 {
    users.into_iter().fold(0, |sum, user_id| {
        let (high, low) = user_id.0.as_u64_pair();
        // An odd factor with its bits mixed: ids of one moment differ in few bits.
        let mixed = (high ^ low.rotate_left(32)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        sum ^ mixed ^ (mixed >> 29)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NODE: Uuid = Uuid::from_u128(1);

    fn people(numbers: &[u128]) -> Vec<UserId> {
        numbers
            .iter()
            .map(|number| UserId(Uuid::from_u128(*number)))
            .collect()
    }

    fn nodes() -> Nodes {
        let mut nodes = Nodes::new(ClusterConfig::default());
        nodes.set_connected(true);
        nodes
    }

    #[tokio::test]
    async fn who_came_and_left_is_told_once() {
        let mut nodes = nodes();
        let told = nodes.hear(NODE, Said::Online(people(&[1, 2])));
        assert_eq!(told, (people(&[1, 2]), vec![]));
        let told = nodes.hear(NODE, Said::Online(people(&[2])));
        assert_eq!(told, (vec![], vec![]));
        let told = nodes.hear(NODE, Said::Offline(people(&[1, 3])));
        assert_eq!(told, (vec![], people(&[1])));
        let told = nodes.hear(NODE, Said::Roster(people(&[3])));
        assert_eq!(told, (people(&[3]), people(&[2])));
        assert_eq!(nodes.forget(NODE), people(&[3]));
    }

    #[tokio::test]
    async fn a_heartbeat_tells_whether_something_was_lost() {
        let mut nodes = nodes();
        let here = people(&[1, 2]);
        assert!(
            nodes.heartbeat(NODE, 2, digest(&here)),
            "nothing is known yet"
        );
        nodes.hear(NODE, Said::Roster(people(&[2, 1])));
        assert!(!nodes.heartbeat(NODE, 2, digest(&here)));
        nodes.hear(NODE, Said::Offline(people(&[2])));
        nodes.hear(NODE, Said::Online(people(&[3])));
        assert!(
            nodes.heartbeat(NODE, 2, digest(&here)),
            "as many, but others"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_node_is_dead_and_a_pause_of_ones_own_is_no_silence() {
        let mut nodes = nodes();
        nodes.heartbeat(NODE, 0, 0);
        let step = Duration::from_secs(1);
        for _ in 0..14 {
            tokio::time::advance(step).await;
            assert!(nodes.dead(Instant::now()).is_empty());
        }
        tokio::time::advance(step).await;
        assert_eq!(nodes.dead(Instant::now()), [NODE]);
        tokio::time::advance(Duration::from_secs(60)).await;
        assert!(
            nodes.dead(Instant::now()).is_empty(),
            "nobody could be heard"
        );
    }
}
