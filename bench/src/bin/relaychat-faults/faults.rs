//! What is broken in a round, at which moments, and how often in all.
//!
//! Redis, PostgreSQL and the nodes are broken by a task each, so that faults overlap.

use std::{fmt, time::Duration};

use anyhow::Result;

use crate::{
    nodes::Nodes,
    people::Crowd,
    random::Random,
    servers::{Postgres, Redis},
};

/// How many faults of each kind there were.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    redis_killed: usize,
    redis_flushed: usize,
    redis_stopped: usize,
    postgres_restarted: usize,
    nodes_killed: usize,
    nodes_drained: usize,
}

impl Counts {
    /// The number of the kind with the fewest.
    pub(crate) fn least(&self) -> usize {
        let Self {
            redis_killed,
            redis_flushed,
            redis_stopped,
            postgres_restarted,
            nodes_killed,
            nodes_drained,
        } = *self;
        [
            redis_killed,
            redis_flushed,
            redis_stopped,
            postgres_restarted,
            nodes_killed,
            nodes_drained,
        ]
        .into_iter()
        .fold(usize::MAX, usize::min)
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.redis_killed += other.redis_killed;
        self.redis_flushed += other.redis_flushed;
        self.redis_stopped += other.redis_stopped;
        self.postgres_restarted += other.postgres_restarted;
        self.nodes_killed += other.nodes_killed;
        self.nodes_drained += other.nodes_drained;
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Redis killed {}, emptied {}, stopped {}; PostgreSQL restarted {}; nodes killed {}, drained {}",
            self.redis_killed,
            self.redis_flushed,
            self.redis_stopped,
            self.postgres_restarted,
            self.nodes_killed,
            self.nodes_drained
        )
    }
}

/// The faults of a round.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    /// Of each kind.
    pub(crate) each: usize,
    /// How long Redis is stopped each time.
    pub(crate) stop_secs: u64,
}

impl Plan {
    /// Breaks everything as often as planned, while the crowd writes.
    pub(crate) async fn carry_out(
        self,
        random: &mut Random,
        nodes: &Nodes,
        postgres: &Postgres,
        redis: &Redis,
        crowd: &Crowd,
    ) -> Result<Counts> {
        let (for_redis, for_postgres, for_nodes) = (random.fork(), random.fork(), random.fork());
        let breaking = async {
            tokio::try_join!(
                self.break_redis(for_redis, redis),
                self.break_postgres(for_postgres, postgres),
                self.break_nodes(for_nodes, nodes),
            )
        };
        let pressing = async {
            loop {
                tokio::time::sleep(Duration::from_secs(3)).await;
                crowd.press_reconnect();
            }
        };
        tokio::select! {
            broken = breaking => { broken?; }
            () = pressing => {}
        }
        Ok(Counts {
            redis_killed: self.each,
            redis_flushed: self.each,
            redis_stopped: self.each,
            postgres_restarted: self.each,
            nodes_killed: self.each,
            nodes_drained: self.each,
        })
    }

    async fn break_redis(self, mut random: Random, redis: &Redis) -> Result<()> {
        for _ in 0..self.each {
            pause(&mut random, 2_000).await;
            redis.flush()?;
            pause(&mut random, 2_000).await;
            redis.stop_for(Duration::from_secs(self.stop_secs)).await?;
            pause(&mut random, 2_000).await;
            redis
                .kill(Duration::from_millis(random.below(3_000)))
                .await?;
        }
        Ok(())
    }

    async fn break_postgres(self, mut random: Random, postgres: &Postgres) -> Result<()> {
        for _ in 0..self.each {
            pause(&mut random, 24_000).await;
            postgres.restart_immediately().await?;
        }
        Ok(())
    }

    async fn break_nodes(self, mut random: Random, nodes: &Nodes) -> Result<()> {
        for _ in 0..self.each {
            for is_kill in [true, false] {
                pause(&mut random, 12_000).await;
                let number = usize::try_from(random.below(nodes.count() as u64)).unwrap_or(0);
                if is_kill {
                    nodes.kill(number).await?;
                } else {
                    nodes.drain(number).await?;
                }
            }
        }
        Ok(())
    }
}

/// A moment that the seed decides.
async fn pause(random: &mut Random, at_most_ms: u64) {
    tokio::time::sleep(Duration::from_millis(random.below(at_most_ms))).await;
}
