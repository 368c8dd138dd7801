//! How SQLite connects, begins and ends.

use std::time::{Duration, Instant};

use relaychat_protocol::MessageId;
use sqlx::{ConnectOptions, Executor, SqliteConnection, sqlite::SqliteConnectOptions};

use super::{
    batches,
    error::{is_locked, storage_error},
    migrations,
};
use crate::storage::{
    StorageError,
    sql::{self, BatchRows, Known},
};

/// How long to wait for programs that make the same file.
const OPEN_TIMEOUT: Duration = Duration::from_secs(15);
/// How long until it is tried again.
const OPEN_PAUSE: Duration = Duration::from_millis(20);

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
        let mut connection = connect_first(&options).await?;
        migrations::run(&mut connection).await?;
        Ok(Writer::new(Self(options), connection))
    }
}

/// Connects to a file that other programs may be making at the same time. Where they begin its log,
/// SQLite says "locked" at once instead of waiting: then it is tried again.
async fn connect_first(options: &SqliteConnectOptions) -> Result<SqliteConnection, StorageError> {
    let started = Instant::now();
    loop {
        let connected = options.connect().await;
        match connected {
            Err(error) if is_locked(&error) && started.elapsed() < OPEN_TIMEOUT => {
                tokio::time::sleep(OPEN_PAUSE).await;
            }
            connected => return connected.map_err(|error| storage_error("open", error)),
        }
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
