//! Both sides of a copy. Statements are plain: they name tables and columns that the databases
//! themselves told, and values travel as parameters.

use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt, stream::BoxStream};
use sea_query::{Expr, PostgresQueryBuilder, Query, SqliteQueryBuilder};
use sea_query_sqlx::SqlxBinder;
use sqlx::{
    AssertSqlSafe, ConnectOptions, Connection, Executor, PgConnection, SqliteConnection,
    postgres::PgConnectOptions, sqlite::SqliteConnectOptions,
};

use super::{
    MADE_AGAIN, OWN, Place, TABLES,
    rows::{Column, Kind, Kinds, Record, Sum, from_postgres, from_sqlite},
    unusable,
};
use crate::storage::{
    StorageError, StorageErrorKind,
    postgres::{engine_name, schema_of},
};

/// Rows of one statement. No table has more than 20 columns, and SQLite takes 32,766 parameters.
const ROWS_AT_ONCE: usize = 1_000;

/// How long to wait for another process that writes to the same file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// How long a server of PostgreSQL may take to end the sessions of an engine that has stopped.
const ENDING_TIMEOUT: Duration = Duration::from_secs(5);

/// A connection to either database.
enum Database {
    Sqlite(SqliteConnection),
    Postgres(PgConnection, String),
}

/// What is read, in one snapshot.
pub(super) struct Source(Database);

/// What is written, in one transaction.
pub(super) struct Target(Database);

fn failed(error: sqlx::Error) -> StorageError {
    match &error {
        sqlx::Error::Database(cause) if cause.is_unique_violation() => {
            unusable(format!("two rows cannot stand beside each other: {cause}"))
        }
        _ => StorageError::new(StorageErrorKind::Unavailable, "copy a database", error),
    }
}

impl Database {
    async fn open(place: &Place, is_read_only: bool) -> Result<Self, StorageError> {
        match place {
            Place::Sqlite(path) => {
                let options = SqliteConnectOptions::new()
                    .filename(path)
                    .read_only(is_read_only)
                    .foreign_keys(true)
                    .busy_timeout(BUSY_TIMEOUT)
                    .disable_statement_logging();
                Ok(Self::Sqlite(options.connect().await.map_err(failed)?))
            }
            Place::Postgres { url, schema } => {
                let schema = schema_of(schema.as_deref())?;
                let options: PgConnectOptions = url.parse().map_err(failed)?;
                let options = options
                    .application_name("relaychat storage copy")
                    .disable_statement_logging();
                let mut connection = options.connect().await.map_err(failed)?;
                let set = format!("SET search_path TO \"{schema}\"");
                connection
                    .execute(AssertSqlSafe(set))
                    .await
                    .map_err(failed)?;
                Ok(Self::Postgres(connection, schema))
            }
        }
    }

    async fn execute(&mut self, statement: &str) -> Result<(), StorageError> {
        let statement = AssertSqlSafe(statement.to_owned());
        match self {
            Self::Sqlite(connection) => connection.execute(statement).await.map(drop),
            Self::Postgres(connection, _) => connection.execute(statement).await.map(drop),
        }
        .map_err(failed)
    }

    async fn numbers(&mut self, statement: &str) -> Result<Vec<i64>, StorageError> {
        let statement = AssertSqlSafe(statement.to_owned());
        let rows: Result<Vec<(i64,)>, _> = match self {
            Self::Sqlite(connection) => sqlx::query_as(statement).fetch_all(connection).await,
            Self::Postgres(connection, _) => sqlx::query_as(statement).fetch_all(connection).await,
        };
        Ok(rows
            .map_err(failed)?
            .into_iter()
            .map(|(number,)| number)
            .collect())
    }

    /// The names of all tables that carry our prefix, in order.
    async fn tables(&mut self) -> Result<Vec<String>, StorageError> {
        let rows: Result<Vec<(String,)>, _> = match self {
            Self::Sqlite(connection) => {
                let names = "SELECT name FROM sqlite_schema \
                             WHERE type = 'table' AND name GLOB 'relay_*' ORDER BY name";
                sqlx::query_as(names).fetch_all(connection).await
            }
            Self::Postgres(connection, schema) => {
                let names = "SELECT tablename::text FROM pg_tables \
                             WHERE schemaname = $1 AND tablename LIKE 'relay\\_%' \
                             ORDER BY tablename COLLATE \"C\"";
                sqlx::query_as(names)
                    .bind(&*schema)
                    .fetch_all(connection)
                    .await
            }
        };
        Ok(rows
            .map_err(failed)?
            .into_iter()
            .map(|(name,)| name)
            .filter(|name| !name.starts_with(MADE_AGAIN))
            .collect())
    }

