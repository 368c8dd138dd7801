//! The store in a file: SQLite, for programs and phones.
//!
//! One file for each account, in WAL mode, so that a crash leaves a write done or undone. Every
//! table is one of SQLite's own: what is broken in one does not keep the outbox from being read.
//! The file is opened by the first call and again after [`Store::close`]; while it is open nobody
//! else may use it (`locking_mode=EXCLUSIVE`, which also spares the shared-memory file): a second
//! program, or a notification extension, hears `Unavailable` instead of mixing two clients.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use rusqlite::{Connection, ErrorCode, params, types::Value as Cell};

use super::{Change, Keys, Record, Store, StoreError, StoreErrorKind, Table, Value};
use crate::{Content, platform::BoxFuture, platform::LocalFile};

/// The layout of the file. One that is higher was written by a newer version.
const LAYOUT: i64 = 1;
/// How long another client that is just closing the file is waited for.
const BUSY_MS: u64 = 2_000;

/// What a row holds, in the column `kind`.
const TEXT: i64 = 0;
const BYTES: i64 = 1;
const FILE: i64 = 2;

#[derive(Debug)]
struct File {
    path: PathBuf,
    /// `None` while it is closed.
    connection: Option<Connection>,
}

/// Keeps everything in a file. Clones share it.
#[derive(Clone, Debug)]
pub struct SqliteStore {
    file: Arc<Mutex<File>>,
}

impl SqliteStore {
    /// The store in the file at `path`, which the first call opens or makes: for programs that may
    /// not wait for a disk where they make a client. What fails then shows in
    /// [`Client::storage`](crate::Client::storage), and is tried again.
    #[must_use]
    pub fn at(path: impl AsRef<Path>) -> Self {
        Self {
            file: Arc::new(Mutex::new(File {
                path: path.as_ref().to_owned(),
                connection: None,
            })),
        }
    }

    /// The store in the file at `path`, which is made if it does not exist. A file that cannot be
    /// read is no error here: the client saves what it can and starts over.
    ///
    /// # Errors
    /// When the file cannot be opened or made.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        let store = Self::at(path);
        match store.run("open", |file| file.open().map(drop)).await {
            Err(error) if error.kind != StoreErrorKind::Damaged => Err(error),
            _ => Ok(store),
        }
    }

    /// Does what blocks where blocking is allowed.
    fn run<R: Send + 'static>(
        &self,
        operation: &'static str,
        act: impl FnOnce(&mut File) -> Result<R, StoreErrorKind> + Send + 'static,
    ) -> BoxFuture<'static, Result<R, StoreError>> {
        let file = Arc::clone(&self.file);
        Box::pin(async move {
            let done = tokio::task::spawn_blocking(move || act(&mut lock(&file))).await;
            // It fails when the program ends while it runs.
            let done = done.unwrap_or(Err(StoreErrorKind::Unavailable));
            done.map_err(|kind| StoreError { kind, operation })
        })
    }
}

fn lock(file: &Mutex<File>) -> MutexGuard<'_, File> {
    file.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Store for SqliteStore {
    fn read(&self, table: Table, keys: Keys) -> BoxFuture<'_, Result<Vec<Record>, StoreError>> {
        self.run("read", move |file| {
            let connection = file.open()?;
            read(connection, table, &keys).map_err(|error| kind(&error))
        })
    }

    fn write(&self, changes: Vec<Change>) -> BoxFuture<'_, Result<(), StoreError>> {
        self.run("write", move |file| {
            let connection = file.open()?;
            write(connection, changes).map_err(|error| kind(&error))
        })
    }

    fn clear(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        self.run("clear", |file| file.start_over())
    }

    fn close(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        self.run("close", |file| {
            // The last connection writes the log back into the file.
            match file.connection.take().map(Connection::close) {
                Some(Err((connection, error))) => {
                    file.connection = Some(connection);
                    Err(kind(&error))
                }
                Some(Ok(())) | None => Ok(()),
            }
        })
    }

    fn is_durable(&self) -> bool {
        true
    }
}

