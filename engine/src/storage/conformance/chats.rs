//! Checks of the repository of conversations.

use std::sync::Arc;

use relaychat_protocol::rest::chats::Role;

use super::{
    begin, commit, commit_change, ok, refused,
    samples::{chat, direct, id, member, populate},
    snapshot,
};
use crate::{
    domain::{
        chat::{Chat, DirectPair, Rules},
        host_key::HostKey,
    },
    storage::{ChatPosition, Storage, StorageErrorKind},
};

pub(super) async fn a_chat_comes_back_as_inserted(storage: Arc<dyn Storage>) {
    let mut transaction = begin(&storage).await;
    ok(transaction.chats().insert(&chat(1)).await);
    ok(transaction.chats().insert(&direct(2, 1, 2)).await);
    commit_change(transaction).await;
    let mut reading = snapshot(&storage).await;
    assert_eq!(ok(reading.chats().find_many(&[id(1)]).await), [chat(1)]);
    let found = ok(reading.chats().find_many(&[id(2), id(3)]).await);
    assert_eq!(found, [direct(2, 1, 2)]);
    assert_eq!(ok(reading.chats().find_many(&[]).await), []);
}

pub(super) async fn a_pair_of_people_has_one_chat(storage: Arc<dyn Storage>) {
    let mut transaction = begin(&storage).await;
    ok(transaction.chats().insert(&direct(1, 1, 2)).await);
    let again = transaction.chats().insert(&direct(2, 2, 1)).await;
    refused(again, StorageErrorKind::Conflict);
    ok(transaction.chats().insert(&direct(3, 1, 3)).await);
    // Groups have no pair and never meet.
    ok(transaction.chats().insert(&chat(4)).await);
    ok(transaction.chats().insert(&chat(5)).await);
    for (a, b, expected) in [(1, 2, Some(1)), (2, 1, Some(1)), (2, 3, None)] {
        let pair = DirectPair::new(id(a), id(b)).expect("different people");
        let found = ok(transaction.chats().find_direct(pair).await);
        assert_eq!(found.map(|chat| chat.id), expected.map(id));
    }
}

pub(super) async fn a_known_id_is_a_conflict(storage: Arc<dyn Storage>) {
    let mut transaction = begin(&storage).await;
    ok(transaction.chats().insert(&chat(1)).await);
    let again = transaction.chats().insert(&chat(1)).await;
    refused(again, StorageErrorKind::Conflict);
}

fn key(text: &str) -> HostKey {
    HostKey::parse(text).expect("a key")
}

/// A group that belongs to an object of the host.
fn anchored(number: u32, host_key: &str) -> Chat {
    Chat {
        host_key: Some(key(host_key)),
        ..chat(number)
    }
}

pub(super) async fn a_host_key_is_unique_and_finds_its_chat(storage: Arc<dyn Storage>) {
    let mut transaction = begin(&storage).await;
    ok(transaction.chats().insert(&anchored(1, "order:1")).await);
    let again = transaction.chats().insert(&anchored(2, "order:1")).await;
    refused(again, StorageErrorKind::Conflict);
    // Keys are bytes, and those without one do not meet.
    ok(transaction.chats().insert(&anchored(3, "Order:1")).await);
    ok(transaction.chats().insert(&chat(4)).await);
    ok(transaction.chats().insert(&chat(5)).await);
    commit_change(transaction).await;
    let mut reading = snapshot(&storage).await;
    for (text, expected) in [
        ("order:1", Some(anchored(1, "order:1"))),
        ("Order:1", Some(anchored(3, "Order:1"))),
        ("order:2", None),
    ] {
        let found = ok(reading.chats().find_by_host_key(&key(text)).await);
        assert_eq!(found, expected);
    }
}

pub(super) async fn the_host_keys_of_a_person_are_those_of_now(storage: Arc<dyn Storage>) {
    populate(&storage, 2, &[(9, &[1])]).await;
    let mut transaction = begin(&storage).await;
    for (number, text) in [(1, "b"), (2, "a"), (3, "left"), (4, "of others")] {
        let text = text.replace(' ', "_");
        ok(transaction.chats().insert(&anchored(number, &text)).await);
        let mut of = member(number, if number == 4 { 2 } else { 1 });
        of.has_left = number == 3;
        ok(transaction.members().upsert_many(&[of]).await);
    }
    let listed = ok(transaction.chats().list_host_keys(id(1)).await);
    assert_eq!(listed, [key("a"), key("b")]);
}

