//! Counts the rows that are written to a database of a test, whoever writes them: a trigger on each
//! table adds one for each row that is inserted, changed or deleted.
//!
//! Tables of an index (SQLite's virtual ones) take no triggers: what is written to them is not
//! counted. Sending writes to none of them.

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, SqliteConnection};

use super::test_database::{Place, TestDatabase};

/// The rows written since it was made, or last asked.
pub(crate) enum WrittenRows {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl WrittenRows {
    /// Begins to count.
    pub(crate) async fn of(database: &TestDatabase) -> Self {
        let tables_of_sqlite = "SELECT name FROM pragma_table_list \
            WHERE schema = 'main' AND type = 'table' AND name LIKE 'relay\\_%' ESCAPE '\\'";
        let tables_of_postgres = "SELECT tablename FROM pg_tables \
            WHERE schemaname = current_schema() AND tablename LIKE 'relay\\_%'";
        match database.place() {
            Place::Sqlite(path) => {
                let url = format!("sqlite:{}", path.display());
                let mut connection = SqliteConnection::connect(&url).await.expect("a database");
                let tables = sqlx::query_as(tables_of_sqlite).fetch_all(&mut connection);
                let statements = triggers(tables.await.expect("tables"), |table, event| {
                    format!(
                        "CREATE TRIGGER {event}_of_{table} AFTER {event} ON {table} \
                         BEGIN UPDATE written SET row_count = row_count + 1; END;"
                    )
                });
                let all = format!("{COUNTER}{statements}");
                connection.execute(AssertSqlSafe(all)).await.expect("done");
                Self::Sqlite(connection)
            }
            Place::Postgres { url, schema } => {
                let mut connection = PgConnection::connect(url).await.expect("a server");
                let path = format!("SET search_path TO {schema}");
                connection.execute(AssertSqlSafe(path)).await.expect("set");
                let tables = sqlx::query_as(tables_of_postgres).fetch_all(&mut connection);
                let statements = triggers(tables.await.expect("tables"), |table, event| {
                    format!(
                        "CREATE TRIGGER {event}_of_{table} AFTER {event} ON {table} \
                         FOR EACH ROW EXECUTE FUNCTION count_row();"
                    )
                });
                let function = format!(
                    "CREATE FUNCTION count_row() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
                     UPDATE {schema}.written SET row_count = row_count + 1; RETURN NULL; END $$;"
                );
                let all = format!("{COUNTER}{function}{statements}");
                connection.execute(AssertSqlSafe(all)).await.expect("done");
                Self::Postgres(connection)
            }
        }
    }

    /// How many there were since the last call.
    pub(crate) async fn take(&mut self) -> i64 {
        const COUNT: &str = "SELECT row_count FROM written";
        const RESET: &str = "UPDATE written SET row_count = 0";
        let counted: Result<(i64,), _> = match self {
            Self::Sqlite(connection) => {
                let counted = sqlx::query_as(COUNT).fetch_one(&mut *connection).await;
                connection.execute(RESET).await.expect("reset");
                counted
            }
            Self::Postgres(connection) => {
                let counted = sqlx::query_as(COUNT).fetch_one(&mut *connection).await;
                connection.execute(RESET).await.expect("reset");
                counted
            }
        };
        counted.expect("counted").0
    }
}

const COUNTER: &str = "CREATE TABLE written (row_count BIGINT NOT NULL); \
                       INSERT INTO written VALUES (0);";

fn triggers(tables: Vec<(String,)>, trigger: impl Fn(&str, &str) -> String) -> String {
    let mut statements = String::new();
    for (table,) in tables {
        for event in ["INSERT", "UPDATE", "DELETE"] {
            statements.push_str(&trigger(&table, event));
        }
    }
    statements
}
