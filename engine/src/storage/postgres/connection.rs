//! A transaction on a connection, as the repositories see it.
//!
//! After an error PostgreSQL refuses everything but the end of the transaction, and even answers
//! `COMMIT` with success while rolling back. So a turn counts as failed from the moment a statement
//! is sent until it has succeeded. What may break uniqueness, which the contract allows, is written
//! so that it does not become an error where that is free, else behind a savepoint.

use sea_query::{Expr, ExprTrait, Func, PostgresQueryBuilder};
use sea_query_sqlx::{SqlxBinder, SqlxValues};
use sqlx::{AssertSqlSafe, Executor, PgConnection, Postgres, Transaction};

use super::{
    error::{is_constraint, storage_error},
    words,
    writer::{Turn, in_time},
};
use crate::storage::{
    StorageError, StorageErrorKind,
    sql::{BatchRows, Connection, Found, FromRow, WantedWords, Words},
};

/// A transaction on a connection.
pub(super) struct PostgresConnection {
    access: Access,
    /// Whether a savepoint stands that the next one replaces.
    has_savepoint: bool,
}

enum Access {
    Reading(Transaction<'static, Postgres>),
    Writing(Turn),
}

/// How a statement stands to uniqueness.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Uniqueness {
    /// It cannot break it, or takes care of it.
    Safe,
    /// One row is inserted, or none.
    OneRow,
    /// It may break it anywhere.
    AtRisk,
}

impl PostgresConnection {
    pub(super) fn reading(reader: Transaction<'static, Postgres>) -> Self {
        Self::new(Access::Reading(reader))
    }

    pub(super) fn writing(turn: Turn) -> Self {
        Self::new(Access::Writing(turn))
    }

    fn new(access: Access) -> Self {
        Self {
            access,
            has_savepoint: false,
        }
    }

    /// The connection for a statement that only reads.
    #[cfg(test)]
    pub(super) fn reader(&mut self) -> Result<&mut PgConnection, StorageError> {
        match &mut self.access {
            Access::Writing(turn) => turn.connection(),
            Access::Reading(reader) => Ok(reader),
        }
    }

    /// Refuses to write in a snapshot.
    fn check_writing(&self, operation: &'static str) -> Result<(), StorageError> {
        match self.access {
            Access::Writing(_) => Ok(()),
            Access::Reading(_) => Err(StorageError {
                kind: StorageErrorKind::ReadOnly,
                operation,
                source: None,
            }),
        }
    }

    /// The connection for a statement. A turn counts as failed until [`Self::done`].
    fn statement(&mut self) -> Result<&mut PgConnection, StorageError> {
        match &mut self.access {
            Access::Writing(turn) => turn.attempt(),
            Access::Reading(reader) => Ok(reader),
        }
    }

    /// What a statement came to.
    fn done<T>(
        &mut self,
        operation: &'static str,
        done: Result<T, sqlx::Error>,
    ) -> Result<T, StorageError> {
        let done = done.map_err(|error| storage_error(operation, error))?;
        if let Access::Writing(turn) = &mut self.access {
            turn.go_on();
        }
        Ok(done)
    }

    /// Runs a statement that writes; returns how many rows it wrote.
    async fn execute(
        &mut self,
        operation: &'static str,
        sql: String,
        values: SqlxValues,
    ) -> Result<u64, StorageError> {
        let query = sqlx::query_with(AssertSqlSafe(sql), values);
        let written = in_time(query.execute(self.statement()?)).await;
        let written = self.done(operation, written)?;
        Ok(written.rows_affected())
    }

    /// Inserts one row, or none where that would break uniqueness.
    async fn execute_one(
        &mut self,
        operation: &'static str,
        mut sql: String,
        values: SqlxValues,
    ) -> Result<u64, StorageError> {
        sql.push_str(" ON CONFLICT DO NOTHING");
        match self.execute(operation, sql, values).await? {
            0 => Err(StorageError {
                kind: StorageErrorKind::Conflict,
                operation,
                source: None,
            }),
            written => Ok(written),
        }
    }

    /// Runs a statement behind a savepoint, to which the transaction goes back when it breaks a
    /// constraint.
    async fn execute_at_risk(
        &mut self,
        operation: &'static str,
        sql: String,
        values: SqlxValues,
    ) -> Result<u64, StorageError> {
        let mark = if self.has_savepoint {
            "RELEASE SAVEPOINT relay; SAVEPOINT relay"
        } else {
            "SAVEPOINT relay"
        };
        let marked = in_time(self.statement()?.execute(mark)).await;
        self.done(operation, marked)?;
        self.has_savepoint = true;
        let query = sqlx::query_with(AssertSqlSafe(sql), values);
        let connection = self.statement()?;
        let written = in_time(query.execute(&mut *connection)).await;
        if written.as_ref().is_err_and(is_constraint) {
            let back = in_time(connection.execute("ROLLBACK TO SAVEPOINT relay")).await;
            self.done(operation, back)?;
            return written
                .map(|written| written.rows_affected())
                .map_err(|error| storage_error(operation, error));
        }
        Ok(self.done(operation, written)?.rows_affected())
    }
}

