//! Backups of an engine on SQLite: the database together with every upload that it names.
//!
//! A backup is a folder. Making one into a folder that holds one already copies only what is new,
//! and the old one stays whole until the new one is complete:
//!
//! ```text
//!   TARGET/
//!     manifest.json            what belongs to the backup, with hashes; written last
//!     relaychat-<time>.db      one state of all tables
//!     blobs/attachments/…      uploads; they never change, so they are copied once
//!     files/secret.key         whatever else the caller gives along
//! ```
//!
//! # Why every upload that the copy names is in it
//!
//! Bytes are stored before the row that names them, so whatever the copy of the database names was
//! in the store when the copy was made. The copy of the uploads follows. Only the sweep removes
//! bytes, and only of uploads that nothing uses any more; should it be faster than the copy, bytes
//! that the copy names are missing, and the database is copied anew: what was swept is then not
//! named any more. Bytes that are still named and still missing are lost already, and the manifest
//! says so.
//!
//! # Why a restored backup does not confuse anybody
//!
//! Clients may have seen more than the backup holds, and numbers will be given again. So a restored
//! database begins a new **epoch**: tokens of the old one are answered with a reset, and clients
//! start over.
//!
//! PostgreSQL has its own tools (`pg_dump`); after they have put something older back, begin a new
//! epoch with [`begin_epoch`].

mod checking;
mod hashing;
mod making;
mod manifest;
mod migrating;
mod restoring;

use uuid::Uuid;

pub use checking::{Verdict, verify};
pub use making::{Made, Source, backup};
pub use manifest::{Entry, Manifest};
pub use migrating::before_migration;
pub use restoring::{Target, restore};

use crate::{
    blobs::BlobError,
    random::{RandomExt, SystemRandom},
    storage::{Storage, StorageError},
};

/// Why something could not be done.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BackupError {
    /// A file could not be read or written.
    #[error("{0}: {1}")]
    File(String, #[source] std::io::Error),
    /// The database.
    #[error("the database: {0}")]
    Storage(#[from] StorageError),
    /// The uploads.
    #[error("the uploads: {0}")]
    Blobs(#[from] BlobError),
    /// Another backup is being made into the same folder.
    #[error("another backup is being made into {0}")]
    InUse(String),
    /// There is no complete backup.
    #[error("{0} holds no complete backup")]
    NoBackup(String),
    /// The backup was made by a version that this one does not know.
    #[error("the backup was made by a newer version of RelayChat ({0})")]
    TooNew(String),
    /// Where it should go there is something already.
    #[error("{0} is not empty")]
    NotEmpty(String),
    /// The backup is damaged.
    #[error("the backup is damaged: {}", .0.join("; "))]
    Damaged(Vec<String>),
}

/// Makes an error of a file.
fn file(what: impl std::fmt::Display) -> impl FnOnce(std::io::Error) -> BackupError {
    let what = what.to_string();
    move |error| BackupError::File(what, error)
}

/// Begins a new history in any storage, after something older was put back by other means. No
/// engine may be running on it.
///
/// # Errors
/// Storage does not answer.
pub async fn begin_epoch(storage: &dyn Storage) -> Result<(), BackupError> {
    let mut transaction = storage.begin().await?;
    transaction.changes().begin_epoch(new_epoch()).await?;
    transaction.commit(Box::new(|_| {})).await?;
    Ok(())
}

/// Random, for two restores of one backup are two histories.
fn new_epoch() -> Uuid {
    uuid::Builder::from_random_bytes(SystemRandom.bytes()).into_uuid()
}

#[cfg(test)]
mod tests;