    /// The columns of all tables, where the database keeps their kinds apart.
    async fn kinds(&mut self) -> Result<Option<Kinds>, StorageError> {
        let Self::Postgres(connection, schema) = self else {
            return Ok(None);
        };
        let columns = "SELECT table_name::text, column_name::text, data_type::text \
                       FROM information_schema.columns WHERE table_schema = $1 \
                       ORDER BY table_name, ordinal_position";
        let columns = sqlx::query_as(columns).bind(&*schema);
        let columns: Vec<(String, String, String)> =
            columns.fetch_all(connection).await.map_err(failed)?;
        let mut kinds = Kinds::default();
        for (table, name, kind) in columns {
            if TABLES.contains(&table.as_str()) {
                let kind = Kind::named(&kind)?;
                kinds.add(table, Column { name, kind });
            }
        }
        Ok(Some(kinds))
    }

    /// All rows of a table.
    fn rows<'a>(
        &'a mut self,
        table: &'static str,
        columns: &'a [Column],
    ) -> BoxStream<'a, Result<Record, StorageError>> {
        let names: Vec<_> = columns
            .iter()
            .map(|column| format!("\"{}\"", column.name))
            .collect();
        let select = AssertSqlSafe(format!("SELECT {} FROM {table}", names.join(", ")));
        match self {
            Self::Sqlite(connection) => sqlx::query(select)
                .fetch(connection)
                .map(|row| row.and_then(|row| from_sqlite(&row, columns)))
                .map_err(failed)
                .boxed(),
            Self::Postgres(connection, _) => sqlx::query(select)
                .fetch(connection)
                .map(|row| row.and_then(|row| from_postgres(&row, columns)))
                .map_err(failed)
                .boxed(),
        }
    }

    async fn insert(
        &mut self,
        table: &'static str,
        columns: &[Column],
        records: Vec<Record>,
    ) -> Result<(), StorageError> {
        let mut insert = Query::insert()
            .into_table(table)
            .columns(columns.iter().map(|column| column.name.clone()))
            .take();
        for record in records {
            insert.values_panic(record.into_iter().map(Expr::from));
        }
        match self {
            Self::Sqlite(connection) => {
                let (sql, values) = insert.build_sqlx(SqliteQueryBuilder);
                let insert = sqlx::query_with(AssertSqlSafe(sql), values).persistent(false);
                insert.execute(connection).await.map_err(failed)?;
            }
            Self::Postgres(connection, _) => {
                let (sql, values) = insert.build_sqlx(PostgresQueryBuilder);
                // Numbers that the database draws come along too.
                let sql = sql.replacen(") VALUES ", ") OVERRIDING SYSTEM VALUE VALUES ", 1);
                let insert = sqlx::query_with(AssertSqlSafe(sql), values).persistent(false);
                insert.execute(connection).await.map_err(failed)?;
            }
        }
        Ok(())
    }
}

/// Whether an engine has a database open.
pub(super) async fn is_in_use(place: &Place) -> Result<bool, StorageError> {
    match Database::open(place, false).await? {
        Database::Sqlite(mut connection) => {
            // Alone, a connection may have the file for itself; a server keeps its own open.
            let alone = "PRAGMA busy_timeout = 0; PRAGMA locking_mode = EXCLUSIVE; \
                         BEGIN EXCLUSIVE; COMMIT";
            let is_alone = connection.execute(alone).await.is_ok();
            connection.close().await.map_err(failed)?;
            Ok(!is_alone)
        }
        Database::Postgres(connection, schema) => has_engine(connection, &schema).await,
    }
}

