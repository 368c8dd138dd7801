//! Several nodes on one database: how they keep in touch. Of no consequence without a broker.

use super::require;

/// Times of a cluster. The defaults find a dead node within 20 seconds and anything that the broker
/// lost within 4.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClusterConfig {
    /// How often a node says that it is there.
    pub heartbeat_ms: u64,
    /// Silence after which a node counts as gone, with everybody who was connected to it: three
    /// heartbeats.
    pub dead_after_ms: u64,
    /// How often a node asks storage whether it has been told everything.
    pub tail_ms: u64,
    /// The same while the broker cannot be reached: then this is how long a message takes to the
    /// other nodes, at most.
    pub tail_alone_ms: u64,
    /// How long a change may stay missing while later ones are there, before it is read from
    /// storage: a hundred times what it takes over a broker in the same place.
    pub gap_ms: u64,
    /// How often the sessions of live sockets are looked up again: half of the minute within which
    /// a revoked session is cut off even without a broker.
    pub recheck_sessions_ms: u64,
}

impl Default for ClusterConfig {
    fn default() -> Self {
        Self {
            heartbeat_ms: 5_000,
            dead_after_ms: 15_000,
            tail_ms: 2_000,
            tail_alone_ms: 1_000,
            gap_ms: 100,
            recheck_sessions_ms: 30_000,
        }
    }
}

impl ClusterConfig {
    pub(super) fn validate(&self, problems: &mut Vec<String>) {
        let is_timed = self.heartbeat_ms > 0
            && self.tail_ms > 0
            && self.tail_alone_ms > 0
            && self.recheck_sessions_ms > 0;
        require(
            problems,
            is_timed,
            "cluster: heartbeat_ms, tail_ms, tail_alone_ms and recheck_sessions_ms must be above 0",
        );
        require(
            problems,
            self.dead_after_ms >= self.heartbeat_ms.saturating_mul(2),
            "cluster.dead_after_ms must be at least twice cluster.heartbeat_ms, or living nodes count as gone",
        );
    }
}
