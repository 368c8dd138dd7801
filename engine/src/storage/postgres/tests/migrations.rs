//! Nodes that start together, die halfway, or are too old.

use std::process::Stdio;

use sqlx::{Connection, Executor};

use super::beside;
use crate::storage::{
    Storage, StorageErrorKind,
    conformance::samples::{id, populate, user},
    postgres::Postgres,
    test_database::{TestSchema, child, child_place},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nodes_that_start_together_wait_for_each_other() {
    for _ in 0..3 {
        let schema = TestSchema::new();
        let nodes: Vec<_> = (0..3)
            .map(|_| {
                let opening = Postgres::connect(schema.url()).schema(schema.name());
                tokio::spawn(opening.open())
            })
            .collect();
        for (number, node) in (1..).zip(nodes) {
            let storage = node.await.unwrap().unwrap();
            let mut transaction = storage.begin().await.unwrap();
            transaction.users().insert(&user(number)).await.unwrap();
            transaction.commit(Box::new(|_| {})).await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_schema_of_a_newer_engine_is_refused_with_a_sentence() {
    let schema = TestSchema::new();
    schema.open().await.close().await;
    let newer = "INSERT INTO relay_migrations VALUES (999, 'newer', now(), TRUE, '\\x00', 0)";
    beside(&schema).await.execute(newer).await.unwrap();
    let refused = Postgres::connect(schema.url()).schema(schema.name()).await;
    let refused = refused.unwrap_err();
    assert_eq!(refused.kind, StorageErrorKind::Unusable);
    let sentence = refused.source.unwrap().to_string();
    assert!(sentence.contains("newer version"), "{sentence}");
    assert!(sentence.contains("999"), "{sentence}");
}

/// How many tables of ours there are.
async fn tables(schema: &TestSchema) -> i64 {
    let count = "SELECT count(*) FROM pg_tables WHERE schemaname = $1 \
                 AND tablename <> 'relay_migrations'";
    let mut connection = beside(schema).await;
    let count = sqlx::query_as(count).bind(schema.name());
    let (count,): (i64,) = count.fetch_one(&mut connection).await.unwrap();
    count
}

/// Whether somebody waits for a lock of a transaction.
async fn is_waited_for(schema: &TestSchema) -> bool {
    let waiting = "SELECT EXISTS (SELECT FROM pg_stat_activity \
                   WHERE application_name = $1 AND wait_event_type = 'Lock')";
    let name = format!("relaychat {}", schema.name());
    let mut connection = beside(schema).await;
    let waiting = sqlx::query_as(waiting).bind(name);
    let (is_waited_for,): (bool,) = waiting.fetch_one(&mut connection).await.unwrap();
    is_waited_for
}

#[tokio::test]
async fn a_node_that_is_killed_in_a_step_leaves_a_schema_that_the_next_one_finishes() {
    const NAME: &str = "storage::postgres::tests::migrations::\
        a_node_that_is_killed_in_a_step_leaves_a_schema_that_the_next_one_finishes";
    if let Some(name) = child_place() {
        let url = crate::storage::test_database::postgres_url();
        Postgres::connect(&url).schema(&name).await.unwrap();
        return;
    }
    let schema = TestSchema::new();
    let mut blocker = beside(&schema).await;
    let make = format!("CREATE SCHEMA \"{}\"", schema.name());
    blocker.execute(sqlx::AssertSqlSafe(make)).await.unwrap();
    // A table of the same name in an open transaction: the step stops in its middle.
    let mut held = blocker.begin().await.unwrap();
    held.execute("CREATE TABLE relay_messages (id BIGINT)")
        .await
        .unwrap();
    let mut node = child(NAME, schema.name())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    while !is_waited_for(&schema).await {
        assert!(node.try_wait().unwrap().is_none(), "it waits");
        tokio::task::yield_now().await;
    }
    node.kill().unwrap();
    node.wait().unwrap();
    held.rollback().await.unwrap();
    let storage = schema.open().await;
    assert!(tables(&schema).await > 10);
    populate(&super::shared(&storage), 1, &[(1, &[1])]).await;
    let mut reading = storage.snapshot().await.unwrap();
    assert_eq!(reading.chats().find_many(&[id(1)]).await.unwrap().len(), 1);
}
