//! Rows of any table, and what shows that two tables hold the same.

use std::collections::HashMap;

use sea_query::Value;
use sha2::{Digest, Sha256};
use sqlx::{Row, postgres::PgRow, sqlite::SqliteRow};
use uuid::Uuid;

use super::unusable;
use crate::storage::StorageError;

/// What a column holds. PostgreSQL tells; SQLite keeps fewer kinds apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Uuid,
    Small,
    Big,
    Bool,
    Text,
    Bytes,
}

impl Kind {
    /// The kind that PostgreSQL calls so.
    pub(super) fn named(name: &str) -> Result<Self, StorageError> {
        match name {
            "uuid" => Ok(Self::Uuid),
            "smallint" => Ok(Self::Small),
            "bigint" => Ok(Self::Big),
            "boolean" => Ok(Self::Bool),
            "text" => Ok(Self::Text),
            "bytea" => Ok(Self::Bytes),
            other => Err(unusable(format!("a column of the kind {other} is unknown"))),
        }
    }
}

/// A column.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: Kind,
}

/// The columns of all tables.
#[derive(Debug, Default)]
pub(super) struct Kinds(HashMap<String, Vec<Column>>);

impl Kinds {
    pub(super) fn add(&mut self, table: String, column: Column) {
        self.0.entry(table).or_default().push(column);
    }

    /// The columns of a table.
    pub(super) fn of(&self, table: &str) -> Result<&[Column], StorageError> {
        let columns = self.0.get(table).map(Vec::as_slice);
        columns.ok_or_else(|| unusable(format!("the table {table} is missing")))
    }
}

/// A row in the order of its columns.
pub(super) type Record = Vec<Value>;

/// A row of PostgreSQL.
pub(super) fn from_postgres(row: &PgRow, columns: &[Column]) -> Result<Record, sqlx::Error> {
    let value = |(index, column): (usize, &Column)| {
        Ok(match column.kind {
            Kind::Uuid => row.try_get::<Option<Uuid>, _>(index)?.into(),
            Kind::Small => row.try_get::<Option<i16>, _>(index)?.into(),
            Kind::Big => row.try_get::<Option<i64>, _>(index)?.into(),
            Kind::Bool => row.try_get::<Option<bool>, _>(index)?.into(),
            Kind::Text => row.try_get::<Option<String>, _>(index)?.into(),
            Kind::Bytes => row.try_get::<Option<Vec<u8>>, _>(index)?.into(),
        })
    };
    columns.iter().enumerate().map(value).collect()
}

/// A row of SQLite.
pub(super) fn from_sqlite(row: &SqliteRow, columns: &[Column]) -> Result<Record, sqlx::Error> {
    let value = |(index, column): (usize, &Column)| {
        Ok(match column.kind {
            Kind::Uuid => row.try_get::<Option<Uuid>, _>(index)?.into(),
            Kind::Small => row.try_get::<Option<i16>, _>(index)?.into(),
            Kind::Big => row.try_get::<Option<i64>, _>(index)?.into(),
            Kind::Bool => row.try_get::<Option<bool>, _>(index)?.into(),
            Kind::Text => row.try_get::<Option<String>, _>(index)?.into(),
            Kind::Bytes => row.try_get::<Option<Vec<u8>>, _>(index)?.into(),
        })
    };
    columns.iter().enumerate().map(value).collect()
}

/// How many rows, and the sum of their hashes: the same for the same rows in any order, for each
/// database sorts in its own way. Half a hash is summed; that is against mistakes, not malice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sum {
    pub(super) count: u64,
    hash: u128,
}

impl Sum {
    pub(super) fn add(&mut self, record: &Record) {
        let mut hash = Sha256::new();
        for value in record {
            write(&mut hash, value);
        }
        let hash = hash.finalize();
        let (half, _) = hash.split_first_chunk::<16>().expect("a hash has 32 bytes");
        self.hash = self.hash.wrapping_add(u128::from_be_bytes(*half));
        self.count += 1;
    }
}

/// Kind, length and bytes of a value, so that no two rows look alike.
fn write(hash: &mut Sha256, value: &Value) {
    let (kind, bytes): (u8, Option<Vec<u8>>) = match value {
        Value::Uuid(id) => (1, id.map(|id| id.as_bytes().to_vec())),
        Value::SmallInt(number) => (2, number.map(|number| number.to_be_bytes().to_vec())),
        Value::BigInt(number) => (3, number.map(|number| number.to_be_bytes().to_vec())),
        Value::Bool(flag) => (4, flag.map(|flag| vec![u8::from(flag)])),
        Value::String(text) => (5, text.as_ref().map(|text| text.as_bytes().to_vec())),
        Value::Bytes(bytes) => (6, bytes.clone()),
        _ => (0, None),
    };
    hash.update([kind, u8::from(bytes.is_some())]);
    let bytes = bytes.unwrap_or_default();
    hash.update((bytes.len() as u64).to_be_bytes());
    hash.update(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(records: &[Record]) -> Sum {
        let mut sum = Sum::default();
        records.iter().for_each(|record| sum.add(record));
        sum
    }

    #[test]
    fn the_sum_knows_every_value_and_no_order() {
        let text = |text: &str| Value::from(text.to_owned());
        let a: Record = vec![text("a"), 1_i64.into()];
        let b: Record = vec![text("b"), Value::BigInt(None)];
        assert_eq!(sum(&[a.clone(), b.clone()]), sum(&[b.clone(), a.clone()]));
        assert_ne!(sum(&[a.clone(), a.clone()]), sum(&[a.clone(), b]));
        let moved: Record = vec![text("a1"), Value::BigInt(None)];
        assert_ne!(sum(&[a]), sum(&[moved]));
        let (empty, none) = (vec![text("")], vec![Value::String(None)]);
        assert_ne!(sum(&[empty]), sum(&[none]));
    }
}