/// How a statement stands to uniqueness. It has placeholders only, so that what looks like a
/// second row is one (or a call, and the savepoint was not needed).
fn uniqueness(sql: &str) -> Uniqueness {
    if !sql.starts_with("INSERT") || sql.contains(" ON CONFLICT ") {
        Uniqueness::Safe
    } else if sql.contains(" VALUES (") && !sql.contains("), (") && !sql.contains(" RETURNING ") {
        Uniqueness::OneRow
    } else {
        Uniqueness::AtRisk
    }
}

impl Connection for PostgresConnection {
    fn read<R: FromRow>(
        &mut self,
        operation: &'static str,
        statement: &(impl SqlxBinder + Sync),
    ) -> impl Future<Output = Result<Vec<R>, StorageError>> + Send {
        let (sql, values) = statement.build_sqlx(PostgresQueryBuilder);
        async move {
            let query = sqlx::query_as_with::<_, R, _>(AssertSqlSafe(sql), values);
            let rows = in_time(query.fetch_all(self.statement()?)).await;
            self.done(operation, rows)
        }
    }

    fn write(
        &mut self,
        operation: &'static str,
        statement: &(impl SqlxBinder + Sync),
    ) -> impl Future<Output = Result<u64, StorageError>> + Send {
        let (sql, values) = statement.build_sqlx(PostgresQueryBuilder);
        async move {
            self.check_writing(operation)?;
            match uniqueness(&sql) {
                Uniqueness::Safe => self.execute(operation, sql, values).await,
                Uniqueness::OneRow => self.execute_one(operation, sql, values).await,
                Uniqueness::AtRisk => self.execute_at_risk(operation, sql, values).await,
            }
        }
    }

    fn write_unique(
        &mut self,
        operation: &'static str,
        statement: &(impl SqlxBinder + Sync),
    ) -> impl Future<Output = Result<u64, StorageError>> + Send {
        let (sql, values) = statement.build_sqlx(PostgresQueryBuilder);
        async move {
            self.check_writing(operation)?;
            self.execute_at_risk(operation, sql, values).await
        }
    }

    fn write_returning<R: FromRow>(
        &mut self,
        operation: &'static str,
        statement: &(impl SqlxBinder + Sync),
    ) -> impl Future<Output = Result<R, StorageError>> + Send {
        let (sql, values) = statement.build_sqlx(PostgresQueryBuilder);
        async move {
            self.check_writing(operation)?;
            let query = sqlx::query_as_with::<_, R, _>(AssertSqlSafe(sql), values);
            let rows = in_time(query.fetch_all(self.statement()?)).await;
            let row = rows.and_then(|mut rows| rows.pop().ok_or(sqlx::Error::RowNotFound));
            self.done(operation, row)
        }
    }

    async fn commit(self, after: Box<dyn FnOnce() + Send>) -> Result<(), StorageError> {
        match self.access {
            Access::Writing(turn) => turn.commit(after).await,
            Access::Reading(_) => self.check_writing("commit"),
        }
    }

    async fn commit_batch(
        self,
        rows: BatchRows,
        after: Box<dyn FnOnce() + Send>,
    ) -> Result<(), StorageError> {
        match self.access {
            Access::Writing(turn) => turn.commit_batch(rows, after).await,
            Access::Reading(_) => self.check_writing("commit"),
        }
    }

    async fn add_words(&mut self, words: Vec<Words>) -> Result<(), StorageError> {
        let operation = "add words";
        self.check_writing(operation)?;
        if words.is_empty() {
            return Ok(());
        }
        let added = in_time(words::add(self.statement()?, &words)).await;
        self.done(operation, added)
    }

    async fn remove_words(&mut self, words: Words) -> Result<(), StorageError> {
        let operation = "remove words";
        self.check_writing(operation)?;
        let removed = in_time(words::remove(self.statement()?, &words)).await;
        self.done(operation, removed)
    }

    async fn find_words(&mut self, wanted: &WantedWords) -> Result<Vec<Found>, StorageError> {
        let found = in_time(words::find(self.statement()?, wanted)).await;
        self.done("find words", found)
    }

    async fn clear_words(&mut self) -> Result<(), StorageError> {
        let operation = "empty the index";
        self.check_writing(operation)?;
        let cleared = in_time(words::clear(self.statement()?)).await;
        self.done(operation, cleared)
    }

    fn contains(haystack: Expr, needle: &str) -> Expr {
        Expr::from(Func::cust("strpos").args([haystack, Expr::val(needle)])).gt(0)
    }
}
