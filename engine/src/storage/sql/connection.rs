//! What the repositories need of a database, and what databases write differently.

use sea_query::Expr;
use sea_query_sqlx::SqlxBinder;
use sqlx::{postgres::PgRow, sqlite::SqliteRow};

use super::{
    BatchRows,
    search::{Found, WantedWords, Words},
};
use crate::storage::StorageError;

/// A row of every database that has a driver.
pub(crate) trait FromRow:
    for<'r> sqlx::FromRow<'r, SqliteRow> + for<'r> sqlx::FromRow<'r, PgRow> + Send + Unpin
{
}

impl<T> FromRow for T where
    T: for<'r> sqlx::FromRow<'r, SqliteRow> + for<'r> sqlx::FromRow<'r, PgRow> + Send + Unpin
{
}

/// A connection inside a transaction. Dropping it rolls back.
pub(crate) trait Connection: Send + 'static {
    /// Runs a statement that only reads.
    fn read<R: FromRow>(
        &mut self,
        operation: &'static str,
        statement: &(impl SqlxBinder + Sync),
    ) -> impl Future<Output = Result<Vec<R>, StorageError>> + Send;

    /// Runs a statement that writes; returns how many rows it wrote. An insert that would break
    /// uniqueness fails with a conflict, has written nothing, and the transaction is still usable.
    fn write(
        &mut self,
        operation: &'static str,
        statement: &(impl SqlxBinder + Sync),
    ) -> impl Future<Output = Result<u64, StorageError>> + Send;

    /// Like [`Self::write`], for a statement other than an insert that may break uniqueness. Then
    /// it fails with a conflict, has written nothing, and the transaction is still usable.
    fn write_unique(
        &mut self,
        operation: &'static str,
        statement: &(impl SqlxBinder + Sync),
    ) -> impl Future<Output = Result<u64, StorageError>> + Send {
        self.write(operation, statement)
    }

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

    /// Writes the rows of a batch and commits as [`Self::commit`] does.
    fn commit_batch(
        self,
        rows: BatchRows,
        after: Box<dyn FnOnce() + Send>,
    ) -> impl Future<Output = Result<(), StorageError>> + Send;

    /// Adds the words of messages to the index.
    fn add_words(
        &mut self,
        words: Vec<Words>,
    ) -> impl Future<Output = Result<(), StorageError>> + Send;

    /// Takes the words of a message out of the index: all that it holds of it.
    fn remove_words(
        &mut self,
        words: Words,
    ) -> impl Future<Output = Result<(), StorageError>> + Send;

    /// Messages that have all terms of one of the chats, newest change first.
    fn find_words(
        &mut self,
        wanted: &WantedWords,
    ) -> impl Future<Output = Result<Vec<Found>, StorageError>> + Send;

    /// Takes all words out of the index.
    fn clear_words(&mut self) -> impl Future<Output = Result<(), StorageError>> + Send;

    /// Whether the text `haystack` contains `needle`, byte by byte: nothing in `needle` is syntax.
    fn contains(haystack: Expr, needle: &str) -> Expr;
}
