//! Bringing the tables of a file up to date.

use sqlx::{SqliteConnection, migrate::MigrateError};

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

/// Takes the steps that the database has not taken. SQLite has no lock for this: of programs that
/// start together one is first at each step, and the others, who find it taken, look again.
pub(super) async fn run(connection: &mut SqliteConnection) -> Result<(), StorageError> {
    let migrator = migrator(Dialect::Sqlite);
    let mut others_steps = migrator.iter().count();
    loop {
        match migrator.run_direct(None, connection, false).await {
            Err(MigrateError::Execute(_) | MigrateError::ExecuteMigration(..))
                if others_steps > 0 =>
            {
                others_steps -= 1;
            }
            taken => return taken.map_err(migrate_error),
        }
    }
}
