//! Where a client keeps what it knows between two runs: the seam for databases of every platform.
//!
//! A store is a few tables of small records, each under a key. It knows no chat and no message: what
//! a record means, which belong together and how an older or broken one is read is decided once, in
//! the core, for all platforms. So a backend is short, whether it is SQLite, IndexedDB or memory.
//!
//! A client on a store that was filled before shows its chats, their messages and what is queued
//! before the network answers, asks the server only for what came since, and sends what was queued
//! when it ended. Sessions have a place of their own: [`SessionStore`](crate::SessionStore).
//!
//! No notification extension and no second program shares a store: one client at a time has it.

use crate::{
    Content,
    platform::{BoxFuture, MaybeSend, MaybeSync},
};

pub mod conformance;
mod memory;
#[cfg(all(feature = "sqlite", not(target_family = "wasm")))]
mod sqlite;
#[cfg(target_family = "wasm")]
mod web;

/// The stores there are on this platform.
pub mod backends {
    pub use super::memory::MemoryStore;
    #[cfg(all(feature = "sqlite", not(target_family = "wasm")))]
    pub use super::sqlite::SqliteStore;
    #[cfg(target_family = "wasm")]
    pub use super::web::{Records, WebStore};
}

pub use backends::*;

/// The tables. Each has its own keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Table {
    /// What there is one of: the format, the caller, the sync token.
    Meta,
    /// Chats, without their members.
    Chats,
    /// Members with their watermarks, by chat.
    Members,
    /// People.
    Users,
    /// Which ranges of a chat's history are here: what lies between them is a gap.
    Timelines,
    /// Messages, by chat and place.
    Messages,
    /// What was typed and not sent, by chat.
    Drafts,
    /// What is to be told to the server.
    Outbox,
    /// Files of messages that are to be sent.
    Uploads,
}

impl Table {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Meta,
        Self::Chats,
        Self::Members,
        Self::Users,
        Self::Timelines,
        Self::Messages,
        Self::Drafts,
        Self::Outbox,
        Self::Uploads,
    ];

    /// Its name, in small ASCII letters.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Meta => "meta",
            Self::Chats => "chats",
            Self::Members => "members",
            Self::Users => "users",
            Self::Timelines => "timelines",
            Self::Messages => "messages",
            Self::Drafts => "drafts",
            Self::Outbox => "outbox",
            Self::Uploads => "uploads",
        }
    }
}

/// What is under a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// JSON: in every table but the uploads.
    Text(String),
    /// The bytes of a file, or where it is: in the table of uploads.
    Content(Content),
}

/// A key and what is under it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// ASCII, so that all platforms have the same order of keys.
    pub key: String,
    /// What is under it.
    pub value: Value,
}

/// Some of a table's keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keys {
    /// The first one.
    pub from: String,
    /// The first one that is not meant any more; none when all that follow are meant.
    pub until: Option<String>,
}

impl Keys {
    /// All keys.
    #[must_use]
    pub fn all() -> Self {
        Self {
            from: String::new(),
            until: None,
        }
    }

    /// One key.
    #[must_use]
    pub fn one(key: impl Into<String>) -> Self {
        let from = key.into();
        let until = Some(format!("{from}\0"));
        Self { from, until }
    }

    /// The keys that begin with `prefix`.
    #[must_use]
    pub fn under(prefix: impl Into<String>) -> Self {
        let from = prefix.into();
        let until = Some(format!("{from}\u{7f}"));
        Self { from, until }
    }

    /// Whether `key` is one of them.
    #[must_use]
    pub fn contain(&self, key: &str) -> bool {
        key >= self.from.as_str() && self.until.as_deref().is_none_or(|until| key < until)
    }
}

/// One change of a write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The record takes the place of the one with its key.
    Put(Table, Record),
    /// The records with these keys are forgotten. None of them need be there.
    Remove(Table, Keys),
}

/// What went wrong in a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreErrorKind {
    /// It cannot be reached now: another program has it, the device is locked.
    Unavailable,
    /// There is no room.
    Full,
    /// What is kept cannot be read, or was written by a newer version. The client saves what is
    /// queued, as far as that can be read, clears the store and starts over.
    Damaged,
}

/// A store failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the store failed to {operation}: {kind:?}")]
pub struct StoreError {
    /// What went wrong.
    pub kind: StoreErrorKind,
    /// `open`, `read`, `write`, `clear` or `close`.
    pub operation: &'static str,
}

impl StoreError {
    /// Whether the same call may succeed later.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.kind != StoreErrorKind::Damaged
    }
}

/// How well a client keeps what it knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StorageState {
    /// It outlives the program.
    Durable,
    /// It ends with the program: there is no store, or only one in memory.
    MemoryOnly,
    /// There is a store, and it failed: what changes now is kept only if it recovers.
    Lost,
}

/// Keeps records for one client.
///
/// A store belongs to one client of one engine at a time, which calls it one call after the other.
/// Every future ends. One that is dropped before has done all of its work or none.
/// [`conformance`] has a check for each of the promises.
pub trait Store: std::fmt::Debug + MaybeSend + MaybeSync + 'static {
    /// The records with these keys as the last write left them, in the order of their keys.
    ///
    /// # Errors
    /// When they cannot be read. A table that can be read is read though another cannot.
    fn read(&self, table: Table, keys: Keys) -> BoxFuture<'_, Result<Vec<Record>, StoreError>>;

    /// Makes the changes in their order, in one step: all of them are kept, or none. A repeat
    /// changes nothing. Once it has answered, the changes outlive the program, as far as this kind
    /// of store outlives it at all.
    ///
    /// # Errors
    /// When nothing was changed. The client brings the same changes again, with later ones.
    fn write(&self, changes: Vec<Change>) -> BoxFuture<'_, Result<(), StoreError>>;

    /// Forgets everything, also what cannot be read. The store is empty and of use afterwards.
    ///
    /// # Errors
    /// When something may still be kept. The client tries again.
    fn clear(&self) -> BoxFuture<'_, Result<(), StoreError>>;

    /// Lets go of files and locks: a phone stops a program that holds them while it is suspended.
    /// Nothing is forgotten, and the next call opens the store again.
    ///
    /// # Errors
    /// When something may still be held.
    fn close(&self) -> BoxFuture<'_, Result<(), StoreError>>;

    /// Whether what is kept outlives the program.
    fn is_durable(&self) -> bool;
}
