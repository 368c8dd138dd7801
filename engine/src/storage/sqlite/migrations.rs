//! Bringing the tables of a file up to date.

use sqlx::{
    SqlSafeStr, SqliteConnection,
    migrate::{Migration, MigrationType, Migrator},
};

use super::error::migrate_error;
use crate::storage::StorageError;

/// Where it is noted what was done; under our prefix, for a host may keep its own tables in the
/// same database.
const TABLE: &str = "relay_migrations";

/// Number, name and text of each step. A step that was released is never edited.
const STEPS: &[(i64, &str, &str)] = &[
    (
        1,
        "create tables",
        include_str!("../../../migrations/sqlite/0001_create_tables.sql"),
    ),
    (
        3,
        "add host people",
        include_str!("../../../migrations/sqlite/0003_add_host_people.sql"),
    ),
    (
        4,
        "anchor chats",
        include_str!("../../../migrations/sqlite/0004_anchor_chats.sql"),
    ),
];

/// Takes the steps that the database has not taken. Refuses one that has taken steps which this
/// engine does not know.
pub(super) async fn run(connection: &mut SqliteConnection) -> Result<(), StorageError> {
    let steps = STEPS.iter().map(|&(number, name, text)| {
        let text = text.into_sql_str();
        Migration::new(number, name.into(), MigrationType::Simple, text, false)
    });
    let mut migrator = Migrator::with_migrations(steps.collect());
    migrator.dangerous_set_table_name(TABLE);
    let taken = migrator.run_direct(None, connection, false);
    taken.await.map_err(migrate_error)
}
