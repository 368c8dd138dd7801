//! Moving an installation from one database to another: every row, or nothing.
//!
//! ```text
//!   source ── one snapshot ──▶ rows ──▶ one transaction ── counts and hashes equal? ──▶ commit
//! ```
//!
//! Ids, numbers, times, sessions and keys stay as they are, so whoever is logged in stays logged in.
//! Only the **epoch** is new: the histories part here, and a client that comes with a token of the
//! old one gets `reset` and fetches anew, so that nothing is mixed. Blobs are not in a database and
//! stay where they are.
//!
//! What is written to the source after the snapshot is not in the copy. So the source should be
//! stopped; that is checked, and may be overruled, to try a move out while people go on chatting.
//! The source is only read, and the target must be empty.

mod databases;
mod rows;
#[cfg(test)]
mod tests;

use std::{fmt, path::PathBuf, str::FromStr};

use super::{StorageError, StorageErrorKind, postgres::Postgres, sqlite::Sqlite};
use databases::{Source, Target, is_in_use};

/// The tables that are copied, each after those it refers to. `relay_meta` is not: it gets a new
/// epoch and the change number of the source. Nor is the list of steps: both sides have taken the
/// same.
pub const TABLES: &[&str] = &[
    "relay_settings",
    "relay_users",
    "relay_login_requests",
    "relay_login_failures",
    "relay_sessions",
    "relay_refresh_tokens",
    "relay_chats",
    "relay_members",
    "relay_blocks",
    "relay_chat_settings",
    "relay_invites",
    "relay_messages",
    "relay_reactions",
    "relay_mentions",
    "relay_attachments",
    "relay_uploads",
    "relay_upload_parts",
    "relay_reports",
    "relay_mails",
    "relay_host_logouts",
    "relay_server_keys",
    "relay_staged_messages",
    "relay_original_tags",
    "relay_notices",
    "relay_webhooks",
    "relay_changes",
];
/// What tables begin with that can be made again, and are: the index of words. The target fills its
/// own.
const MADE_AGAIN: &str = "relay_search_";
/// The tables of the database itself.
const OWN: &[&str] = &["relay_meta", "relay_migrations"];

/// Where a database is: `sqlite:PATH` or `postgres://…`, there with `schema=NAME` among the
/// parameters.
#[derive(Clone, PartialEq, Eq)]
pub enum Place {
    /// A file.
    Sqlite(PathBuf),
    /// A schema, the default one unless named.
    Postgres {
        /// Where the database is.
        url: String,
        /// The schema.
        schema: Option<String>,
    },
}

/// Without a password.
impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => f.debug_tuple("Sqlite").field(path).finish(),
            Self::Postgres { schema, .. } => {
                let mut debug = f.debug_struct("Postgres");
                debug.field("schema", schema).finish_non_exhaustive()
            }
        }
    }
}

impl FromStr for Place {
    type Err = StorageError;

    fn from_str(text: &str) -> Result<Self, StorageError> {
        if let Some(path) = text.strip_prefix("sqlite:").filter(|path| !path.is_empty()) {
            return Ok(Self::Sqlite(path.into()));
        }
        let refused = || {
            unusable("a database is sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME?schema=NAME")
        };
        let is_postgres = text.starts_with("postgres://") || text.starts_with("postgresql://");
        let mut url = url::Url::parse(text).map_err(|_| refused())?;
        if !is_postgres {
            return Err(refused());
        }
        let (schemas, others): (Vec<_>, Vec<_>) = url
            .query_pairs()
            .into_owned()
            .partition(|(name, _)| name == "schema");
        url.set_query(None);
        if !others.is_empty() {
            url.query_pairs_mut().extend_pairs(others);
        }
        Ok(Self::Postgres {
            url: url.into(),
            schema: schemas.into_iter().next_back().map(|(_, name)| name),
        })
    }
}

/// What was copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// Each table with its rows: the same number, with the same hash, on both sides.
    pub tables: Vec<(&'static str, u64)>,
    /// The newest change number, the same on both sides.
    pub change: u64,
}

impl Copied {
    /// All rows.
    #[must_use]
    pub fn row_count(&self) -> u64 {
        self.tables.iter().map(|(_, rows)| rows).sum()
    }
}

/// Whether a source that somebody has open may be copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhileRunning {
    /// No: what is written after the snapshot would be left behind.
    Refuse,
    /// Yes: the copy is what was there at the beginning.
    Allow,
}

/// Copies everything from one database into another, which must be empty, and verifies it before it
/// is there at all.
///
/// # Errors
/// The source is in use, or not of this version; the target is not empty; either cannot be used; or
/// what arrived is not what was sent.
pub async fn copy(
    from: &Place,
    to: &Place,
    while_running: WhileRunning,
) -> Result<Copied, StorageError> {
    if while_running == WhileRunning::Refuse && is_in_use(from).await? {
        return Err(unusable(
            "the source is in use: stop the server first, for what is written from now on would be \
             left behind",
        ));
    }
    let mut source = Source::open(from).await?;
    bring_up_to_date(to).await?;
    let mut target = Target::open(to).await?;
    source.check_tables(&target.tables().await?).await?;
    let kinds = match source.kinds().await? {
        Some(kinds) => kinds,
        None => target.kinds().await?.ok_or_else(|| {
            unusable("one of both databases has to be PostgreSQL; a file is copied by a backup")
        })?,
    };
    target.begin().await?;
    let mut tables = Vec::with_capacity(TABLES.len());
    for table in TABLES {
        let columns = kinds.of(table)?;
        let sent = target.fill(&mut source, table, columns).await?;
        let arrived = target.sum(table, columns).await?;
        if sent != arrived {
            let reason = format!("{table} did not arrive as it was sent; nothing was copied");
            return Err(unusable(reason));
        }
        tables.push((*table, sent.count));
    }
    let change = source.change().await?;
    target.finish(change).await?;
    let change = u64::try_from(change).unwrap_or_default();
    Ok(Copied { tables, change })
}

/// Makes the tables of the target.
async fn bring_up_to_date(place: &Place) -> Result<(), StorageError> {
    let storage: Box<dyn super::Storage> = match place {
        Place::Sqlite(path) => Box::new(Sqlite::open(path).await?),
        Place::Postgres { url, schema } => {
            let opening = Postgres::connect(url);
            Box::new(match schema {
                Some(schema) => opening.schema(schema).await?,
                None => opening.await?,
            })
        }
    };
    storage.close().await;
    Ok(())
}

/// What cannot work until somebody changes something.
fn unusable(reason: impl Into<String>) -> StorageError {
    let kind = StorageErrorKind::Unusable;
    StorageError::new(kind, "copy a database", reason.into())
}
