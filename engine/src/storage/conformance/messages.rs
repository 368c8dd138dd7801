//! Checks of the repository of messages.

use std::sync::Arc;

use super::{
    begin, commit_change, ok, refused,
    samples::{attachment, id, message, message_ids, populate, sorted},
    snapshot,
};
use crate::{
    domain::{
        attachment::{Attachment, Usage},
        message::Message,
    },
    storage::{MessageWindow, Storage, StorageErrorKind},
};

async fn insert(storage: &Arc<dyn Storage>, messages: &[Message]) -> u64 {
    let mut transaction = begin(storage).await;
    ok(transaction.messages().insert_many(messages).await);
    commit_change(transaction).await
}

fn history(chat: u32, seqs: std::ops::RangeInclusive<u32>) -> Vec<Message> {
    seqs.map(|seq| message(chat, seq)).collect()
}

fn seqs(messages: &[Message]) -> Vec<u64> {
    messages.iter().map(|message| message.seq).collect()
}

pub(super) async fn a_batch_comes_back_as_inserted(storage: Arc<dyn Storage>) {
    populate(&storage, 1, &[(1, &[1]), (2, &[1])]).await;
    let mut batch = history(1, 1..=256);
    batch.extend(history(2, 1..=1_100));
    insert(&storage, &batch).await;
    let mut reading = snapshot(&storage).await;
    let found = ok(reading.messages().find_many(&message_ids(&batch)).await);
    assert_eq!(found.len(), batch.len());
    for message in found {
        assert!(batch.contains(&message), "{message:?}");
    }
    let absent = ok(reading.messages().find_many(&[id(7)]).await);
    assert_eq!(absent, []);
}

pub(super) async fn attachments_come_in_the_senders_order(storage: Arc<dyn Storage>) {
    populate(&storage, 1, &[(1, &[1])]).await;
    let mut transaction = begin(&storage).await;
    for number in 1..=5 {
        let unused = attachment(number);
        ok(transaction.attachments().insert(&unused).await);
    }
    let used = |number: u32, seq: u32| Attachment {
        usage: Usage::Message(id(1), message(1, seq).id),
        ..attachment(number)
    };
    let first = Message {
        attachments: vec![used(3, 1), used(1, 1), used(2, 1)],
        ..message(1, 1)
    };
    let second = Message {
        attachments: vec![used(4, 2)],
        ..message(1, 2)
    };
    let sent = [first.clone(), second.clone(), message(1, 3)];
    ok(transaction.messages().insert_many(&sent).await);
    commit_change(transaction).await;
    let mut reading = snapshot(&storage).await;
    let listed = reading
        .messages()
        .list(id(1), MessageWindow::Newest, 9)
        .await;
    assert_eq!(ok(listed), sent);
    assert_eq!(ok(reading.messages().find_many(&[first.id]).await), [first]);
    assert_eq!(
        ok(reading.messages().find_at(&[(id(1), 2)]).await),
        [second]
    );
    let unused = ok(reading.attachments().list_unused(100, 10).await);
    assert_eq!(unused, [attachment(5)]);
}

pub(super) async fn a_known_id_is_a_conflict_in_any_chat(storage: Arc<dyn Storage>) {
    populate(&storage, 1, &[(1, &[1]), (2, &[1])]).await;
    insert(&storage, &[message(1, 1)]).await;
    let mut transaction = begin(&storage).await;
    let elsewhere = Message {
        id: message(1, 1).id,
        ..message(2, 2)
    };
    let batch = [message(2, 1), elsewhere];
    let inserted = transaction.messages().insert_many(&batch).await;
    refused(inserted, StorageErrorKind::Conflict);
    ok(transaction.messages().insert_many(&[message(1, 2)]).await);
    commit_change(transaction).await;
    let mut reading = snapshot(&storage).await;
    let listed = reading
        .messages()
        .list(id(1), MessageWindow::Newest, 9)
        .await;
    assert_eq!(ok(listed), history(1, 1..=2));
}

pub(super) async fn a_taken_place_is_a_conflict(storage: Arc<dyn Storage>) {
    populate(&storage, 1, &[(1, &[1])]).await;
    insert(&storage, &[message(1, 1)]).await;
    let mut transaction = begin(&storage).await;
    let same_place = Message {
        id: id(5),
        ..message(1, 1)
    };
    let inserted = transaction.messages().insert_many(&[same_place]).await;
    refused(inserted, StorageErrorKind::Conflict);
}

