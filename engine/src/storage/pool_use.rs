//! How full a pool of connections is, for figures.

/// The connections of a storage's pool that reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolUse {
    /// At work.
    pub busy: u32,
    /// Open, and waiting for work.
    pub idle: u32,
    /// How many there may be. Whoever needs one more waits.
    pub max: u32,
}

impl PoolUse {
    /// The present use of `pool`.
    pub(super) fn of<D: sqlx::Database>(pool: &sqlx::Pool<D>) -> Self {
        // Two readings that others may come between.
        let idle = u32::try_from(pool.num_idle()).unwrap_or(u32::MAX);
        let idle = idle.min(pool.size());
        Self {
            busy: pool.size() - idle,
            idle,
            max: pool.options().get_max_connections(),
        }
    }
}
