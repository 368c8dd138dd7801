//! SQLite: one file, one writer, a few readers.
//!
//! - Writers queue fairly for **one connection** and begin with `BEGIN IMMEDIATE`, so that nobody
//!   ever meets a busy database inside a transaction.
//! - Snapshots come from a **pool of readers** that may not write. WAL lets them see one state
//!   while the writer goes on.
//! - A commit is durable when it returns: `synchronous=FULL`.
//! - The log is copied into the database by a third connection, off the writers' path.
//!
//! Not for several machines: that is PostgreSQL's part. Several processes on one machine may open
//! one file; they wait for each other.

mod batches;
mod checkpoints;
mod connection;
mod copies;
mod error;
mod files;
mod migrations;
#[cfg(test)]
mod tests;
mod words;
mod writer;

pub(crate) use copies::{DatabaseFile, Facts};

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use async_trait::async_trait;
use relaychat_protocol::MessageId;
use sqlx::{
    ConnectOptions, Executor,
    sqlite::{
        SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
    },
};

use super::{
    Batch, MigrationStep, PoolUse, Storage, StorageError, Transaction, sql::SqlTransaction,
};
use checkpoints::Checkpoints;
use connection::SqliteConnection;
use error::storage_error;
use files::Scratch;
use writer::{File, Writer};

/// How long to wait for another process that writes to the same file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// How long to wait for a free reader before saying that storage is unavailable.
const READER_TIMEOUT: Duration = Duration::from_secs(10);
/// Readers at once. Each is a thread with a page cache; reads are short, so this few keep the cores
/// of a small machine busy.
const READERS_MAX: u32 = 8;
/// The log file is cut to this size when it starts anew: what a burst leaves behind.
const WAL_BYTES_MAX: &str = "67108864";
/// Page cache of a connection, in KiB below zero as SQLite wants it.
const CACHE_KIB: &str = "-8000";
/// Prepared statements kept per connection. There are about 60 of fixed shape; the rest is for
/// batches, whose text differs with their size.
const STATEMENTS_MAX: usize = 256;
/// Rows that travel from SQLite's thread at once: most pages of a list fit.
const ROW_BUFFER: usize = 128;

/// A SQLite database.
#[derive(Clone, Debug)]
pub struct Sqlite {
    writer: Writer,
    readers: SqlitePool,
    checkpoints: Arc<Checkpoints>,
    /// The folder of a database in memory; goes with the last handle.
    _scratch: Option<Arc<Scratch>>,
}

impl Sqlite {
    /// Opens the database in the file at `path`, made if need be with its folder, and brings its
    /// tables up to date. Only the present user may read a file that is made.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self, StorageError> {
        let path = path.as_ref().to_owned();
        files::prepare(&path).await?;
        Self::connect(&path, SqliteSynchronous::Full, None).await
    }

    /// Which steps the database in the file at `path` has taken. Changes nothing; a file that is
    /// not there has taken none.
    pub async fn steps(path: impl AsRef<Path>) -> Result<Vec<MigrationStep>, StorageError> {
        if !path.as_ref().exists() {
            return Ok(super::migrations::compare(&[]));
        }
        // Not "read only": beside a server that is stopped, the log has to be opened for writing.
        let options = SqliteConnectOptions::new()
            .filename(path)
            .busy_timeout(BUSY_TIMEOUT)
            .pragma("query_only", "ON")
            .disable_statement_logging();
        let mut connection = options
            .connect()
            .await
            .map_err(|error| storage_error("open", error))?;
        migrations::steps(&mut connection).await
    }

    /// A database of its own that is gone with its last handle, for tests.
    ///
    /// It lies in a folder of its own in the system's memory file system where there is one
    /// (`/dev/shm`), else among the temporary files: SQLite's own `:memory:` has no snapshots
    /// beside a writer, and a twin must behave like the real one. All else is the same code; only
    /// nothing is waited for on disk.
    pub async fn in_memory() -> Result<Self, StorageError> {
        let scratch = Scratch::new()?;
        let path = scratch.file();
        files::prepare(&path).await?;
        Self::connect(&path, SqliteSynchronous::Off, Some(Arc::new(scratch))).await
    }

    async fn connect(
        path: &Path,
        synchronous: SqliteSynchronous,
        scratch: Option<Arc<Scratch>>,
    ) -> Result<Self, StorageError> {
        let options = options(path, synchronous);
        let writer = File::open(options.clone()).await?;
        let readers = readers(options.clone().pragma("query_only", "ON"));
        let checkpoints = Checkpoints::start(options, writer.clone());
        Ok(Self {
            writer,
            readers,
            checkpoints: Arc::new(checkpoints),
            _scratch: scratch,
        })
    }
}

#[async_trait]
impl Storage for Sqlite {
    async fn begin(&self) -> Result<Box<dyn Transaction>, StorageError> {
        let turn = self.writer.begin().await?;
        let connection = SqliteConnection::writing(turn, Arc::clone(&self.checkpoints));
        Ok(Box::new(SqlTransaction::new(connection)))
    }

    async fn begin_batch(&self, ids: &[MessageId]) -> Result<Batch, StorageError> {
        let (turn, known) = self.writer.begin_batch(ids).await?;
        let connection = SqliteConnection::writing(turn, Arc::clone(&self.checkpoints));
        SqlTransaction::batch(connection, known).await
    }

    async fn snapshot(&self) -> Result<Box<dyn Transaction>, StorageError> {
        let failed = |error| storage_error("begin a snapshot", error);
        let mut reader = self.readers.acquire().await.map_err(failed)?;
        // SQLite takes the snapshot at the first read, not at BEGIN.
        let begin = "BEGIN; SELECT change FROM relay_meta";
        reader.execute(begin).await.map_err(failed)?;
        Ok(Box::new(SqlTransaction::new(SqliteConnection::reading(
            reader,
        ))))
    }

    fn pool_use(&self) -> Option<PoolUse> {
        Some(PoolUse::of(&self.readers))
    }

    async fn close(&self) {
        self.readers.close().await;
        self.checkpoints.stop().await;
        self.writer.close().await;
    }
}

/// What all connections have in common.
fn options(path: &Path, synchronous: SqliteSynchronous) -> SqliteConnectOptions {
    let path: PathBuf = path.to_owned();
    SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(synchronous)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        .statement_cache_capacity(STATEMENTS_MAX)
        .row_buffer_size(ROW_BUFFER)
        .pragma("cache_size", CACHE_KIB)
        .pragma("temp_store", "MEMORY")
        .pragma("wal_autocheckpoint", "0")
        .pragma("journal_size_limit", WAL_BYTES_MAX)
        // What was deleted is not left behind in the file, in the space that became free.
        .pragma("secure_delete", "ON")
        // Statements are no business of the log: their values are people's words and addresses.
        .disable_statement_logging()
}

/// The pool of readers. A reader ends its transaction when it comes back, not before somebody
/// needs it: an open snapshot would keep the log from being cut.
fn readers(options: SqliteConnectOptions) -> SqlitePool {
    SqlitePoolOptions::new()
        .max_connections(READERS_MAX)
        .acquire_timeout(READER_TIMEOUT)
        .test_before_acquire(false)
        .idle_timeout(None)
        .max_lifetime(None)
        .after_release(|reader, _| {
            Box::pin(async move {
                reader.execute("ROLLBACK").await?;
                Ok(true)
            })
        })
        .connect_lazy_with(options)
}
