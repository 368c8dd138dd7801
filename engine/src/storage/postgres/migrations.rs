//! Bringing the tables of a schema up to date.
//!
//! Nodes that start together wait for each other: an advisory lock of the schema lets one of them
//! work. It goes with its connection, so a node that dies halfway holds nobody up; each step is a
//! transaction, so the next node finds it undone or done.

use sqlx::{AssertSqlSafe, Executor, PgConnection};

use super::{
    error::{migrate_error, storage_error},
    schema::Schema,
};
use crate::storage::{
    MigrationStep, StorageError,
    migrations::{Dialect, TAKEN, compare, migrator},
};

/// Takes the steps that the schema has not taken. Leaves the connection's `search_path` on it.
pub(super) async fn run(
    connection: &mut PgConnection,
    schema: &Schema,
) -> Result<(), StorageError> {
    let failed = |error| storage_error("bring the tables up to date", error);
    let lock = schema.migration_lock();
    let begin = format!("SELECT pg_advisory_lock({lock})");
    connection
        .execute(AssertSqlSafe(begin))
        .await
        .map_err(failed)?;
    create(connection, schema).await.map_err(failed)?;
    let mut migrator = migrator(Dialect::Postgres);
    // The library's own lock is that of the whole database, which is the host's too.
    migrator.set_locking(false);
    let taken = migrator.run_direct(None, connection, false).await;
    let end = format!("SELECT pg_advisory_unlock({lock})");
    taken.map_err(migrate_error)?;
    connection
        .execute(AssertSqlSafe(end))
        .await
        .map_err(failed)?;
    Ok(())
}

/// Which steps the schema has taken. Changes nothing.
pub(super) async fn steps(
    connection: &mut PgConnection,
    schema: &Schema,
) -> Result<Vec<MigrationStep>, StorageError> {
    let failed = |error| storage_error("list the steps taken", error);
    let exists = "SELECT EXISTS (SELECT FROM pg_tables \
        WHERE schemaname = $1 AND tablename = 'relay_migrations')";
    let exists = sqlx::query_as(exists).bind(schema.name()).persistent(false);
    let (exists,): (bool,) = exists.fetch_one(&mut *connection).await.map_err(failed)?;
    if !exists {
        return Ok(compare(&[]));
    }
    let set = format!("SET search_path TO {}", schema.quoted());
    connection
        .execute(AssertSqlSafe(set))
        .await
        .map_err(failed)?;
    let taken: Vec<(i64,)> = sqlx::query_as(TAKEN)
        .persistent(false)
        .fetch_all(connection)
        .await
        .map_err(failed)?;
    let taken: Vec<i64> = taken.into_iter().map(|(number,)| number).collect();
    Ok(compare(&taken))
}

/// Makes the schema if it is not there: who may not make one can be given one.
async fn create(connection: &mut PgConnection, schema: &Schema) -> Result<(), sqlx::Error> {
    let exists = sqlx::query_as("SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = $1)")
        .bind(schema.name())
        .persistent(false);
    let (exists,): (bool,) = exists.fetch_one(&mut *connection).await?;
    let name = schema.quoted();
    if !exists {
        let create = format!("CREATE SCHEMA {name}");
        connection.execute(AssertSqlSafe(create)).await?;
    }
    // "IF NOT EXISTS" of the table of steps is no news.
    let set = format!("SET search_path TO {name}; SET client_min_messages TO warning");
    connection.execute(AssertSqlSafe(set)).await?;
    Ok(())
}
