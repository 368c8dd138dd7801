//! What the repositories need of a database, and what databases write differently.

use sea_query::Expr;
use sea_query_sqlx::SqlxBinder;

use crate::storage::StorageError;

/// A row of every database that has a driver.
pub(crate) trait FromRow:
    for<'r> sqlx::FromRow<'r, sqlx::sqlite::SqliteRow> + Send + Unpin
{
}

impl<T> FromRow for T where T: for<'r> sqlx::FromRow<'r, sqlx::sqlite::SqliteRow> + Send + Unpin {}

/// A connection inside a transaction. Dropping it rolls back.
pub(crate) trait Connection: Send + 'static {
    /// Runs a statement that only reads.
    fn read<R: FromRow>(
        &mut self,
        operation: &'static str,
        statement: &(impl SqlxBinder + Sync),
    ) -> impl Future<Output = Result<Vec<R>, StorageError>> + Send;

    /// Runs a statement that writes; returns how many rows it wrote.
    fn write(
        &mut self,
        operation: &'static str,
        statement: &(impl SqlxBinder + Sync),
    ) -> impl Future<Output = Result<u64, StorageError>> + Send;

    /// Runs a statement that writes and returns exactly one row.
    fn write_returning<R: FromRow>(
        &mut self,
        operation: &'static str,
        statement: &(impl SqlxBinder + Sync),
    ) -> impl Future<Output = Result<R, StorageError>> + Send;

    /// Makes everything durable, then runs `after` before any later transaction can commit.
    fn commit(
        self,
        after: Box<dyn FnOnce() + Send>,
    ) -> impl Future<Output = Result<(), StorageError>> + Send;

    /// Whether the text `haystack` contains `needle`, byte by byte: nothing in `needle` is syntax.
    fn contains(haystack: Expr, needle: &str) -> Expr;
}
