//! What is left in the tables of what was deleted: nothing, neither as a text nor as a word.

use sqlx::{AssertSqlSafe, PgConnection};

use super::{beside, shared};
use crate::storage::{
    conformance::{
        reports::WORDS,
        traces::{DELETED, EDITED_AWAY, close_report, report, say, take_back},
    },
    test_database::TestSchema,
};

/// The tables of the schema with a row that has the text in any column, also inside of bytes.
async fn holders(connection: &mut PgConnection, wanted: &str) -> Vec<String> {
    let tables = "SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema()";
    let tables = sqlx::query_as(tables).fetch_all(&mut *connection);
    let tables: Vec<(String,)> = tables.await.unwrap();
    assert!(tables.len() > 10, "the tables of the engine: {tables:?}");
    let mut holders = Vec::new();
    for (table,) in tables {
        let count = format!(
            "SELECT count(*) FROM \"{table}\" AS one WHERE one::text LIKE '%{wanted}%' \
             OR one::text LIKE '%' || encode('{wanted}', 'hex') || '%'"
        );
        let count = sqlx::query_as(AssertSqlSafe(count)).fetch_one(&mut *connection);
        let (count,): (i64,) = count.await.unwrap();
        if count > 0 {
            holders.push(table);
        }
    }
    holders
}

#[tokio::test]
async fn deleted_words_are_gone_from_all_tables() {
    let schema = TestSchema::new();
    let storage = shared(&schema.open().await);
    let mut connection = beside(&schema).await;
    say(&storage).await;
    for wanted in [DELETED, EDITED_AWAY] {
        let before = holders(&mut connection, wanted).await;
        assert!(before.len() >= 2, "the text and the index: {before:?}");
    }
    take_back(&storage).await;
    for wanted in [DELETED, EDITED_AWAY] {
        let left = holders(&mut connection, wanted).await;
        assert!(left.is_empty(), "{wanted} is in {left:?}");
    }
    storage.close().await;
}

#[tokio::test]
async fn the_words_of_a_closed_report_are_gone_from_all_tables() {
    let schema = TestSchema::new();
    let storage = shared(&schema.open().await);
    let mut connection = beside(&schema).await;
    report(&storage).await;
    for wanted in WORDS {
        let before = holders(&mut connection, wanted).await;
        assert_eq!(before, ["relay_reports"], "{wanted}");
    }
    close_report(&storage).await;
    for wanted in WORDS {
        let left = holders(&mut connection, wanted).await;
        assert!(left.is_empty(), "{wanted} is in {left:?}");
    }
    storage.close().await;
}
