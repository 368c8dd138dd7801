//! The databases behind our servers, asked directly: how many commits there were, histories that
//! nobody has the time to write message by message, and bare inserts as a floor.

use std::time::{Duration, Instant};

use anyhow::Result;
use relaychat_protocol::{ChatId, UserId};
use sqlx::{
    AssertSqlSafe, Connection, PgConnection, Row, SqliteConnection,
    postgres::PgConnectOptions,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use tokio::runtime::Runtime;

use crate::{
    peers::Relay,
    process::{cpu_us, tree},
};

/// The database file in the data folder.
const FILE: &str = "relaychat.db";
/// The schema on PostgreSQL, where none is named.
const SCHEMA: &str = "relaychat";
const MEASURED: Duration = Duration::from_millis(1_500);

/// A database of a running server.
pub(crate) struct Database {
    runtime: Runtime,
    place: Place,
}

#[derive(Clone)]
enum Place {
    Sqlite(std::path::PathBuf),
    Postgres(String),
}

impl Place {
    fn of(relay: &Relay) -> Self {
        match relay.database_url() {
            Some(url) => Self::Postgres(url.to_owned()),
            None => Self::Sqlite(relay.data().join(FILE)),
        }
    }
}

fn runtime() -> Result<Runtime> {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    Ok(builder.enable_all().build()?)
}

impl Database {
    pub(crate) fn of(relay: &Relay) -> Result<Self> {
        Ok(Self {
            runtime: runtime()?,
            place: Place::of(relay),
        })
    }

    /// The newest change number: how many commits there have been.
    pub(crate) fn change(&self) -> Result<i64> {
        const SQL: &str = "SELECT change FROM relay_meta";
        self.runtime.block_on(async {
            Ok(match &self.place {
                Place::Sqlite(_) => {
                    let mut connection = self.sqlite().await?;
                    sqlx::query(SQL).fetch_one(&mut connection).await?.get(0)
                }
                Place::Postgres(url) => {
                    let mut connection = postgres(url).await?;
                    sqlx::query(SQL).fetch_one(&mut connection).await?.get(0)
                }
            })
        })
    }

    /// Writes `count` messages into a chat as one commit, as if they had been sent.
    pub(crate) fn fill(&self, chat_id: ChatId, sender: UserId, count: u64) -> Result<()> {
        let count = i64::try_from(count)?;
        self.runtime.block_on(async {
            match &self.place {
                Place::Sqlite(_) => {
                    let mut connection = self.sqlite().await?;
                    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
                    for sql in fill_statements("randomblob(16)", "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $3)", "n") {
                        let query = sqlx::query(AssertSqlSafe(sql));
                        let query = query.bind(chat_id.0).bind(sender.0).bind(count);
                        query.execute(&mut *transaction).await?;
                    }
                    transaction.commit().await?;
                }
                Place::Postgres(url) => {
                    let mut connection = postgres(url).await?;
                    let mut transaction = connection.begin().await?;
                    for sql in fill_statements("gen_random_uuid()", "", "generate_series(1, $3::bigint) AS n(i)") {
                        let query = sqlx::query(AssertSqlSafe(sql));
                        let query = query.bind(chat_id.0).bind(sender.0).bind(count);
                        query.execute(&mut *transaction).await?;
                    }
                    transaction.commit().await?;
                    // As the server does by itself a minute later: plans follow what is known.
                    let analyze = sqlx::query("ANALYZE relay_messages, relay_chats, relay_members");
                    analyze.execute(&mut connection).await?;
                }
            }
            Ok(())
        })
    }

    async fn sqlite(&self) -> Result<SqliteConnection> {
        let Place::Sqlite(path) = &self.place else {
            anyhow::bail!("not SQLite");
        };
        Ok(SqliteConnection::connect_with(&sqlite_options(path)).await?)
    }
}

/// A connection that looks into our server's schema.
async fn postgres(url: &str) -> Result<PgConnection> {
    let options: PgConnectOptions = url.parse()?;
    let options = options.options([("search_path", SCHEMA)]);
    Ok(PgConnection::connect_with(&options).await?)
}

fn sqlite_options(path: &std::path::Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(Duration::from_secs(30))
}

/// The statements of one commit that adds messages: $1 the chat, $2 the sender, $3 how many.
fn fill_statements(id: &str, with: &str, series: &str) -> [String; 3] {
    // All three parameters stand in each statement, so that they are bound alike.
    [
        "UPDATE relay_meta SET change = change + 1 WHERE CAST($1 AS TEXT) IS NOT NULL \
         AND CAST($2 AS TEXT) IS NOT NULL AND CAST($3 AS BIGINT) > 0"
            .to_owned(),
        format!(
            "{with} INSERT INTO relay_messages (chat_id, seq, id, version, count, sender_id, sent_at_ms, text, attachment_count, change) \
             SELECT chat.id, chat.last_seq + n.i, {id}, chat.version + n.i, chat.message_count + n.i, $2, 1700000000000 + n.i, \
             'A line of a long history, about as long as people write them.', 0, meta.change \
             FROM relay_chats AS chat, relay_meta AS meta, {series} WHERE chat.id = $1"
        ),
        "UPDATE relay_chats SET last_seq = last_seq + CAST($3 AS BIGINT), version = version + CAST($3 AS BIGINT), \
             message_count = message_count + CAST($3 AS BIGINT), change = (SELECT change FROM relay_meta) \
             WHERE id = $1 AND CAST($2 AS TEXT) IS NOT NULL".to_owned(),
    ]
}

/// Bare inserts, with a table of their own.
pub(crate) struct Bare {
    runtime: Runtime,
    place: Place,
    _folder: tempfile::TempDir,
}

impl Bare {
    /// On the same database server, or in a file of its own on the same disk.
    pub(crate) fn beside(relay: &Relay) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let place = match Place::of(relay) {
            Place::Sqlite(_) => Place::Sqlite(folder.path().join("bare.db")),
            postgres @ Place::Postgres(_) => postgres,
        };
        Ok(Self {
            runtime: runtime()?,
            place,
            _folder: folder,
        })
    }

    /// Rows a second and processor time for each, in commits of `batch` rows; ours (the client)
    /// and the database's.
    pub(crate) fn insert(&self, batch: usize, server: &[u32]) -> Result<(f64, f64)> {
        const CREATE: &str = "CREATE TABLE IF NOT EXISTS bare (chat BIGINT NOT NULL, seq BIGINT NOT NULL, text TEXT NOT NULL, PRIMARY KEY (chat, seq))";
        let text = "x".repeat(crate::marker::TEXT_BYTES);
        self.runtime.block_on(async {
            let mut processes = tree(server);
            processes.push(std::process::id());
            match &self.place {
                Place::Sqlite(path) => {
                    let options = sqlite_options(path).create_if_missing(true);
                    let mut connection = SqliteConnection::connect_with(&options).await?;
                    sqlx::query(CREATE).execute(&mut connection).await?;
                    rows!(connection, batch, processes, text)
                }
                Place::Postgres(url) => {
                    let mut connection = postgres(url).await?;
                    // The session has a process of its own.
                    processes = tree(server);
                    processes.push(std::process::id());
                    sqlx::query(CREATE).execute(&mut connection).await?;
                    rows!(connection, batch, processes, text)
                }
            }
        })
    }
}