/// Whether an engine works on a schema. One that has just stopped said goodbye without waiting for
/// its server, which shows its sessions a moment longer.
async fn has_engine(mut connection: PgConnection, schema: &str) -> Result<bool, StorageError> {
    let deadline = tokio::time::Instant::now() + ENDING_TIMEOUT;
    loop {
        let engines = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE \
                       datname = current_database() AND application_name = $1)";
        let engines = sqlx::query_as(engines).bind(engine_name(schema));
        let (is_in_use,): (bool,) = engines.fetch_one(&mut connection).await.map_err(failed)?;
        if !is_in_use || tokio::time::Instant::now() >= deadline {
            return Ok(is_in_use);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

impl Source {
    /// Begins a snapshot.
    pub(super) async fn open(place: &Place) -> Result<Self, StorageError> {
        let mut database = Database::open(place, true).await?;
        let begin = match database {
            Database::Sqlite(_) => "BEGIN",
            Database::Postgres(..) => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        };
        database.execute(begin).await?;
        // The snapshot is taken at the first read.
        database.tables().await?;
        Ok(Self(database))
    }

    /// Both sides must have the tables that are copied, all of them and no others.
    pub(super) async fn check_tables(&mut self, theirs: &[String]) -> Result<(), StorageError> {
        let mut known: Vec<&str> = TABLES.iter().chain(OWN).copied().collect();
        known.sort_unstable();
        let ours = self.0.tables().await?;
        if ours == known && theirs == known {
            return Ok(());
        }
        Err(unusable(
            "the source has not the tables of this version: start this version on it once, so that \
             they are brought up to date",
        ))
    }

    pub(super) async fn kinds(&mut self) -> Result<Option<Kinds>, StorageError> {
        self.0.kinds().await
    }

    /// The newest change number.
    pub(super) async fn change(&mut self) -> Result<i64, StorageError> {
        let change = self.0.numbers("SELECT change FROM relay_meta").await?;
        let change = change.into_iter().next();
        change.ok_or_else(|| unusable("the source has no change number"))
    }
}

impl Target {
    pub(super) async fn open(place: &Place) -> Result<Self, StorageError> {
        Ok(Self(Database::open(place, false).await?))
    }

    pub(super) async fn tables(&mut self) -> Result<Vec<String>, StorageError> {
        self.0.tables().await
    }

    pub(super) async fn kinds(&mut self) -> Result<Option<Kinds>, StorageError> {
        self.0.kinds().await
    }

    /// Begins to write; refuses a target that holds anything.
    pub(super) async fn begin(&mut self) -> Result<(), StorageError> {
        let begin = match self.0 {
            Database::Sqlite(_) => "BEGIN IMMEDIATE",
            Database::Postgres(..) => "BEGIN",
        };
        self.0.execute(begin).await?;
        if let Database::Postgres(..) = self.0 {
            // Nobody writes beside it.
            self.0
                .execute("LOCK TABLE relay_meta IN ACCESS EXCLUSIVE MODE")
                .await?;
        }
        for table in TABLES {
            let any = format!("SELECT CAST(1 AS BIGINT) FROM {table} LIMIT 1");
            if !self.0.numbers(&any).await?.is_empty() {
                return Err(unusable(format!(
                    "the target is not empty: there are rows in {table}"
                )));
            }
        }
        Ok(())
    }

    /// Copies a table; tells what was sent.
    pub(super) async fn fill(
        &mut self,
        source: &mut Source,
        table: &'static str,
        columns: &[Column],
    ) -> Result<Sum, StorageError> {
        let mut sent = Sum::default();
        let mut rows = source.0.rows(table, columns).try_chunks(ROWS_AT_ONCE);
        while let Some(records) = rows.try_next().await.map_err(|cut| cut.1)? {
            records.iter().for_each(|record| sent.add(record));
            self.0.insert(table, columns, records).await?;
        }
        Ok(sent)
    }

    /// What is in a table.
    pub(super) async fn sum(
        &mut self,
        table: &'static str,
        columns: &[Column],
    ) -> Result<Sum, StorageError> {
        let mut sum = Sum::default();
        let mut rows = self.0.rows(table, columns);
        while let Some(record) = rows.try_next().await? {
            sum.add(&record);
        }
        Ok(sum)
    }

    /// Begins a new epoch at a change number, and makes everything durable.
    pub(super) async fn finish(&mut self, change: i64) -> Result<(), StorageError> {
        let epoch = match self.0 {
            Database::Sqlite(_) => "randomblob(16)",
            Database::Postgres(..) => "gen_random_uuid()",
        };
        let update = format!("UPDATE relay_meta SET epoch = {epoch}, change = {change}");
        self.0.execute(&update).await?;
        if let Database::Postgres(connection, schema) = &mut self.0 {
            draw_on(connection, schema).await.map_err(failed)?;
        }
        self.0.execute("COMMIT").await
    }
}

/// Lets the numbers that PostgreSQL draws go on after those that came along.
async fn draw_on(connection: &mut PgConnection, schema: &str) -> Result<(), sqlx::Error> {
    let drawn = "SELECT table_name::text, column_name::text FROM information_schema.columns \
                 WHERE table_schema = $1 AND is_identity = 'YES'";
    let drawn = sqlx::query_as(drawn).bind(schema);
    let drawn: Vec<(String, String)> = drawn.fetch_all(&mut *connection).await?;
    for (table, column) in drawn {
        let next = format!(
            "SELECT setval(pg_get_serial_sequence('{table}', '{column}'), \
             COALESCE(MAX({column}), 0) + 1, false) FROM {table}"
        );
        connection.execute(AssertSqlSafe(next)).await?;
    }
    Ok(())
}
