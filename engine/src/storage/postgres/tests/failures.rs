//! What happens when something goes wrong halfway.

use std::time::Duration;

use futures_util::FutureExt;
use tokio::sync::oneshot;

use super::{shared, terminate};
use crate::storage::{
    Storage, StorageErrorKind,
    conformance::samples::{id, member, populate, user},
    test_database::TestSchema,
};

/// How long to wait for something that happens beside the test.
const PATIENCE: Duration = Duration::from_secs(30);

#[tokio::test]
async fn a_turn_that_is_terminated_leaves_no_trace_and_the_next_works() {
    let schema = TestSchema::new();
    let storage = schema.open().await;
    let mut transaction = storage.begin().await.unwrap();
    transaction.users().insert(&user(1)).await.unwrap();
    terminate(&schema).await;
    let failed = transaction.users().insert(&user(2)).await.unwrap_err();
    assert_eq!(failed.kind, StorageErrorKind::Unavailable);
    assert!(failed.is_retryable());
    let committed = transaction.commit(Box::new(|_| panic!("not committed")));
    assert!(committed.await.is_err());

    let mut transaction = storage.begin().await.unwrap();
    let found = transaction.users().find_many(&[id(1), id(2)]).await;
    assert_eq!(found.unwrap(), []);
    transaction.users().insert(&user(1)).await.unwrap();
    transaction.commit(Box::new(|_| {})).await.unwrap();
}

#[tokio::test]
async fn a_commit_whose_connection_died_is_unavailable_and_tells_nobody() {
    let schema = TestSchema::new();
    let storage = schema.open().await;
    let mut transaction = storage.begin().await.unwrap();
    transaction.users().insert(&user(1)).await.unwrap();
    terminate(&schema).await;
    let committed = transaction.commit(Box::new(|_| panic!("not known to be committed")));
    let failed = committed.await.unwrap_err();
    assert_eq!(failed.kind, StorageErrorKind::Unavailable);
    // The same work again finds out; here it had not happened.
    let mut transaction = storage.begin().await.unwrap();
    transaction.users().insert(&user(1)).await.unwrap();
    transaction.commit(Box::new(|_| {})).await.unwrap();
}

#[tokio::test]
async fn a_server_that_restarted_costs_nobody_a_failure() {
    let schema = TestSchema::new();
    let storage = schema.open().await;
    populate(&shared(&storage), 1, &[]).await;
    let mut readers = Vec::new();
    for _ in 0..4 {
        readers.push(storage.snapshot().await.unwrap());
    }
    drop(readers);
    terminate(&schema).await;
    for number in 2..6 {
        let mut reading = storage.snapshot().await.unwrap();
        assert_eq!(reading.users().find_many(&[id(1)]).await.unwrap().len(), 1);
        let mut transaction = storage.begin().await.unwrap();
        transaction.users().insert(&user(number)).await.unwrap();
        transaction.commit(Box::new(|_| {})).await.unwrap();
    }
}

#[tokio::test]
async fn a_frozen_writer_of_another_node_loses_its_turn() {
    let schema = TestSchema::new();
    let (frozen, other) = (schema.open().await, schema.open().await);
    let mut held = frozen.begin().await.unwrap();
    held.users().insert(&user(1)).await.unwrap();
    let mut transaction = other.begin().await.unwrap();
    let found = transaction.users().find_many(&[id(1)]).await.unwrap();
    assert_eq!(found, []);
    transaction.users().insert(&user(2)).await.unwrap();
    let commit = transaction.commit(Box::new(|change| assert_eq!(change, Some(1))));
    commit.await.unwrap();
    let late = held.commit(Box::new(|_| panic!("its turn was over")));
    assert_eq!(late.await.unwrap_err().kind, StorageErrorKind::Unavailable);
}

#[tokio::test]
async fn a_commit_whose_caller_went_away_still_tells() {
    let schema = TestSchema::new();
    let storage = schema.open().await;
    for number in 1..20 {
        let mut transaction = storage.begin().await.unwrap();
        transaction.users().insert(&user(number)).await.unwrap();
        let (told, tells) = oneshot::channel();
        let mut commit = transaction.commit(Box::new(move |change| told.send(change).unwrap()));
        assert!((&mut commit).now_or_never().is_none());
        drop(commit);
        let change = tokio::time::timeout(PATIENCE, tells).await.unwrap();
        assert_eq!(change.unwrap(), Some(u64::from(number)));
    }
}

#[tokio::test]
async fn work_that_is_cancelled_anywhere_leaves_no_trace() {
    let schema = TestSchema::new();
    let storage = schema.open().await;
    for polls in 0..60 {
        let work = async {
            let mut transaction = storage.begin().await.unwrap();
            for number in 1..6 {
                transaction.users().insert(&user(number)).await.unwrap();
            }
            std::future::pending::<()>().await;
        };
        let mut work = Box::pin(work);
        for _ in 0..polls {
            assert!((&mut work).now_or_never().is_none());
            tokio::task::yield_now().await;
        }
        drop(work);
        let mut transaction = storage.begin().await.unwrap();
        let ids: Vec<_> = (1..6).map(id).collect();
        assert_eq!(transaction.users().find_many(&ids).await.unwrap(), []);
    }
}

#[tokio::test]
async fn after_a_defect_nothing_of_the_transaction_is_kept() {
    let schema = TestSchema::new();
    let storage = schema.open().await;
    let mut transaction = storage.begin().await.unwrap();
    transaction.users().insert(&user(1)).await.unwrap();
    // Neither the chat nor, for all the database knows, anything else of it.
    let failed = transaction.members().upsert_many(&[member(7, 1)]).await;
    assert_eq!(failed.unwrap_err().kind, StorageErrorKind::Internal);
    // PostgreSQL would answer this with success, and roll back.
    let committed = transaction.commit(Box::new(|_| panic!("not committed")));
    assert!(committed.await.is_err());
    let mut reading = storage.snapshot().await.unwrap();
    assert_eq!(reading.users().find_many(&[id(1)]).await.unwrap(), []);
}

#[tokio::test]
async fn what_cannot_be_reached_or_used_is_told_apart() {
    use crate::storage::postgres::Postgres;
    let schema = TestSchema::new();
    let nobody = Postgres::connect("postgres://postgres@127.0.0.1:1/postgres").await;
    assert_eq!(nobody.unwrap_err().kind, StorageErrorKind::Unavailable);
    let mut url = url::Url::parse(schema.url()).unwrap();
    url.set_path("no_such_database");
    let missing = Postgres::connect(url.as_str()).await;
    assert_eq!(missing.unwrap_err().kind, StorageErrorKind::Unusable);
    let wrong = Postgres::connect("what?").await;
    assert_eq!(wrong.unwrap_err().kind, StorageErrorKind::Unusable);
    let name = Postgres::connect(schema.url()).schema("a; drop").await;
    assert_eq!(name.unwrap_err().kind, StorageErrorKind::Unusable);
}
