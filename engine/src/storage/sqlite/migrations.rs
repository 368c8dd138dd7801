//! Bringing the tables of a file up to date.

use sqlx::SqliteConnection;

use super::error::{migrate_error, storage_error};
use crate::storage::{
    MigrationStep, StorageError,
    migrations::{Dialect, TAKEN, compare, migrator},
};

/// Which steps the database has taken.
pub(super) async fn steps(
    connection: &mut SqliteConnection,
) -> Result<Vec<MigrationStep>, StorageError> {
    let failed = |error| storage_error("list the steps taken", error);
    let table = "SELECT count(*) FROM sqlite_master WHERE name = 'relay_migrations'";
    let (tables,): (i64,) = sqlx::query_as(table)
        .fetch_one(&mut *connection)
        .await
        .map_err(failed)?;
    if tables == 0 {
        return Ok(compare(&[]));
    }
    let taken: Vec<(i64,)> = sqlx::query_as(TAKEN)
        .fetch_all(connection)
        .await
        .map_err(failed)?;
    let taken: Vec<i64> = taken.into_iter().map(|(number,)| number).collect();
    Ok(compare(&taken))
}

/// Takes the steps that the database has not taken.
pub(super) async fn run(connection: &mut SqliteConnection) -> Result<(), StorageError> {
    let migrator = migrator(Dialect::Sqlite);
    let taken = migrator.run_direct(None, connection, false);
    taken.await.map_err(migrate_error)
}
