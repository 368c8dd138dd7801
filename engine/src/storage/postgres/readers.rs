//! Snapshots: read-only transactions on a pool.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use sqlx::{
    AssertSqlSafe, PgPool, Transaction,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use super::{
    error::{is_lost, storage_error},
    schema::Schema,
};
use crate::storage::{StorageError, StorageErrorKind};

/// How long to wait for a free reader before saying that storage is unavailable.
const READER_TIMEOUT: Duration = Duration::from_secs(10);
/// Readers at once. A server of the default size takes 100 connections from all nodes and the host;
/// reads are short, so this few keep the cores of a small machine busy.
const READERS_MAX: u32 = 8;

/// The pool of readers. Clones share it.
#[derive(Clone, Debug)]
pub(super) struct Readers {
    pool: PgPool,
    is_ours: bool,
    begin: Arc<str>,
    is_closed: Arc<AtomicBool>,
}

impl Readers {
    /// A pool of our own. It connects when it is needed.
    pub(super) fn ours(options: PgConnectOptions, schema: &Schema) -> Self {
        let pool = PgPoolOptions::new()
            .max_connections(READERS_MAX)
            .acquire_timeout(READER_TIMEOUT)
            .test_before_acquire(false)
            .connect_lazy_with(options);
        Self::new(pool, true, schema)
    }

    /// The host's pool.
    pub(super) fn of_host(pool: PgPool, schema: &Schema) -> Self {
        Self::new(pool, false, schema)
    }

    fn new(pool: PgPool, is_ours: bool, schema: &Schema) -> Self {
        // PostgreSQL takes the snapshot at the first query, not at BEGIN; this is one.
        let begin = format!(
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; \
             SELECT set_config('search_path', '{}', true)",
            schema.quoted()
        );
        Self {
            pool,
            is_ours,
            begin: begin.into(),
            is_closed: Arc::default(),
        }
    }

    /// The pool.
    pub(super) fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// Begins a snapshot.
    pub(super) async fn begin(&self) -> Result<Transaction<'static, sqlx::Postgres>, StorageError> {
        let operation = "begin a snapshot";
        if self.is_closed.load(Ordering::Acquire) {
            let kind = StorageErrorKind::Unavailable;
            return Err(StorageError::new(kind, operation, "storage is closed"));
        }
        // After the server was restarted every connection of the pool is dead. Beginning anew is
        // harmless, and each failure removes one of them.
        let mut dead = self.pool.size();
        loop {
            let begin = AssertSqlSafe(self.begin.to_string());
            match self.pool.begin_with(begin).await {
                Err(error) if is_lost(&error) && dead > 0 => dead -= 1,
                begun => return begun.map_err(|error| storage_error(operation, error)),
            }
        }
    }

    /// Refuses further snapshots; closes the pool if it is ours.
    pub(super) async fn close(&self) {
        self.is_closed.store(true, Ordering::Release);
        if self.is_ours {
            self.pool.close().await;
        }
    }
}
