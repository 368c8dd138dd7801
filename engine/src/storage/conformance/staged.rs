//! Checks of the repository of messages that a host has written.

use std::sync::Arc;

use super::{begin, commit, ok, samples::id, snapshot};
use crate::{
    domain::{
        host_key::HostKey,
        staged::{StagedMessage, StagedTarget},
    },
    storage::Storage,
};

fn staged(number: u32) -> StagedMessage {
    let key = HostKey::parse(&format!("order:{number}")).expect("a key");
    StagedMessage {
        id: id(number),
        target: match number % 3 {
            0 => StagedTarget::Chat(id(number)),
            1 => StagedTarget::Object { key, name: None },
            _ => StagedTarget::Object {
                key,
                name: Some("Order".to_owned()),
            },
        },
        sender: format!("customer:{number}"),
        text: "Hello 😀".to_owned(),
        attachment_ids: (0..number % 3).map(id).collect(),
        is_judged: number.is_multiple_of(2),
        staged_at_ms: i64::from(number),
    }
}

pub(super) async fn staged_messages_come_back_in_order(storage: Arc<dyn Storage>) {
    let mut transaction = begin(&storage).await;
    for number in (0..9).rev() {
        ok(transaction.staged().insert(&staged(number)).await);
    }
    assert_eq!(commit(transaction).await, None, "sync sees nothing of it");
    let mut reading = snapshot(&storage).await;
    let all = ok(reading.staged().list(i64::MIN, 100).await);
    let messages: Vec<_> = all.iter().map(|(_, message)| message.clone()).collect();
    assert_eq!(messages, (0..9).rev().map(staged).collect::<Vec<_>>());
    assert!(all.is_sorted_by(|a, b| a.0 < b.0));
    let next = ok(reading.staged().list(all[3].0, 2).await);
    assert_eq!(next, all[4..6]);
    assert!(ok(reading.staged().is_waiting(id(8)).await));
    assert!(!ok(reading.staged().is_waiting(id(9)).await));
}

pub(super) async fn a_staged_message_is_removed_by_place_and_id(storage: Arc<dyn Storage>) {
    let mut transaction = begin(&storage).await;
    for number in 0..3 {
        ok(transaction.staged().insert(&staged(number)).await);
    }
    let all = ok(transaction.staged().list(i64::MIN, 100).await);
    let named = [
        (all[0].0, all[0].1.id),
        (all[1].0, id(77)),
        (all[2].0, all[2].1.id),
    ];
    assert_eq!(ok(transaction.staged().remove(&named).await), 2);
    assert_eq!(ok(transaction.staged().remove(&named).await), 0);
    assert_eq!(
        ok(transaction.staged().list(i64::MIN, 100).await),
        all[1..2]
    );
}