pub(super) async fn of_two_reads_of_members_the_later_one_is_told_so(storage: Arc<dyn Storage>) {
    let mut transaction = begin(&storage).await;
    ok(transaction.chats().insert(&anchored(1, "order:1")).await);
    commit_change(transaction).await;
    let mut transaction = begin(&storage).await;
    assert_eq!(ok(transaction.chats().membership_reads(id(2)).await), None);
    assert_eq!(
        ok(transaction.chats().membership_reads(id(1)).await),
        Some(0)
    );
    assert!(ok(transaction.chats().note_membership_read(id(1), 0).await));
    assert!(!ok(transaction
        .chats()
        .note_membership_read(id(1), 0)
        .await));
    assert_eq!(commit(transaction).await, None, "sync sees nothing of it");
    // A later change of the chat leaves the count alone.
    let mut transaction = begin(&storage).await;
    let renamed = Chat {
        name: Some("New".to_owned()),
        ..anchored(1, "order:1")
    };
    ok(transaction.chats().update_settings(&renamed).await);
    assert_eq!(
        ok(transaction.chats().membership_reads(id(1)).await),
        Some(1)
    );
}

pub(super) async fn pages_of_chats_have_no_holes_and_no_repeats(storage: Arc<dyn Storage>) {
    populate(&storage, 2, &[]).await;
    let mut transaction = begin(&storage).await;
    for number in 1..=40 {
        let chat = Chat {
            last_activity_at_ms: i64::from(number % 4),
            ..chat(number)
        };
        ok(transaction.chats().insert(&chat).await);
        // Some chats are not the reader's.
        let reader = if number <= 30 { 1 } else { 2 };
        ok(transaction
            .members()
            .upsert_many(&[member(number, reader)])
            .await);
    }
    commit_change(transaction).await;
    for limit in [1, 7, 30, 100] {
        let (mut after, mut places) = (None, Vec::new());
        loop {
            let mut reading = snapshot(&storage).await;
            let page = ok(reading.chats().list(id(1), after, limit).await);
            assert!(page.len() <= limit as usize);
            places.extend(page.iter().map(|chat| (chat.last_activity_at_ms, chat.id)));
            let Some(last) = page.last() else { break };
            after = Some(ChatPosition {
                last_activity_at_ms: last.last_activity_at_ms,
                id: last.id,
            });
        }
        assert_eq!(places.len(), 30);
        assert!(places.is_sorted_by(|a, b| a > b), "{places:?}");
    }
}

pub(super) async fn chats_that_were_left_are_not_listed(storage: Arc<dyn Storage>) {
    populate(&storage, 1, &[(1, &[1]), (2, &[1])]).await;
    let mut transaction = begin(&storage).await;
    let mut former = member(2, 1);
    former.has_left = true;
    ok(transaction.members().upsert_many(&[former]).await);
    let listed = ok(transaction.chats().list(id(1), None, 10).await);
    assert_eq!(listed, [chat(1)]);
}

pub(super) async fn an_update_replaces_name_activity_version_and_counts(storage: Arc<dyn Storage>) {
    let mut transaction = begin(&storage).await;
    for number in 1..=300 {
        ok(transaction.chats().insert(&chat(number)).await);
    }
    ok(transaction.chats().insert(&direct(301, 1, 2)).await);
    commit_change(transaction).await;
    let updated = |number: u32| Chat {
        last_activity_at_ms: 2_000 + i64::from(number),
        version: 7,
        last_seq: u64::from(number),
        message_count: 8,
        member_count: 9,
        ..if number == 301 {
            direct(301, 1, 2)
        } else {
            chat(number)
        }
    };
    let mut transaction = begin(&storage).await;
    let all: Vec<_> = (2..=301).map(updated).collect();
    ok(transaction.chats().update_many(&all).await);
    commit_change(transaction).await;
    let mut reading = snapshot(&storage).await;
    assert_eq!(ok(reading.chats().find_many(&[id(1)]).await), [chat(1)]);
    for number in [2, 3, 301] {
        let found = ok(reading.chats().find_many(&[id(number)]).await);
        assert_eq!(found, [updated(number)]);
    }
}

pub(super) async fn settings_of_a_chat_leave_its_messages_alone(storage: Arc<dyn Storage>) {
    populate(&storage, 1, &[]).await;
    let mut transaction = begin(&storage).await;
    for number in [1, 2] {
        ok(transaction.chats().insert(&chat(number)).await);
    }
    commit_change(transaction).await;
    let described = Chat {
        name: Some("New".to_owned()),
        description: Some("Two\nlines".to_owned()),
        avatar_id: None,
        rules: Rules {
            send: Role::Owner,
            add: Role::Member,
            pin: Role::Admin,
        },
        version: 7,
        ..chat(1)
    };
    let mut transaction = begin(&storage).await;
    let elsewhere = Chat {
        last_seq: 5,
        message_count: 5,
        member_count: 5,
        ..described.clone()
    };
    ok(transaction.chats().update_settings(&elsewhere).await);
    commit_change(transaction).await;
    let mut reading = snapshot(&storage).await;
    assert_eq!(ok(reading.chats().find_many(&[id(1)]).await), [described]);
    assert_eq!(ok(reading.chats().find_many(&[id(2)]).await), [chat(2)]);
}