/// Inserts in both dialects; the two connections have no common type.
macro_rules! rows {
    ($connection:ident, $batch:ident, $processes:ident, $text:ident) => {{
        let values: Vec<String> = (0..$batch)
            .map(|row| format!("(${}, ${}, ${})", 3 * row + 1, 3 * row + 2, 3 * row + 3))
            .collect();
        let sql = format!("INSERT INTO bare VALUES {}", values.join(", "));
        let newest = sqlx::query("SELECT COALESCE(MAX(seq), 0) FROM bare");
        let mut seq: i64 = newest.fetch_one(&mut $connection).await?.get(0);
        let (began, before) = (Instant::now(), cpu_us(&$processes));
        let mut rows = 0_u32;
        while began.elapsed() < MEASURED {
            let mut query = sqlx::query(AssertSqlSafe(sql.clone()));
            for row in 0..$batch {
                seq += 1;
                // As many chats as a batch has rows: each batch touches a page for each.
                query = query.bind(row as i64).bind(seq).bind(&$text);
            }
            query.execute(&mut $connection).await?;
            rows += u32::try_from($batch)?;
        }
        let seconds = began.elapsed().as_secs_f64();
        let cpu = (cpu_us(&$processes) - before) as f64;
        Ok((f64::from(rows) / seconds, cpu / f64::from(rows)))
    }};
}
use rows;
