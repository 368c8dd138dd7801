//! A transaction on a connection, as the repositories see it.

use std::sync::Arc;

use sea_query::{Expr, ExprTrait, Func, SqliteQueryBuilder};
use sea_query_sqlx::SqlxBinder;
use sqlx::{AssertSqlSafe, Sqlite, pool::PoolConnection};

use super::{checkpoints::Checkpoints, error::storage_error, words, writer::Turn};
use crate::storage::{
    StorageError, StorageErrorKind,
    sql::{BatchRows, Connection, Found, FromRow, WantedWords, Words},
};

/// A transaction on a connection.
pub(super) struct SqliteConnection {
    access: Access,
    /// Rows written so far: what the log grows by.
    rows_written: u64,
}

enum Access {
    Reading(PoolConnection<Sqlite>),
    Writing(Turn, Arc<Checkpoints>),
}

impl SqliteConnection {
    pub(super) fn reading(reader: PoolConnection<Sqlite>) -> Self {
        Self {
            access: Access::Reading(reader),
            rows_written: 0,
        }
    }

    pub(super) fn writing(turn: Turn, checkpoints: Arc<Checkpoints>) -> Self {
        Self {
            access: Access::Writing(turn, checkpoints),
            rows_written: 0,
        }
    }

    /// The connection for a statement that writes.
    fn writer(
        &mut self,
        operation: &'static str,
    ) -> Result<&mut sqlx::SqliteConnection, StorageError> {
        match &mut self.access {
            Access::Writing(turn, _) => turn.connection(),
            Access::Reading(_) => Err(StorageError {
                kind: StorageErrorKind::ReadOnly,
                operation,
                source: None,
            }),
        }
    }

    /// The connection for a statement that only reads.
    pub(super) fn reader(&mut self) -> Result<&mut sqlx::SqliteConnection, StorageError> {
        match &mut self.access {
            Access::Writing(turn, _) => turn.connection(),
            Access::Reading(reader) => Ok(reader),
        }
    }

    /// What a failed statement means. After anything but a broken constraint SQLite may have
    /// rolled back by itself, and what came next would be outside of any transaction.
    fn failed(&mut self, operation: &'static str, error: sqlx::Error) -> StorageError {
        let is_constraint =
            matches!(&error, sqlx::Error::Database(error) if is_constraint(&**error));
        if let Access::Writing(turn, _) = &mut self.access
            && !is_constraint
        {
            turn.give_up();
        }
        storage_error(operation, error)
    }
}

/// Whether only the statement failed and the transaction stands.
fn is_constraint(error: &dyn sqlx::error::DatabaseError) -> bool {
    !matches!(error.kind(), sqlx::error::ErrorKind::Other)
}

impl Connection for SqliteConnection {
    fn read<R: FromRow>(
        &mut self,
        operation: &'static str,
        statement: &(impl SqlxBinder + Sync),
    ) -> impl Future<Output = Result<Vec<R>, StorageError>> + Send {
        let (sql, values) = statement.build_sqlx(SqliteQueryBuilder);
        async move {
            let connection = self.reader()?;
            let query = sqlx::query_as_with::<_, R, _>(AssertSqlSafe(sql), values);
            let rows = query.fetch_all(connection).await;
            rows.map_err(|error| self.failed(operation, error))
        }
    }

    fn write(
        &mut self,
        operation: &'static str,
        statement: &(impl SqlxBinder + Sync),
    ) -> impl Future<Output = Result<u64, StorageError>> + Send {
        let (sql, values) = statement.build_sqlx(SqliteQueryBuilder);
        async move {
            let connection = self.writer(operation)?;
            let query = sqlx::query_with(AssertSqlSafe(sql), values);
            let written = query.execute(connection).await;
            let written = written.map_err(|error| self.failed(operation, error))?;
            self.rows_written += written.rows_affected();
            Ok(written.rows_affected())
        }
    }

    fn write_returning<R: FromRow>(
        &mut self,
        operation: &'static str,
        statement: &(impl SqlxBinder + Sync),
    ) -> impl Future<Output = Result<R, StorageError>> + Send {
        let (sql, values) = statement.build_sqlx(SqliteQueryBuilder);
        async move {
            let connection = self.writer(operation)?;
            let query = sqlx::query_as_with::<_, R, _>(AssertSqlSafe(sql), values);
            // All rows, not one: a statement that is left halfway has not yet written.
            let rows = query.fetch_all(connection).await;
            let row = rows.and_then(|mut rows| rows.pop().ok_or(sqlx::Error::RowNotFound));
            row.map_err(|error| self.failed(operation, error))
        }
    }

    async fn commit(self, after: Box<dyn FnOnce() + Send>) -> Result<(), StorageError> {
        match self.access {
            Access::Reading(_) => Err(StorageError {
                kind: StorageErrorKind::ReadOnly,
                operation: "commit",
                source: None,
            }),
            Access::Writing(turn, checkpoints) => {
                turn.commit(after).await?;
                checkpoints.note_written(self.rows_written);
                Ok(())
            }
        }
    }

    async fn commit_batch(
        self,
        rows: BatchRows,
        after: Box<dyn FnOnce() + Send>,
    ) -> Result<(), StorageError> {
        let Access::Writing(turn, checkpoints) = self.access else {
            return Err(StorageError {
                kind: StorageErrorKind::ReadOnly,
                operation: "commit",
                source: None,
            });
        };
        let written = self.rows_written + rows.count();
        turn.commit_batch(rows, after).await?;
        checkpoints.note_written(written);
        Ok(())
    }

    async fn add_words(&mut self, words: Vec<Words>) -> Result<(), StorageError> {
        let operation = "add words";
        if words.is_empty() {
            return Ok(());
        }
        let added = words::add(self.writer(operation)?, &words).await;
        self.rows_written += added.map_err(|error| self.failed(operation, error))?;
        Ok(())
    }

    async fn remove_words(&mut self, words: Words) -> Result<(), StorageError> {
        let operation = "remove words";
        let removed = words::remove(self.writer(operation)?, &words).await;
        self.rows_written += removed.map_err(|error| self.failed(operation, error))?;
        Ok(())
    }

    async fn find_words(&mut self, wanted: &WantedWords) -> Result<Vec<Found>, StorageError> {
        let found = words::find(self.reader()?, wanted).await;
        found.map_err(|error| self.failed("find words", error))
    }

    async fn clear_words(&mut self) -> Result<(), StorageError> {
        let operation = "empty the index";
        let cleared = words::clear(self.writer(operation)?).await;
        self.rows_written += cleared.map_err(|error| self.failed(operation, error))?;
        Ok(())
    }

    fn contains(haystack: Expr, needle: &str) -> Expr {
        Expr::from(Func::cust("instr").args([haystack, Expr::val(needle)])).gt(0)
    }
}
