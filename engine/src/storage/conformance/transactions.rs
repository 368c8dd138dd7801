//! Checks of transactions, snapshots, change numbers and callbacks.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use super::{
    begin, commit, commit_change, ok, refused,
    samples::{chat, id, member, populate, user},
    snapshot,
};
use crate::storage::{Storage, StorageErrorKind};

/// How long something that must not wait may take at most, on a very busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

pub(super) async fn a_transaction_reads_its_own_writes(storage: Arc<dyn Storage>) {
    let mut transaction = begin(&storage).await;
    ok(transaction.users().insert(&user(1)).await);
    let found = ok(transaction.users().find_many(&[id(1)]).await);
    assert_eq!(found, [user(1)]);
    let change = ok(transaction.changes().current().await);
    assert_eq!(commit(transaction).await, Some(change));
}

pub(super) async fn nobody_sees_writes_before_the_commit(storage: Arc<dyn Storage>) {
    let mut transaction = begin(&storage).await;
    ok(transaction.users().insert(&user(1)).await);
    let mut before = snapshot(&storage).await;
    assert_eq!(ok(before.users().find_many(&[id(1)]).await), []);
    commit(transaction).await;
    let mut after = snapshot(&storage).await;
    assert_eq!(ok(after.users().find_many(&[id(1)]).await), [user(1)]);
}

pub(super) async fn dropping_rolls_back_without_a_trace(storage: Arc<dyn Storage>) {
    populate(&storage, 1, &[(1, &[1])]).await;
    let before = ok(snapshot(&storage).await.changes().current().await);
    for number in 2..30 {
        let mut transaction = begin(&storage).await;
        ok(transaction.users().insert(&user(number)).await);
        ok(transaction.chats().insert(&chat(number)).await);
        let members = [member(1, number), member(number, 1)];
        ok(transaction.members().upsert_many(&members).await);
        ok(transaction.changes().upsert_setting("name", b"value").await);
        drop(transaction);
    }
    let mut transaction = begin(&storage).await;
    assert_eq!(ok(transaction.changes().current().await), before);
    let ids: Vec<_> = (2..30).map(id).collect();
    assert_eq!(ok(transaction.users().find_many(&ids).await), []);
    let ids: Vec<_> = (2..30).map(id).collect();
    assert_eq!(ok(transaction.chats().find_many(&ids).await), []);
    assert_eq!(ok(transaction.changes().find_setting("name").await), None);
    // The same work may be tried again.
    ok(transaction.users().insert(&user(2)).await);
    assert!(commit_change(transaction).await > before);
}

