//! What SQLite's errors mean to the engine.

use sqlx::{error::DatabaseError, migrate::MigrateError};

use crate::storage::{StorageError, StorageErrorKind, migrations};

/// Primary result codes (<https://www.sqlite.org/rescode.html>): the low byte of what is reported.
const BUSY: u32 = 5;
const LOCKED: u32 = 6;
const READONLY: u32 = 8;
const IOERR: u32 = 10;
const CORRUPT: u32 = 11;
const FULL: u32 = 13;
const CANTOPEN: u32 = 14;
const FORMAT: u32 = 24;
const NOTADB: u32 = 26;

/// The error of a seam for an error of the driver.
pub(super) fn storage_error(operation: &'static str, error: sqlx::Error) -> StorageError {
    StorageError::new(kind(&error), operation, error)
}

/// The error of a seam for tables that could not be brought up to date.
pub(super) fn migrate_error(error: MigrateError) -> StorageError {
    let kind = match &error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => kind(error),
        // Made by a newer engine, changed by hand, or half done: nothing to write into.
        _ => StorageErrorKind::Unusable,
    };
    let operation = "bring the tables up to date";
    match migrations::explain(&error) {
        Some(sentence) => StorageError::new(kind, operation, sentence),
        None => StorageError::new(kind, operation, error),
    }
}

/// Whether somebody else has what is asked for, and gives it back.
pub(super) fn is_locked(error: &sqlx::Error) -> bool {
    let database = error.as_database_error();
    database.is_some_and(|error| matches!(primary_code(error), BUSY | LOCKED))
}

fn kind(error: &sqlx::Error) -> StorageErrorKind {
    match error {
        sqlx::Error::Database(error) if error.is_unique_violation() => StorageErrorKind::Conflict,
        sqlx::Error::Database(error) => kind_of_code(primary_code(&**error)),
        sqlx::Error::Io(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => StorageErrorKind::Unavailable,
        _ => StorageErrorKind::Internal,
    }
}

fn primary_code(error: &dyn DatabaseError) -> u32 {
    let code = error.code().and_then(|code| code.parse::<u32>().ok());
    code.unwrap_or_default() & 0xff
}

fn kind_of_code(primary_code: u32) -> StorageErrorKind {
    match primary_code {
        BUSY | LOCKED | IOERR | CANTOPEN => StorageErrorKind::Unavailable,
        READONLY => StorageErrorKind::ReadOnly,
        FULL => StorageErrorKind::Full,
        CORRUPT | FORMAT | NOTADB => StorageErrorKind::Unusable,
        _ => StorageErrorKind::Internal,
    }
}
