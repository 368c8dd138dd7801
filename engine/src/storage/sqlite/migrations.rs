//! Bringing the tables of a file up to date.

use sqlx::SqliteConnection;

use super::error::migrate_error;
use crate::storage::{
    StorageError,
    migrations::{Dialect, migrator},
};

/// Takes the steps that the database has not taken.
pub(super) async fn run(connection: &mut SqliteConnection) -> Result<(), StorageError> {
    let migrator = migrator(Dialect::Sqlite);
    let taken = migrator.run_direct(None, connection, false);
    taken.await.map_err(migrate_error)
}
