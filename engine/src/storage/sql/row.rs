//! Rows: what lies in a table, column by column.

use sea_query::{Value, ValueTuple};

use crate::{
    domain::email::Email,
    storage::{StorageError, StorageErrorKind},
};

/// Most rows of one statement. A row of messages has ten columns and SQLite takes 32,766
/// parameters (PostgreSQL twice that), so there is ample room; larger batches gain nothing.
pub(super) const CHUNK_ROWS: usize = 1_000;

/// Declares a row of a table that is read whole: its fields are the columns, by name and in order.
macro_rules! read_row {
    ($(#[$doc:meta])* $name:ident of $table:literal { $($column:ident: $type:ty),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub(in crate::storage) struct $name {
            $(pub(in crate::storage) $column: $type),+
        }

        impl $name {
            /// The table.
            pub(in crate::storage) const TABLE: &'static str = $table;
            /// The names of its columns.
            pub(in crate::storage) const COLUMNS: &'static [&'static str] = &[$(stringify!($column)),+];

            /// Selects whole rows.
            pub(super) fn select() -> sea_query::SelectStatement {
                let columns = Self::COLUMNS.iter().map(|column| (Self::TABLE, *column));
                sea_query::Query::select().columns(columns).from(Self::TABLE).take()
            }
        }

        impl<'r, R> sqlx::FromRow<'r, R> for $name
        where
            R: sqlx::Row,
            usize: sqlx::ColumnIndex<R>,
            $($type: sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,)+
        {
            fn from_row(row: &'r R) -> Result<Self, sqlx::Error> {
                let mut index = 0..Self::COLUMNS.len();
                Ok(Self {
                    $($column: row.try_get(index.next().unwrap_or_default())?),+
                })
            }
        }
    };
}
pub(super) use read_row;

/// A row that is written whole too, so that reading and writing cannot disagree.
macro_rules! row {
    ($(#[$doc:meta])* $name:ident of $table:literal { $($column:ident: $type:ty),+ $(,)? }) => {
        $crate::storage::sql::row::read_row! {
            $(#[$doc])* $name of $table { $($column: $type),+ }
        }

        impl $name {
            /// Inserts rows.
            pub(super) fn insert(
                rows: impl IntoIterator<Item = Self>,
            ) -> sea_query::InsertStatement {
                let mut insert = sea_query::Query::insert()
                    .into_table(Self::TABLE)
                    .columns(Self::COLUMNS.iter().copied())
                    .take();
                for row in rows {
                    insert.values_panic(row.values().into_iter().map(sea_query::Expr::from));
                }
                insert
            }

            /// The values in the order of the columns.
            fn values(self) -> Vec<sea_query::Value> {
                let Self { $($column),+ } = self;
                vec![$($column.into()),+]
            }
        }
    };
}
pub(super) use row;

/// A count for a column. Nothing real is beyond the signed range; what a client makes up is cut to
/// it, which changes no comparison with a stored number.
pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A count from a column.
pub(super) fn unsigned(number: i64) -> Result<u64, StorageError> {
    u64::try_from(number).map_err(|error| damaged("a count", error))
}

/// A small count from a column.
pub(super) fn small(number: i64) -> Result<u32, StorageError> {
    u32::try_from(number).map_err(|error| damaged("a small count", error))
}

/// A stored value that the engine could not have written.
pub(super) fn damaged(
    operation: &'static str,
    error: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> StorageError {
    StorageError::new(StorageErrorKind::Unusable, operation, error)
}

/// Rows as values, for `VALUES` lists outside of inserts.
pub(super) fn tuples(rows: impl IntoIterator<Item = Vec<Value>>) -> Vec<ValueTuple> {
    rows.into_iter().map(ValueTuple::Many).collect()
}

/// Turns rows into what they mean.
pub(super) fn all<Row, T>(rows: Vec<Row>) -> Result<Vec<T>, StorageError>
where
    T: TryFrom<Row, Error = StorageError>,
{
    rows.into_iter().map(T::try_from).collect()
}

/// An address from a column.
pub(super) fn email(text: &str) -> Result<Email, StorageError> {
    Email::parse(text).ok_or_else(|| damaged("read an address", "not an address"))
}

/// A SHA-256 from a column.
pub(super) fn hash(operation: &'static str, bytes: &[u8]) -> Result<[u8; 32], StorageError> {
    bytes.try_into().map_err(|error| damaged(operation, error))
}