impl File {
    fn open(&mut self) -> Result<&mut Connection, StoreErrorKind> {
        if self.connection.is_none() {
            let connection = Connection::open(&self.path).map_err(|error| kind(&error))?;
            prepare(&connection).map_err(|error| kind(&error))?;
            let layout: i64 = connection
                .pragma_query_value(None, "user_version", |row| row.get(0))
                .map_err(|error| kind(&error))?;
            match layout {
                0 => make(&connection).map_err(|error| kind(&error))?,
                LAYOUT => {}
                _ => return Err(StoreErrorKind::Damaged),
            }
            self.connection = Some(connection);
        }
        self.connection.as_mut().ok_or(StoreErrorKind::Unavailable)
    }

    /// Removes the file, whatever is in it. What is left of the log would be applied to the next.
    fn start_over(&mut self) -> Result<(), StoreErrorKind> {
        self.connection = None;
        for suffix in ["-wal", "-shm", "-journal", ""] {
            let mut path = self.path.clone().into_os_string();
            path.push(suffix);
            match std::fs::remove_file(path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(StoreErrorKind::Unavailable);
                }
                _ => {}
            }
        }
        self.open().map(drop)
    }
}

fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(std::time::Duration::from_millis(BUSY_MS))?;
    connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // A queued message outlives an empty battery too; writes are few, since changes are collected.
    connection.pragma_update(None, "synchronous", "FULL")?;
    // What is removed is gone from the file: signing out leaves nothing to be found.
    connection.pragma_update(None, "secure_delete", "ON")
}

fn make(connection: &Connection) -> rusqlite::Result<()> {
    let tables = Table::ALL.map(|table| {
        let name = table.as_str();
        format!(
            "CREATE TABLE {name} (key TEXT PRIMARY KEY, kind INTEGER NOT NULL, \
             value ANY NOT NULL) STRICT, WITHOUT ROWID;"
        )
    });
    let tables = tables.concat();
    connection.execute_batch(&format!(
        "BEGIN; {tables} PRAGMA user_version = {LAYOUT}; COMMIT;"
    ))
}

fn read(connection: &Connection, table: Table, keys: &Keys) -> rusqlite::Result<Vec<Record>> {
    let name = table.as_str();
    let mut statement = connection.prepare_cached(&format!(
        "SELECT key, kind, value FROM {name} WHERE key >= ?1 AND (?2 IS NULL OR key < ?2) \
         ORDER BY key"
    ))?;
    let rows = statement.query_map(params![keys.from, keys.until], |row| {
        let value = match (row.get(1)?, row.get::<_, Cell>(2)?) {
            (TEXT, Cell::Text(text)) => Value::Text(text),
            (BYTES, Cell::Blob(bytes)) => Value::Content(Content::Bytes(bytes.into())),
            (FILE, Cell::Text(path)) => Value::Content(Content::File(LocalFile::new(path))),
            (_, cell) => {
                let kind = cell.data_type();
                return Err(rusqlite::Error::InvalidColumnType(2, name.to_owned(), kind));
            }
        };
        let key = row.get(0)?;
        Ok(Record { key, value })
    })?;
    rows.collect()
}

fn write(connection: &mut Connection, changes: Vec<Change>) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    for change in changes {
        match change {
            Change::Put(table, Record { key, value }) => {
                let (kind, cell) = cell(value);
                let name = table.as_str();
                let sql = format!("INSERT OR REPLACE INTO {name} VALUES (?1, ?2, ?3)");
                let mut statement = transaction.prepare_cached(&sql)?;
                statement.execute(params![key, kind, cell])?;
            }
            Change::Remove(table, keys) => {
                let name = table.as_str();
                let sql =
                    format!("DELETE FROM {name} WHERE key >= ?1 AND (?2 IS NULL OR key < ?2)");
                let mut statement = transaction.prepare_cached(&sql)?;
                statement.execute(params![keys.from, keys.until])?;
            }
        }
    }
    transaction.commit()
}

fn cell(value: Value) -> (i64, Cell) {
    match value {
        Value::Text(text) => (TEXT, Cell::Text(text)),
        Value::Content(Content::Bytes(bytes)) => (BYTES, Cell::Blob(bytes.into())),
        Value::Content(Content::File(file)) => {
            let path = file.path().to_string_lossy().into_owned();
            (FILE, Cell::Text(path))
        }
    }
}

fn kind(error: &rusqlite::Error) -> StoreErrorKind {
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => StoreErrorKind::Full,
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::Unknown) => {
            StoreErrorKind::Damaged
        }
        Some(_) => StoreErrorKind::Unavailable,
        // A row that is not what was written.
        None => StoreErrorKind::Damaged,
    }
}

#[cfg(test)]
mod tests;
