//! Copying the log into the database, off the writers' path.
//!
//! SQLite would do it inside a commit once the log has a thousand pages, and that commit would
//! wait for it. Here a connection of its own does it when enough was written, while writers go on.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use sqlx::{ConnectOptions, SqliteConnection, sqlite::SqliteConnectOptions};
use tokio::{
    sync::{Mutex, Notify},
    task::JoinHandle,
};

use super::writer::Writer;

/// Rows after which the log is copied. Measured, a row of a batch of messages to different chats
/// comes to 1.3 pages of 4 KiB, so this is some 20 MB of log. A page that was written many times
/// meanwhile is copied once: copying each few megabytes cost as many writes as the log itself.
const ROWS_BETWEEN: u64 = 4_000;
/// Pages in the log after which writers are made to wait for the last part of a copy. The log
/// starts anew only when all of it was copied, which under constant writing never happens by
/// itself. 8,192 pages are 32 MiB, half of what is kept of the file.
const PAGES_MAX: i64 = 8_192;

/// The task that copies.
#[derive(Debug)]
pub(super) struct Checkpoints {
    shared: Arc<Shared>,
    task: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Debug, Default)]
struct Shared {
    rows_written: AtomicU64,
    is_due: Notify,
}

impl Checkpoints {
    /// Starts the task.
    pub(super) fn start(options: SqliteConnectOptions, writer: Writer) -> Self {
        let shared = Arc::new(Shared::default());
        let task = tokio::spawn(run(Arc::clone(&shared), options, writer));
        Self {
            shared,
            task: Mutex::new(Some(task)),
        }
    }

    /// Notes that rows were written and committed.
    pub(super) fn note_written(&self, rows: u64) {
        let before = self.shared.rows_written.fetch_add(rows, Ordering::Relaxed);
        if before + rows >= ROWS_BETWEEN {
            self.shared.rows_written.store(0, Ordering::Relaxed);
            self.shared.is_due.notify_one();
        }
    }

    /// Ends the task.
    pub(super) async fn stop(&self) {
        if let Some(task) = self.task.lock().await.take() {
            task.abort();
            // The only possible error is that it was aborted.
            let _ = task.await;
        }
    }
}

impl Drop for Checkpoints {
    fn drop(&mut self) {
        if let Some(task) = self.task.get_mut().take() {
            task.abort();
        }
    }
}

async fn run(shared: Arc<Shared>, options: SqliteConnectOptions, writer: Writer) {
    let mut connection = None;
    loop {
        shared.is_due.notified().await;
        if let Err(error) = copy(&mut connection, &options, &writer).await {
            // The log keeps growing and nothing is lost; the next time may do better.
            tracing::warn!(%error, "the write-ahead log could not be copied into the database");
            connection = None;
        }
    }
}

async fn copy(
    connection: &mut Option<SqliteConnection>,
    options: &SqliteConnectOptions,
    writer: &Writer,
) -> Result<(), sqlx::Error> {
    let connection = match connection {
        Some(connection) => connection,
        none => none.insert(options.connect().await?),
    };
    let pages = checkpoint(connection).await?;
    if pages >= PAGES_MAX {
        writer.pause(checkpoint(connection)).await?;
    }
    Ok(())
}

/// Copies what readers allow; returns how many pages the log has.
async fn checkpoint(connection: &mut SqliteConnection) -> Result<i64, sqlx::Error> {
    let checkpoint = sqlx::query_as("PRAGMA wal_checkpoint(PASSIVE)");
    let (_is_busy, pages, _copied): (i64, i64, i64) = checkpoint.fetch_one(connection).await?;
    Ok(pages)
}