pub(super) async fn change_numbers_grow_in_the_order_of_the_callbacks(storage: Arc<dyn Storage>) {
    const WRITERS: u32 = 32;
    const COMMITS: u32 = 8;
    let order = Arc::new(Mutex::new(Vec::new()));
    let tasks: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let (storage, order) = (Arc::clone(&storage), Arc::clone(&order));
            tokio::spawn(async move {
                for number in 1..=COMMITS {
                    let mut transaction = begin(&storage).await;
                    let user = user(writer * COMMITS + number);
                    ok(transaction.users().insert(&user).await);
                    if number.is_multiple_of(4) {
                        drop(transaction);
                        continue;
                    }
                    let order = Arc::clone(&order);
                    let after = Box::new(move |change: Option<u64>| {
                        order.lock().expect("nobody panics with it").push(change);
                    });
                    ok(transaction.commit(after).await);
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("no writer panics");
    }
    let order = order.lock().expect("nobody panics with it");
    assert_eq!(order.len(), (WRITERS * COMMITS * 3 / 4) as usize);
    assert!(order.iter().all(Option::is_some));
    assert!(
        order.is_sorted_by(|earlier, later| earlier < later),
        "{order:?}"
    );
}

pub(super) async fn writers_wait_for_a_transaction_that_is_held_open(storage: Arc<dyn Storage>) {
    let mut held = begin(&storage).await;
    ok(held.users().insert(&user(1)).await);
    let committed = Arc::new(AtomicU32::new(0));
    let tasks: Vec<_> = (2..10)
        .map(|number| {
            let (storage, committed) = (Arc::clone(&storage), Arc::clone(&committed));
            tokio::spawn(async move {
                let mut transaction = begin(&storage).await;
                ok(transaction.users().insert(&user(number)).await);
                let change = commit_change(transaction).await;
                committed.fetch_add(1, Ordering::SeqCst);
                change
            })
        })
        .collect();
    // Whatever can run, runs; none of them may commit before the one that holds its turn.
    for _ in 0..200 {
        tokio::task::yield_now().await;
        ok(held.users().find_many(&[id(1)]).await);
    }
    assert_eq!(committed.load(Ordering::SeqCst), 0);
    let first = commit_change(held).await;
    for task in tasks {
        let later = tokio::time::timeout(PATIENCE, task).await;
        let later = later.expect("writers go on").expect("no writer panics");
        assert!(first < later);
    }
}

pub(super) async fn the_callback_runs_once_and_before_the_commit_returns(
    storage: Arc<dyn Storage>,
) {
    let calls = Arc::new(AtomicU32::new(0));
    let mut transaction = begin(&storage).await;
    ok(transaction.users().insert(&user(1)).await);
    let counted = Arc::clone(&calls);
    let after = Box::new(move |change: Option<u64>| {
        assert!(change.is_some());
        counted.fetch_add(1, Ordering::SeqCst);
    });
    ok(transaction.commit(after).await);
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}

pub(super) async fn what_sync_does_not_see_draws_no_number(storage: Arc<dyn Storage>) {
    let empty = begin(&storage).await;
    assert_eq!(commit(empty).await, None);
    let mut transaction = begin(&storage).await;
    ok(transaction.changes().upsert_setting("name", b"value").await);
    ok(transaction.chats().update_many(&[]).await);
    ok(transaction.messages().insert_many(&[]).await);
    assert_eq!(commit(transaction).await, None);
}

pub(super) async fn the_callback_of_a_dropped_transaction_never_runs(storage: Arc<dyn Storage>) {
    let mut transaction = begin(&storage).await;
    ok(transaction.users().insert(&user(1)).await);
    drop(transaction);
    let mut next = begin(&storage).await;
    assert_eq!(ok(next.users().find_many(&[id(1)]).await), []);
    assert_eq!(commit(next).await, None);
}

pub(super) async fn a_snapshot_sees_one_state_while_writers_commit(storage: Arc<dyn Storage>) {
    populate(&storage, 2, &[(1, &[1, 2])]).await;
    let mut early = snapshot(&storage).await;
    populate_more(&storage).await;
    let change = ok(early.changes().current().await);
    assert_eq!(ok(early.users().find_many(&[id(3)]).await), []);
    assert_eq!(ok(early.chats().find_many(&[id(2)]).await), []);
    assert_eq!(ok(early.members().list(id(1), None, 10).await).len(), 2);
    assert_eq!(ok(early.changes().current().await), change);
    let mut late = snapshot(&storage).await;
    assert_eq!(ok(late.users().find_many(&[id(3)]).await), [user(3)]);
    assert!(ok(late.changes().current().await) > change);
}

async fn populate_more(storage: &Arc<dyn Storage>) {
    let mut transaction = begin(storage).await;
    ok(transaction.users().insert(&user(3)).await);
    ok(transaction.chats().insert(&chat(2)).await);
    ok(transaction.members().upsert_many(&[member(1, 3)]).await);
    commit_change(transaction).await;
}

pub(super) async fn a_snapshot_never_waits_for_a_writer(storage: Arc<dyn Storage>) {
    let mut writing = begin(&storage).await;
    ok(writing.users().insert(&user(1)).await);
    let read = async {
        let mut reading = snapshot(&storage).await;
        ok(reading.users().find_many(&[id(1)]).await)
    };
    let read = tokio::time::timeout(PATIENCE, read).await;
    assert_eq!(read.expect("a snapshot does not wait"), []);
    commit(writing).await;
}

pub(super) async fn snapshots_are_whole_under_many_writers(storage: Arc<dyn Storage>) {
    const COMMITS: u32 = 60;
    let writers = Arc::clone(&storage);
    let writing = tokio::spawn(async move {
        for number in 1..=COMMITS {
            let mut transaction = begin(&writers).await;
            ok(transaction.users().insert(&user(number)).await);
            ok(transaction.chats().insert(&chat(number)).await);
            commit_change(transaction).await;
        }
    });
    let users: Vec<_> = (1..=COMMITS).map(id).collect();
    let chats: Vec<_> = (1..=COMMITS).map(id).collect();
    let mut seen = 0;
    while seen < COMMITS as usize {
        let mut reading = snapshot(&storage).await;
        let found = ok(reading.users().find_many(&users).await).len();
        assert_eq!(found, ok(reading.chats().find_many(&chats).await).len());
        assert_eq!(found as u64, ok(reading.changes().current().await));
        assert!(found >= seen);
        seen = found;
    }
    writing.await.expect("the writer does not panic");
}

pub(super) async fn a_write_in_a_snapshot_is_refused(storage: Arc<dyn Storage>) {
    let mut reading = snapshot(&storage).await;
    let kind = StorageErrorKind::ReadOnly;
    refused(reading.users().insert(&user(1)).await, kind);
    refused(reading.changes().upsert_setting("name", b"").await, kind);
    refused(reading.members().upsert_many(&[member(1, 1)]).await, kind);
    assert_eq!(ok(reading.users().find_many(&[id(1)]).await), []);
}

pub(super) async fn a_conflict_leaves_the_transaction_usable(storage: Arc<dyn Storage>) {
    let mut transaction = begin(&storage).await;
    ok(transaction.users().insert(&user(1)).await);
    let again = transaction.users().insert(&user(1)).await;
    refused(again, StorageErrorKind::Conflict);
    ok(transaction.users().insert(&user(2)).await);
    commit_change(transaction).await;
    let mut reading = snapshot(&storage).await;
    let found = ok(reading.users().find_many(&[id(1), id(2)]).await);
    assert_eq!(found.len(), 2);
}

pub(super) async fn a_closed_storage_fails(storage: Arc<dyn Storage>) {
    storage.close().await;
    assert!(storage.begin().await.is_err());
    assert!(storage.snapshot().await.is_err());
}
