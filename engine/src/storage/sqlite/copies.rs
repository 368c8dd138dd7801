//! A database file as a thing to copy and to check, without an engine on it.
//!
//! Opened as it is: no step is taken, so that a copy is what was there, and a program may look at a
//! file that another one is serving. A copy is one state of all tables (`VACUUM INTO` reads within
//! one transaction of the log), and writers go on meanwhile.

use std::path::Path;

use relaychat_protocol::AttachmentId;
use sqlx::{AssertSqlSafe, Connection, Executor, SqliteConnection, sqlite::SqliteConnectOptions};
use uuid::Uuid;

use super::{BUSY_TIMEOUT, error::storage_error};
use crate::{
    domain::attachment::Kind,
    storage::{StorageError, StorageErrorKind},
};

/// A database file.
#[derive(Debug)]
pub(crate) struct DatabaseFile(SqliteConnection);

/// What is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Facts {
    /// The newest step it has taken.
    pub(crate) schema_version: i64,
    /// Names its history of changes.
    pub(crate) epoch: Uuid,
    /// The newest change number.
    pub(crate) change: i64,
    /// Rows of the tables that matter to people.
    pub(crate) rows: Vec<(&'static str, i64)>,
}

/// The tables that are counted, with what they are called in a manifest.
const COUNTED: [(&str, &str); 5] = [
    ("users", "relay_users"),
    ("chats", "relay_chats"),
    ("members", "relay_members"),
    ("messages", "relay_messages"),
    ("attachments", "relay_attachments"),
];

/// What must be nowhere, and how many places there are.
const RULES: [(&str, &str); 10] = [
    (
        "chats whose messages are not numbered densely",
        "SELECT count(*) FROM relay_chats AS c LEFT JOIN (
             SELECT chat_id, count(*) AS n, max(seq) AS last FROM relay_messages GROUP BY chat_id
         ) AS m ON m.chat_id = c.id
         WHERE c.last_seq <> coalesce(m.n, 0) OR c.last_seq <> coalesce(m.last, 0)",
    ),
    (
        "chats with a wrong number of messages",
        "SELECT count(*) FROM relay_chats AS c WHERE c.message_count <> coalesce(
             (SELECT max(m.count) FROM relay_messages AS m WHERE m.chat_id = c.id), 0)",
    ),
    (
        "messages with a wrong running count",
        "SELECT count(*) FROM (
             SELECT count, sum(m.event IS NULL) OVER (PARTITION BY chat_id ORDER BY seq) AS n
             FROM relay_messages AS m) WHERE count <> n",
    ),
    (
        "messages with the version of another",
        "SELECT count(*) FROM (
             SELECT 1 FROM relay_messages GROUP BY chat_id, version HAVING count(*) > 1)",
    ),
    (
        "messages of no chat or beyond its version",
        "SELECT count(*) FROM relay_messages AS m LEFT JOIN relay_chats AS c ON c.id = m.chat_id
         WHERE c.id IS NULL OR m.version > c.version",
    ),
    (
        "members with a wrong unread count",
        "SELECT count(*) FROM relay_members AS p WHERE p.read_seq > 0 AND p.read_count <> (
             SELECT count(*) FROM relay_messages AS m
             WHERE m.chat_id = p.chat_id AND m.seq <= p.read_seq AND m.event IS NULL)",
    ),
    (
        "members who have read what was not sent",
        "SELECT count(*) FROM relay_members AS p JOIN relay_chats AS c ON c.id = p.chat_id
         WHERE p.read_seq > c.last_seq OR p.delivered_seq > c.last_seq",
    ),
    (
        "chats with a wrong number of members",
        "SELECT count(*) FROM relay_chats AS c WHERE c.member_count <> (
             SELECT count(*) FROM relay_members AS p WHERE p.chat_id = c.id AND p.has_left = 0)",
    ),
    (
        "messages with a wrong number of attachments",
        "SELECT count(*) FROM relay_messages AS m WHERE m.attachment_count <> (
             SELECT count(*) FROM relay_attachments AS a WHERE a.message_id = m.id)",
    ),
    (
        "rows beyond the newest change",
        "SELECT (SELECT count(*) FROM relay_chats, relay_meta AS t WHERE relay_chats.change > t.change)
              + (SELECT count(*) FROM relay_users, relay_meta AS t WHERE relay_users.change > t.change)
              + (SELECT count(*) FROM relay_messages, relay_meta AS t
                 WHERE relay_messages.change > t.change)",
    ),
];

impl DatabaseFile {
    /// Opens a file that somebody may be serving.
    pub(crate) async fn open(path: &Path) -> Result<Self, StorageError> {
        let options = SqliteConnectOptions::new().filename(path);
        Self::connect(options.busy_timeout(BUSY_TIMEOUT)).await
    }

    /// Opens a copy that nobody writes to. Leaves nothing beside it.
    pub(crate) async fn open_copy(path: &Path) -> Result<Self, StorageError> {
        let options = SqliteConnectOptions::new().filename(path);
        Self::connect(options.read_only(true).immutable(true)).await
    }

