//! How SQLite connects, begins and ends.

use relaychat_protocol::MessageId;
use sqlx::{ConnectOptions, Executor, SqliteConnection, sqlite::SqliteConnectOptions};

use super::{batches, error::storage_error, migrations};
use crate::storage::{
    StorageError,
    sql::{self, BatchRows, Known},
};

/// The connection that writes.
pub(super) type Writer = sql::Writer<File>;
/// The right to write.
pub(super) type Turn = sql::Turn<File>;

/// A file that is written to.
#[derive(Debug)]
pub(super) struct File(SqliteConnectOptions);

impl File {
    /// Opens the connection that writes and brings the tables up to date.
    pub(super) async fn open(options: SqliteConnectOptions) -> Result<Writer, StorageError> {
        let connected = options.connect().await;
        let mut connection = connected.map_err(|error| storage_error("open", error))?;
        migrations::run(&mut connection).await?;
        Ok(Writer::new(Self(options), connection))
    }
}

impl sql::Driver for File {
    type Connection = SqliteConnection;

    async fn connect(&self) -> Result<SqliteConnection, sqlx::Error> {
        self.0.connect().await
    }

    async fn begin(&self, connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        connection.execute("BEGIN IMMEDIATE").await?;
        Ok(())
    }

    async fn begin_batch(
        &self,
        connection: &mut SqliteConnection,
        ids: &[MessageId],
    ) -> Result<Known, sqlx::Error> {
        batches::begin(connection, ids).await
    }

    async fn end_with(
        &self,
        connection: &mut SqliteConnection,
        rows: BatchRows,
    ) -> Result<(), sqlx::Error> {
        batches::finish(connection, rows).await
    }

    async fn end(
        &self,
        connection: &mut SqliteConnection,
        statement: &'static str,
    ) -> Result<(), sqlx::Error> {
        connection.execute(statement).await?;
        Ok(())
    }

    fn is_lost(_: &sqlx::Error) -> bool {
        false
    }

    fn error(operation: &'static str, error: sqlx::Error) -> StorageError {
        storage_error(operation, error)
    }
}