pub(super) async fn windows_are_ascending_and_bounded(storage: Arc<dyn Storage>) {
    populate(&storage, 1, &[(1, &[1]), (2, &[1])]).await;
    insert(&storage, &history(1, 1..=20)).await;
    insert(&storage, &history(2, 1..=20)).await;
    let mut reading = snapshot(&storage).await;
    let cases = [
        (MessageWindow::Newest, vec![18, 19, 20]),
        (MessageWindow::Before(10), vec![7, 8, 9]),
        (MessageWindow::Before(1), vec![]),
        (MessageWindow::Before(u64::MAX), vec![18, 19, 20]),
        (MessageWindow::After(10), vec![11, 12, 13]),
        (MessageWindow::After(19), vec![20]),
        (MessageWindow::After(u64::MAX), vec![]),
        (MessageWindow::After(0), vec![1, 2, 3]),
    ];
    for (window, expected) in cases {
        let listed = ok(reading.messages().list(id(1), window, 3).await);
        assert_eq!(seqs(&listed), expected, "{window:?}");
        assert!(listed.iter().all(|message| message.chat_id == id(1)));
    }
    let nothing = reading
        .messages()
        .list(id(9), MessageWindow::Newest, 3)
        .await;
    assert_eq!(ok(nothing), []);
}

pub(super) async fn pages_in_both_directions_have_no_holes_and_no_repeats(
    storage: Arc<dyn Storage>,
) {
    populate(&storage, 1, &[(1, &[1])]).await;
    insert(&storage, &history(1, 1..=50)).await;
    let mut reading = snapshot(&storage).await;
    for limit in [1, 7, 50, 51] {
        let (mut window, mut back) = (MessageWindow::Newest, Vec::new());
        loop {
            let page = ok(reading.messages().list(id(1), window, limit).await);
            let Some(first) = page.first() else { break };
            window = MessageWindow::Before(first.seq);
            back.extend(seqs(&page).into_iter().rev());
        }
        let (mut window, mut forth) = (MessageWindow::After(0), Vec::new());
        loop {
            let page = ok(reading.messages().list(id(1), window, limit).await);
            let Some(last) = page.last() else { break };
            window = MessageWindow::After(last.seq);
            forth.extend(seqs(&page));
        }
        back.reverse();
        let all: Vec<u64> = (1..=50).collect();
        assert_eq!((back, forth), (all.clone(), all));
    }
}

pub(super) async fn messages_are_found_by_place(storage: Arc<dyn Storage>) {
    populate(&storage, 1, &[(1, &[1]), (2, &[1])]).await;
    insert(&storage, &history(1, 1..=5)).await;
    insert(&storage, &history(2, 1..=5)).await;
    let mut reading = snapshot(&storage).await;
    let places = [
        (id(1), 5),
        (id(2), 3),
        (id(2), 9),
        (id(3), 1),
        (id(1), u64::MAX),
    ];
    let found = ok(reading.messages().find_at(&places).await);
    let expected = [message(1, 5), message(2, 3)];
    assert_eq!(sorted(message_ids(&found)), sorted(message_ids(&expected)));
    assert_eq!(ok(reading.messages().find_at(&[]).await), []);
}

pub(super) async fn sent_messages_come_once_in_their_latest_state(storage: Arc<dyn Storage>) {
    populate(&storage, 1, &[(1, &[1]), (2, &[1])]).await;
    let first = insert(&storage, &history(1, 1..=3)).await;
    let second = insert(&storage, &history(2, 1..=3)).await;
    let third = insert(&storage, &history(1, 4..=6)).await;
    let mut reading = snapshot(&storage).await;
    for (since, expected) in [(0, 1..=6), (first, 4..=6), (second, 4..=6)] {
        let changed = ok(reading.messages().list_sent(id(1), since, 100).await);
        assert_eq!(changed, history(1, expected.clone()));
        let first = ok(reading.messages().first_sent_seq(id(1), since).await);
        assert_eq!(first, Some(u64::from(*expected.start())));
    }
    let nothing = ok(reading.messages().list_sent(id(1), third, 100).await);
    assert_eq!(nothing, []);
    assert_eq!(
        ok(reading.messages().first_sent_seq(id(1), third).await),
        None
    );
    let far = ok(reading.messages().list_sent(id(1), u64::MAX, 100).await);
    assert_eq!(far, []);
}

pub(super) async fn the_newest_of_the_sent_are_kept(storage: Arc<dyn Storage>) {
    populate(&storage, 1, &[(1, &[1])]).await;
    let since = insert(&storage, &history(1, 1..=2)).await;
    insert(&storage, &history(1, 3..=30)).await;
    let mut reading = snapshot(&storage).await;
    let changed = ok(reading.messages().list_sent(id(1), since, 5).await);
    assert_eq!(changed, history(1, 26..=30));
    let first = ok(reading.messages().first_sent_seq(id(1), since).await);
    assert_eq!(first, Some(3));
}
