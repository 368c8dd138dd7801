//! PostgreSQL: for several nodes, and for hosts that have one.
//!
//! - Everything lies in one **schema**; several engines on separate schemas of one database do not
//!   see each other. No statement names the schema: `search_path` does, within each transaction.
//! - Writers take turns, over all nodes: an advisory lock of the schema, behind a fair local queue
//!   for **one connection**. Group commit makes one turn carry hundreds of sends, so that a turn
//!   costs little; in exchange the order of numbers is the order of commits, without holes.
//! - Snapshots are read-only transactions on a **pool of readers**: our own, or the host's.
//! - A commit is durable when it returns: `synchronous_commit=on`. One whose connection died is
//!   reported as unavailable and may have happened; repeats by id are harmless.
//!
//! Needs connections that stay the same between transactions: a pooler in between has to pool
//! sessions, not transactions.

mod batches;
mod connection;
mod error;
mod migrations;
mod opening;
mod readers;
mod schema;
mod staging;
#[cfg(test)]
mod tests;
mod words;
mod writer;

use async_trait::async_trait;

use relaychat_protocol::MessageId;

use super::{Batch, PoolUse, Storage, StorageError, Transaction, sql::SqlTransaction};
use connection::PostgresConnection;
pub use opening::Opening;
use readers::Readers;
use schema::Schema;
pub use staging::HostConnection;
use staging::Waiting;
pub(crate) use staging::{Named, Staging};
use writer::Writer;

/// The schema with this name, or the default one.
pub(super) fn schema_of(name: Option<&str>) -> Result<String, StorageError> {
    Ok(Schema::new(name)?.name().to_owned())
}

/// What connections of an engine on a schema call themselves.
pub(super) fn engine_name(schema: &str) -> String {
    format!("relaychat {schema}")
}

/// A schema of a PostgreSQL database.
#[derive(Clone, Debug)]
pub struct Postgres {
    writer: Writer,
    readers: Readers,
    waiting: std::sync::Arc<Waiting>,
}

impl Postgres {
    /// The database at `url`, such as `postgres://chat:password@localhost/app`, with connections of
    /// our own. To be awaited, or given to the engine's builder.
    ///
    /// ```no_run
    /// # use relaychat_engine::storage::postgres::Postgres;
    /// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
    /// let storage = Postgres::connect("postgres://localhost/app").schema("chat").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn connect(url: &str) -> Opening {
        Opening::url(url)
    }

    /// The database of the host's own pool. Snapshots borrow connections from it and change them
    /// only within a transaction; one connection of our own, made with the pool's options, writes.
    pub fn from_pool(pool: sqlx::PgPool) -> Opening {
        Opening::pool(pool)
    }
}

#[async_trait]
impl Storage for Postgres {
    async fn begin(&self) -> Result<Box<dyn Transaction>, StorageError> {
        let turn = self.writer.begin().await?;
        Ok(Box::new(SqlTransaction::new(PostgresConnection::writing(
            turn,
        ))))
    }

    async fn begin_batch(&self, ids: &[MessageId]) -> Result<Batch, StorageError> {
        let (turn, known) = self.writer.begin_batch(ids).await?;
        SqlTransaction::batch(PostgresConnection::writing(turn), known).await
    }

    async fn snapshot(&self) -> Result<Box<dyn Transaction>, StorageError> {
        let reader = self.readers.begin().await?;
        Ok(Box::new(SqlTransaction::new(PostgresConnection::reading(
            reader,
        ))))
    }

    fn host_schema(&self) -> Option<&str> {
        Some(self.waiting.schema())
    }

    async fn staged_elsewhere(&self) -> Result<(), StorageError> {
        self.waiting.wait().await
    }

    fn pool_use(&self) -> Option<PoolUse> {
        Some(PoolUse::of(self.readers.pool()))
    }

    async fn close(&self) {
        self.waiting.close().await;
        self.readers.close().await;
        self.writer.close().await;
    }
}
