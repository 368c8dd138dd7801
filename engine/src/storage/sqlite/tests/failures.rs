//! What happens when something goes wrong halfway.

use std::time::Duration;

use futures_util::FutureExt;
use sqlx::Executor;
use tokio::sync::oneshot;

use super::shared;
use crate::{
    domain::message::Message,
    storage::{
        MessageWindow, Storage, StorageErrorKind, UserRepository,
        conformance::samples::{id, message, populate, user},
        sqlite::Sqlite,
    },
};

/// How long to wait for something that happens beside the test.
const PATIENCE: Duration = Duration::from_secs(20);

#[tokio::test]
async fn a_full_disk_leaves_no_trace_and_the_next_transaction_works() {
    let storage = Sqlite::in_memory().await.unwrap();
    populate(&shared(storage.clone()), 1, &[(1, &[1])]).await;
    let mut turn = storage.writer.begin().await.unwrap();
    let connection = turn.connection().unwrap();
    connection
        .execute("PRAGMA max_page_count = 1")
        .await
        .unwrap();
    drop(turn);

    let mut transaction = storage.begin().await.unwrap();
    let large = |seq| Message {
        text: "x".repeat(16_000),
        ..message(1, seq)
    };
    let many: Vec<_> = (1..=500).map(large).collect();
    let failed = transaction.messages().insert_many(&many).await.unwrap_err();
    assert_eq!(failed.kind, StorageErrorKind::Full);
    assert!(failed.is_retryable());
    // Whatever SQLite did to the transaction, nothing may run outside of it.
    assert!(transaction.users().insert(&user(2)).await.is_err());
    assert!(
        transaction
            .commit(Box::new(|_| panic!("not committed")))
            .await
            .is_err()
    );

    let mut transaction = storage.begin().await.unwrap();
    assert_eq!(transaction.users().find_many(&[id(2)]).await.unwrap(), []);
    let listed = transaction.messages().list(id(1), MessageWindow::Newest, 9);
    assert_eq!(listed.await.unwrap(), []);
    transaction
        .messages()
        .insert_many(&[message(1, 1)])
        .await
        .unwrap();
    transaction.commit(Box::new(|_| {})).await.unwrap();
}

#[tokio::test]
async fn a_commit_whose_caller_went_away_still_tells() {
    let storage = Sqlite::in_memory().await.unwrap();
    for number in 1..20 {
        let mut transaction = storage.begin().await.unwrap();
        transaction.users().insert(&user(number)).await.unwrap();
        let (told, tells) = oneshot::channel();
        let mut commit = transaction.commit(Box::new(move |change| told.send(change).unwrap()));
        assert!((&mut commit).now_or_never().is_none());
        drop(commit);
        let change = tokio::time::timeout(PATIENCE, tells).await.unwrap();
        assert_eq!(change.unwrap(), Some(u64::from(number)));
        let mut reading = storage.snapshot().await.unwrap();
        let found = reading.users().find_many(&[id(number)]).await.unwrap();
        assert_eq!(found.len(), 1);
    }
}

#[tokio::test]
async fn work_that_is_cancelled_anywhere_leaves_no_trace() {
    let storage = Sqlite::in_memory().await.unwrap();
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
async fn two_engines_on_one_file_wait_for_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("chat.db");
    let first = Sqlite::open(&path).await.unwrap();
    let second = Sqlite::open(&path).await.unwrap();
    let mut held = first.begin().await.unwrap();
    held.users().insert(&user(1)).await.unwrap();
    let waiting = tokio::spawn(async move {
        let mut transaction = second.begin().await.unwrap();
        transaction.users().insert(&user(2)).await.unwrap();
        let change = transaction.changes().current().await.unwrap();
        transaction.commit(Box::new(|_| {})).await.unwrap();
        change
    });
    for _ in 0..50 {
        tokio::task::yield_now().await;
    }
    held.commit(Box::new(|change| assert_eq!(change, Some(1))))
        .await
        .unwrap();
    let change = tokio::time::timeout(PATIENCE, waiting).await.unwrap();
    assert_eq!(change.unwrap(), 2);
}

#[tokio::test]
async fn a_foreign_id_is_a_defect_and_leaves_the_transaction_usable() {
    let storage = Sqlite::in_memory().await.unwrap();
    let mut transaction = storage.begin().await.unwrap();
    let member = crate::storage::conformance::samples::member(1, 1);
    let failed = transaction
        .members()
        .upsert_many(&[member])
        .await
        .unwrap_err();
    assert_eq!(failed.kind, StorageErrorKind::Internal);
    UserRepository::insert(transaction.users(), &user(1))
        .await
        .unwrap();
    transaction.commit(Box::new(|_| {})).await.unwrap();
}
