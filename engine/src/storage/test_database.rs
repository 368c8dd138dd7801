//! An empty database for a test, gone with its last handle: SQLite in memory, or a schema of its
//! own in the PostgreSQL of the tests when `RELAYCHAT_TEST_STORAGE=postgres` says so.
//!
//! That PostgreSQL is named by `RELAYCHAT_TEST_POSTGRES_URL`. Where it is missing tests fail: one
//! that is left out must never look like one that passed.

use std::{path::PathBuf, sync::Arc};

use async_trait::async_trait;
use relaychat_protocol::MessageId;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use tempfile::TempDir;

use super::{
    Batch, PoolUse, Storage, StorageError, Transaction, postgres::Postgres, sqlite::Sqlite,
};
use crate::random::{RandomExt, SystemRandom};

/// Which storage tests run on.
const STORAGE: &str = "RELAYCHAT_TEST_STORAGE";
/// Where the PostgreSQL of the tests is.
const POSTGRES_URL: &str = "RELAYCHAT_TEST_POSTGRES_URL";

/// The file of one on SQLite.
const FILE: &str = "relaychat.db";

/// An empty database. Clones share it.
#[derive(Clone, Debug)]
pub struct TestDatabase(Kind);

#[derive(Clone, Debug)]
enum Kind {
    Sqlite(Arc<TempDir>),
    Postgres(Arc<TestSchema>),
}

impl Default for TestDatabase {
    fn default() -> Self {
        Self::new()
    }
}

impl TestDatabase {
    /// A database of the kind that the environment asks for, SQLite unless it does.
    ///
    /// # Panics
    /// When it asks for something unknown.
    #[must_use]
    pub fn new() -> Self {
        let kind = match std::env::var(STORAGE).as_deref() {
            Ok("postgres") => Kind::Postgres(Arc::new(TestSchema::new())),
            Ok("sqlite") | Err(_) => Kind::Sqlite(Arc::new(scratch_folder())),
            Ok(other) => panic!("{STORAGE} is {other:?}: say sqlite or postgres"),
        };
        Self(kind)
    }

    /// Opens it, as often as a test likes. What was opened keeps it.
    ///
    /// # Panics
    /// When it cannot be opened.
    pub async fn open(&self) -> Arc<dyn Storage> {
        let inner: Arc<dyn Storage> = match &self.0 {
            Kind::Sqlite(folder) => {
                let path = folder.path().join(FILE);
                Arc::new(Sqlite::open(path).await.expect("a database"))
            }
            Kind::Postgres(schema) => Arc::new(schema.open().await),
        };
        let _database = self.clone();
        Arc::new(Opened { inner, _database })
    }

    /// Where it is, for who looks at it beside the engine.
    #[cfg(test)]
    pub(crate) fn place(&self) -> Place<'_> {
        match &self.0 {
            Kind::Sqlite(folder) => Place::Sqlite(folder.path().join(FILE)),
            Kind::Postgres(schema) => Place::Postgres {
                url: schema.url(),
                schema: schema.name(),
            },
        }
    }
}

/// Where a database is.
#[cfg(test)]
pub(crate) enum Place<'a> {
    Sqlite(PathBuf),
    Postgres { url: &'a str, schema: &'a str },
}

/// A storage that keeps its database.
#[derive(Debug)]
struct Opened {
    inner: Arc<dyn Storage>,
    _database: TestDatabase,
}

#[async_trait]
impl Storage for Opened {
    async fn begin(&self) -> Result<Box<dyn Transaction>, StorageError> {
        self.inner.begin().await
    }

    async fn begin_batch(&self, ids: &[MessageId]) -> Result<Batch, StorageError> {
        self.inner.begin_batch(ids).await
    }

    async fn snapshot(&self) -> Result<Box<dyn Transaction>, StorageError> {
        self.inner.snapshot().await
    }

    fn pool_use(&self) -> Option<PoolUse> {
        self.inner.pool_use()
    }

    async fn close(&self) {
        self.inner.close().await;
    }
}

/// A schema of its own. Dropping this drops it.
#[derive(Debug)]
pub(crate) struct TestSchema {
    url: String,
    name: String,
}

impl TestSchema {
    pub(crate) fn new() -> Self {
        let number = u64::from_le_bytes(SystemRandom.bytes());
        Self {
            url: postgres_url(),
            name: format!("test_{number:016x}"),
        }
    }

    /// Where the PostgreSQL of the tests is.
    #[cfg(test)]
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The name.
    #[cfg(test)]
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// An engine's storage in it.
    pub(crate) async fn open(&self) -> Postgres {
        let opened = Postgres::connect(&self.url).schema(&self.name).await;
        opened
            .unwrap_or_else(|error| panic!("PostgreSQL of the tests: {error}: {:?}", error.source))
    }
}

/// What a child of a test is told: the place of its database.
#[cfg(test)]
const CHILD: &str = "RELAYCHAT_TEST_CHILD";

/// This program again, with one test only, which finds out by [`child_place`] that it is the child:
/// somebody to be killed.
#[cfg(test)]
pub(crate) fn child(test: &str, place: &str) -> std::process::Command {
    let program = std::env::current_exe().expect("a program");
    let mut child = std::process::Command::new(program);
    child.args([test, "--exact"]).env(CHILD, place);
    child
}

/// In a child, what it was told.
#[cfg(test)]
pub(crate) fn child_place() -> Option<String> {
    std::env::var(CHILD).ok()
}

/// The address of the PostgreSQL of the tests.
pub(crate) fn postgres_url() -> String {
    std::env::var(POSTGRES_URL).unwrap_or_else(|_| {
        panic!(
            "{POSTGRES_URL} is not set: run `cargo xtask test`, or `cargo xtask servers` and \
             export what it prints"
        )
    })
}

impl Drop for TestSchema {
    fn drop(&mut self) {
        // A runtime of its own, for this one may be ending. What cannot be dropped is in nobody's
        // way: the name is never used again.
        // Connections that nobody had the time to close may hold locks.
        let statement = format!(
            "SET client_min_messages TO warning; SET lock_timeout TO '5s'; \
             SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
             WHERE application_name = 'relaychat {0}'; \
             DROP SCHEMA IF EXISTS \"{0}\" CASCADE",
            self.name
        );
        let url = self.url.clone();
        let dropping = std::thread::spawn(move || {
            let mut runtime = tokio::runtime::Builder::new_current_thread();
            let runtime = runtime.enable_all().build()?;
            runtime.block_on(async {
                let mut connection = PgConnection::connect(&url).await?;
                connection.execute(AssertSqlSafe(statement)).await?;
                connection.close().await
            })
        });
        let _ = dropping.join();
    }
}

/// A folder that is gone afterwards, in memory where the system has such a place.
fn scratch_folder() -> TempDir {
    let memory = PathBuf::from("/dev/shm");
    let folder = if memory.is_dir() {
        TempDir::with_prefix_in("relaychat-", memory)
    } else {
        TempDir::with_prefix("relaychat-")
    };
    folder.expect("a folder for temporary files")
}
