//! Several nodes, several engines, and a host on one database.

use std::sync::{Arc, Mutex};

use sqlx::{AssertSqlSafe, Connection, Executor, PgPool, postgres::PgPoolOptions};

use super::beside;
use crate::storage::{
    MessageWindow, Storage,
    conformance::samples::{id, message, populate, user},
    postgres::Postgres,
    test_database::TestSchema,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nodes_draw_one_log_without_holes_in_the_order_of_their_commits() {
    const COMMITS: u32 = 25;
    let schema = TestSchema::new();
    let drawn = Arc::new(Mutex::new(Vec::new()));
    let mut tasks = Vec::new();
    for node in 0..3 {
        let storage = schema.open().await;
        for writer in 0..2 {
            let (storage, drawn) = (storage.clone(), Arc::clone(&drawn));
            tasks.push(tokio::spawn(async move {
                for number in 0..COMMITS {
                    let mut transaction = storage.begin().await.unwrap();
                    let number = 1 + number + COMMITS * (writer + 2 * node);
                    transaction.users().insert(&user(number)).await.unwrap();
                    let drawn = Arc::clone(&drawn);
                    let after = move |change: Option<u64>| {
                        drawn.lock().unwrap().push((node, change.unwrap()));
                    };
                    transaction.commit(Box::new(after)).await.unwrap();
                }
            }));
        }
    }
    for task in tasks {
        task.await.unwrap();
    }
    let drawn = drawn.lock().unwrap();
    for node in 0..3 {
        let own: Vec<_> = drawn.iter().filter(|one| one.0 == node).collect();
        assert!(own.is_sorted_by_key(|one| one.1));
    }
    let mut all: Vec<_> = drawn.iter().map(|one| one.1).collect();
    all.sort_unstable();
    assert_eq!(all, (1..=u64::from(COMMITS) * 6).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_transaction_of_the_host_that_stays_open_holds_nobody_up_and_hides_nothing() {
    let schema = TestSchema::new();
    let storage = schema.open().await;
    let shared: Arc<dyn Storage> = Arc::new(storage.clone());
    populate(&shared, 2, &[(1, &[1, 2])]).await;
    let mut host = beside(&schema).await;
    host.execute("CREATE TABLE relay_orders (id BIGINT)")
        .await
        .unwrap();
    let mut held = host.begin().await.unwrap();
    let order = "INSERT INTO relay_orders VALUES (1); SELECT pg_current_xact_id()";
    held.execute(order).await.unwrap();
    let mut since = 1;
    for seq in 1..=20 {
        let mut transaction = storage.begin().await.unwrap();
        let sent = message(1, seq);
        transaction
            .messages()
            .insert_many(std::slice::from_ref(&sent))
            .await
            .unwrap();
        transaction.commit(Box::new(|_| {})).await.unwrap();
        // Whoever reads on after each number gets exactly what came after it.
        let mut reading = storage.snapshot().await.unwrap();
        let changed = reading.messages().list_sent(id(1), since, 100).await;
        assert_eq!(changed.unwrap(), [sent]);
        since = reading.changes().current().await.unwrap();
    }
    held.commit().await.unwrap();
    let mut reading = storage.snapshot().await.unwrap();
    assert_eq!(reading.changes().current().await.unwrap(), since);
    let all = reading.messages().list(id(1), MessageWindow::Newest, 100);
    assert_eq!(all.await.unwrap().len(), 20);
}

#[tokio::test]
async fn engines_on_separate_schemas_do_not_see_each_other() {
    let schemas = [TestSchema::new(), TestSchema::new()];
    let first = schemas[0].open().await;
    let second = schemas[1].open().await;
    // Nor do they wait for each other.
    let mut one = first.begin().await.unwrap();
    let mut other = second.begin().await.unwrap();
    one.users().insert(&user(1)).await.unwrap();
    other.users().insert(&user(2)).await.unwrap();
    one.commit(Box::new(|_| {})).await.unwrap();
    other.commit(Box::new(|_| {})).await.unwrap();
    for (storage, present) in [(first, 1), (second, 2)] {
        let mut reading = storage.snapshot().await.unwrap();
        let found = reading.users().find_many(&[id(1), id(2)]).await.unwrap();
        assert_eq!(found, [user(present)]);
        assert_eq!(reading.changes().current().await.unwrap(), 1);
    }
}

async fn setting(pool: &PgPool, name: &str) -> String {
    let show = AssertSqlSafe(format!("SHOW {name}"));
    let (value,): (String,) = sqlx::query_as(show).fetch_one(pool).await.unwrap();
    value
}

#[tokio::test]
async fn the_hosts_pool_is_left_as_it_was() {
    const SETTINGS: [&str; 5] = [
        "search_path",
        "statement_timeout",
        "idle_in_transaction_session_timeout",
        "synchronous_commit",
        "transaction_read_only",
    ];
    let schema = TestSchema::new();
    let pool = PgPoolOptions::new().max_connections(1);
    let pool = pool.connect(schema.url()).await.unwrap();
    let mut before = Vec::new();
    for name in SETTINGS {
        before.push(setting(&pool, name).await);
    }
    let storage = Postgres::from_pool(pool.clone()).schema(schema.name());
    let storage = storage.await.unwrap();
    for number in 1..4 {
        let mut transaction = storage.begin().await.unwrap();
        transaction.users().insert(&user(number)).await.unwrap();
        transaction.commit(Box::new(|_| {})).await.unwrap();
        let mut reading = storage.snapshot().await.unwrap();
        let found = reading.users().find_many(&[id(number)]).await.unwrap();
        assert_eq!(found.len(), 1);
        drop(reading);
        for (name, value) in SETTINGS.iter().zip(&before) {
            assert_eq!(&setting(&pool, name).await, value, "{name}");
        }
    }
    storage.close().await;
    assert!(storage.begin().await.is_err());
    assert!(storage.snapshot().await.is_err());
    assert_eq!(
        &setting(&pool, "search_path").await,
        &before[0],
        "still the host's"
    );
}