    async fn connect(options: SqliteConnectOptions) -> Result<Self, StorageError> {
        let options = options.create_if_missing(false);
        let connected = SqliteConnection::connect_with(&options).await;
        Ok(Self(
            connected.map_err(|error| storage_error("open the file", error))?,
        ))
    }

    /// Ends the connection.
    pub(crate) async fn close(self) {
        // Nothing was written, or it was committed: nothing to lose.
        let _ = self.0.close().await;
    }

    /// Writes one state of everything into a new file at `path`. Not yet durable.
    pub(crate) async fn copy_into(&mut self, path: &Path) -> Result<(), StorageError> {
        let Some(path) = path.to_str() else {
            let what = "the path of the copy is no text";
            return Err(StorageError::new(StorageErrorKind::Internal, "copy", what));
        };
        let copy = sqlx::query("VACUUM INTO ?").bind(path.to_owned());
        let copied = copy.execute(&mut self.0).await;
        copied.map_err(|error| storage_error("copy the database", error))?;
        Ok(())
    }

    /// The newest step that was taken; zero for a file without tables of ours.
    pub(crate) async fn schema_version(&mut self) -> Result<i64, StorageError> {
        let has_any = "SELECT count(*) FROM sqlite_master WHERE name = 'relay_migrations'";
        if self.number(has_any).await? == 0 {
            return Ok(0);
        }
        let newest = "SELECT coalesce(max(version), 0) FROM relay_migrations WHERE success";
        self.number(newest).await
    }

    /// What is in it.
    pub(crate) async fn facts(&mut self) -> Result<Facts, StorageError> {
        let meta = sqlx::query_as("SELECT epoch, change FROM relay_meta");
        let meta = meta.fetch_one(&mut self.0).await;
        let (epoch, change) = meta.map_err(|error| storage_error("read the epoch", error))?;
        let mut rows = Vec::new();
        for (name, table) in COUNTED {
            let count = format!("SELECT count(*) FROM {table}");
            rows.push((name, self.number(&count).await?));
        }
        Ok(Facts {
            schema_version: self.schema_version().await?,
            epoch,
            change,
            rows,
        })
    }

    /// All uploads that it names. Told by the width, for a copy may be older than the column that
    /// says what kind a file is.
    pub(crate) async fn uploads(&mut self) -> Result<Vec<(AttachmentId, Kind)>, StorageError> {
        let text = "SELECT id, width > 0 FROM relay_attachments ORDER BY id";
        let select = sqlx::query_as::<_, (Uuid, bool)>(text);
        let rows = select.fetch_all(&mut self.0).await;
        let rows = rows.map_err(|error| storage_error("list the uploads", error))?;
        let kind = |is_image| match is_image {
            true => Kind::Image,
            false => Kind::File,
        };
        let uploads = rows.into_iter();
        let uploads = uploads.map(|(id, is_image)| (AttachmentId(id), kind(is_image)));
        Ok(uploads.collect())
    }

    /// Everything that is wrong with it: pages, references, and numbers that must add up.
    pub(crate) async fn problems(&mut self) -> Result<Vec<String>, StorageError> {
        let check = sqlx::query_as::<_, (String,)>("PRAGMA integrity_check(20)");
        let found = check.fetch_all(&mut self.0).await;
        let found = found.map_err(|error| storage_error("check the pages", error))?;
        let mut problems: Vec<_> = found
            .into_iter()
            .map(|(line,)| line)
            .filter(|line| line != "ok")
            .collect();
        // A copy may be older than the column that tells lines apart: then there are none.
        let column =
            "SELECT count(*) FROM pragma_table_info('relay_messages') WHERE name = 'event'";
        let has_lines = self.number(column).await? > 0;
        let dangling = "SELECT count(*) FROM pragma_foreign_key_check";
        for (what, count) in [("rows that refer to nothing", dangling)]
            .iter()
            .chain(&RULES)
        {
            let count = match has_lines {
                true => (*count).to_owned(),
                false => count.replace("m.event", "NULL"),
            };
            match self.number(&count).await? {
                0 => {}
                number => problems.push(format!("{number} {what}")),
            }
        }
        Ok(problems)
    }

    /// Begins a new history: what clients remember of the old one is worth nothing.
    pub(crate) async fn begin_epoch(&mut self, epoch: Uuid) -> Result<(), StorageError> {
        let failed = |error| storage_error("begin a new epoch", error);
        let settings = "PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL";
        self.0.execute(settings).await.map_err(failed)?;
        let update = sqlx::query("UPDATE relay_meta SET epoch = ?").bind(epoch);
        update.execute(&mut self.0).await.map_err(failed)?;
        Ok(())
    }

    /// Damages it.
    #[cfg(test)]
    pub(crate) async fn execute(&mut self, statement: &'static str) {
        self.0.execute(statement).await.expect("a statement");
    }

    async fn number(&mut self, query: &str) -> Result<i64, StorageError> {
        // All texts are constants of this file.
        let select = sqlx::query_as::<_, (i64,)>(AssertSqlSafe(query.to_owned()));
        let row = select.fetch_one(&mut self.0).await;
        let (number,) = row.map_err(|error| storage_error("check the tables", error))?;
        Ok(number)
    }
}
