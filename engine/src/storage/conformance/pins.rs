//! Checks of pinned messages.

use std::sync::Arc;

use super::{
    begin, commit_change, ok,
    samples::{id, message, populate},
    snapshot,
};
use crate::{domain::message::Message, storage::Storage};

/// A message of the first chat that was pinned, or not.
fn pinned(seq: u32, version: u64, pinned_at_ms: Option<i64>) -> Message {
    Message {
        version,
        pinned_at_ms,
        ..message(1, seq)
    }
}

async fn send(storage: &Arc<dyn Storage>) {
    populate(storage, 1, &[(1, &[1]), (2, &[1])]).await;
    let mut sent: Vec<_> = (1..=5).map(|seq| message(1, seq)).collect();
    sent.push(message(2, 1));
    let mut transaction = begin(storage).await;
    ok(transaction.messages().insert_many(&sent).await);
    commit_change(transaction).await;
}

async fn update(storage: &Arc<dyn Storage>, messages: &[Message]) {
    let mut transaction = begin(storage).await;
    for message in messages {
        ok(transaction.messages().update(message).await);
    }
    commit_change(transaction).await;
}

async fn listed(storage: &Arc<dyn Storage>, chat: u32, limit: u32) -> Vec<Message> {
    let mut reading = snapshot(storage).await;
    ok(reading.messages().list_pinned(id(chat), limit).await)
}

async fn count(storage: &Arc<dyn Storage>, chat: u32) -> u64 {
    let mut reading = snapshot(storage).await;
    ok(reading.messages().count_pinned(id(chat)).await)
}

pub(super) async fn pinned_messages_are_listed_by_when_they_were_pinned(storage: Arc<dyn Storage>) {
    send(&storage).await;
    assert_eq!(
        (count(&storage, 1).await, listed(&storage, 1, 9).await),
        (0, vec![])
    );
    let (late, early) = (pinned(2, 7, Some(9_000)), pinned(5, 8, Some(8_000)));
    let (one, other) = (pinned(3, 9, Some(8_500)), pinned(4, 10, Some(8_500)));
    let all = [late.clone(), early.clone(), one.clone(), other.clone()];
    update(&storage, &all).await;
    let expected = [late.clone(), other.clone(), one, early];
    assert_eq!(listed(&storage, 1, 9).await, expected);
    assert_eq!(listed(&storage, 1, 2).await, [late.clone(), other]);
    assert_eq!(count(&storage, 1).await, 4);
    assert_eq!(
        (count(&storage, 2).await, listed(&storage, 2, 9).await),
        (0, vec![])
    );
    let mut reading = snapshot(&storage).await;
    let found = ok(reading.messages().find_many(&[late.id]).await);
    let begun = ok(storage.begin_batch(&[late.id]).await);
    assert_eq!((found, begun.messages), (vec![late.clone()], vec![late]));
}

pub(super) async fn what_is_unpinned_or_deleted_is_not_listed(storage: Arc<dyn Storage>) {
    send(&storage).await;
    let kept = pinned(1, 7, Some(8_000));
    let two = [pinned(2, 8, Some(8_001)), pinned(3, 9, Some(8_002))];
    update(&storage, &[kept.clone(), two[0].clone(), two[1].clone()]).await;
    update(&storage, &[pinned(2, 10, None)]).await;
    let [_, last] = two;
    update(&storage, &[last.deleted(11, 9_000)]).await;
    assert_eq!(listed(&storage, 1, 9).await, [kept]);
    assert_eq!(count(&storage, 1).await, 1);
}
