//! Checks of messages that change after they were sent.

use std::sync::Arc;

use super::{
    begin, commit_change, ok,
    samples::{attachment, id, member, message, populate, sorted, watermarks},
    snapshot,
};
use crate::{
    domain::{
        attachment::{Attachment, Usage},
        chat::Chat,
        member::Member,
        message::{Message, Quote, UserReaction},
    },
    storage::{MessageWindow, Storage, UnreadTotal},
};

async fn insert(storage: &Arc<dyn Storage>, messages: &[Message]) -> u64 {
    let mut transaction = begin(storage).await;
    ok(transaction.messages().insert_many(messages).await);
    commit_change(transaction).await
}

async fn update(storage: &Arc<dyn Storage>, message: &Message) -> u64 {
    let mut transaction = begin(storage).await;
    ok(transaction.messages().update(message).await);
    commit_change(transaction).await
}

async fn history(storage: &Arc<dyn Storage>, chat: u32) -> Vec<Message> {
    let mut reading = snapshot(storage).await;
    let newest = MessageWindow::Newest;
    ok(reading.messages().list(id(chat), newest, 1_000).await)
}

fn edited(seq: u32, version: u64) -> Message {
    Message {
        version,
        text: format!("Edited {seq}"),
        edited_at_ms: Some(9_000),
        ..message(1, seq)
    }
}

fn seqs(messages: &[Message]) -> Vec<u64> {
    messages.iter().map(|message| message.seq).collect()
}

pub(super) async fn an_update_replaces_text_times_and_version(storage: Arc<dyn Storage>) {
    populate(&storage, 1, &[(1, &[1]), (2, &[1])]).await;
    insert(&storage, &[message(1, 1), message(1, 2), message(2, 1)]).await;
    update(&storage, &edited(1, 4)).await;
    let expected = [edited(1, 4), message(1, 2)];
    assert_eq!(history(&storage, 1).await, expected);
    assert_eq!(history(&storage, 2).await, [message(2, 1)]);
    let mut reading = snapshot(&storage).await;
    let found = ok(reading.messages().find_many(&[message(1, 1).id]).await);
    assert_eq!(found, [edited(1, 4)]);
    let begun = ok(storage.begin_batch(&[message(1, 1).id]).await);
    assert_eq!(begun.messages, [edited(1, 4)]);
}

pub(super) async fn updated_messages_are_listed_beside_those_that_were_sent(
    storage: Arc<dyn Storage>,
) {
    populate(&storage, 1, &[(1, &[1]), (2, &[1])]).await;
    let first: Vec<_> = (1..=6).map(|seq| message(1, seq)).collect();
    let sent = insert(&storage, &first).await;
    update(&storage, &edited(5, 8)).await;
    let second = update(&storage, &edited(2, 9)).await;
    insert(&storage, &[message(1, 7), message(2, 1)]).await;
    update(&storage, &edited(2, 10)).await;
    let last = update(&storage, &edited(6, 11)).await;
    let mut reading = snapshot(&storage).await;
    let messages = reading.messages();
    // Places and numbers of the sending go on growing together.
    assert_eq!(seqs(&ok(messages.list_sent(id(1), sent, 9).await)), [7]);
    assert_eq!(ok(messages.first_sent_seq(id(1), sent).await), Some(7));
    let cases = [(0, [2, 5, 6].as_slice()), (second, &[2, 6]), (last, &[])];
    for (since, expected) in cases {
        let updated = ok(messages.list_updated(id(1), since, 9).await);
        assert_eq!(seqs(&updated), expected, "since {since}");
        let first = ok(messages.first_updated_seq(id(1), since).await);
        assert_eq!(first, expected.first().copied());
    }
    let chats = [id(1), id(2), id(3)];
    assert_eq!(
        ok(messages.list_updated_chats(&chats, second).await),
        [id(1)]
    );
    assert_eq!(ok(messages.list_updated_chats(&chats, last).await), []);
    let newest = ok(messages.list_updated(id(1), 0, 2).await);
    assert_eq!(newest, [edited(5, 8), edited(6, 11)]);
    assert_eq!(ok(messages.list_updated(id(2), 0, 9).await), []);
}

pub(super) async fn a_deleted_message_is_empty_and_frees_its_files(storage: Arc<dyn Storage>) {
    populate(&storage, 2, &[(1, &[1, 2])]).await;
    let mut transaction = begin(&storage).await;
    for number in 1..=3 {
        let unused = attachment(number);
        ok(transaction.attachments().insert(&unused).await);
    }
    let used = |number: u32, seq: u32| Attachment {
        usage: Usage::Message(id(1), message(1, seq).id),
        ..attachment(number)
    };
    let with_files = Message {
        attachments: vec![used(2, 1), used(1, 1)],
        ..message(1, 1)
    };
    let other = Message {
        attachments: vec![used(3, 2)],
        ..message(1, 2)
    };
    let both = [with_files.clone(), other.clone()];
    ok(transaction.messages().insert_many(&both).await);
    let reaction = UserReaction {
        emoji: "👍".to_owned(),
        user_id: id(2),
        reacted_at_ms: 5,
    };
    let place = (id(1), 1);
    ok(transaction.reactions().insert(place, &reaction).await);
    ok(transaction.messages().update(&with_files).await);
    commit_change(transaction).await;
    let mut reading = snapshot(&storage).await;
    let reacted = ok(reading.messages().find_many(&[with_files.id]).await);
    let deleted = reacted[0].clone().deleted(7, 9_000);
    drop(reading);
    update(&storage, &deleted).await;
    assert_eq!(deleted.reactions, []);
    assert_eq!(history(&storage, 1).await, [deleted, other]);
    let mut reading = snapshot(&storage).await;
    let unused = ok(reading.attachments().list_unused(100, 10).await);
    let freed = |number| Attachment {
        usage: Usage::Deleted(with_files.id),
        ..attachment(number)
    };
    assert_eq!(unused, [freed(1), freed(2)]);
    let listed = reading.reactions().list(place, "👍", None, 9).await;
    assert_eq!(ok(listed), []);
}

pub(super) async fn a_deleted_message_is_not_unread(storage: Arc<dyn Storage>) {
    populate(&storage, 2, &[(1, &[1, 2]), (2, &[1, 2]), (3, &[2])]).await;
    let mut transaction = begin(&storage).await;
    let all: Vec<_> = [1, 2, 3]
        .into_iter()
        .flat_map(|chat| (1..=6).map(move |seq| message(chat, seq)))
        .collect();
    ok(transaction.messages().insert_many(&all).await);
    let grown = [1, 2, 3].map(|number| Chat {
        last_seq: 6,
        message_count: 6,
        ..super::samples::chat(number)
    });
    ok(transaction.chats().update_many(&grown).await);
    let mut reader = Member {
        watermarks: watermarks(3, 2),
        ..member(1, 1)
    };
    reader.watermarks.read_count = 2;
    ok(transaction.members().advance_many(&[reader]).await);
    for (chat, seq) in [(1, 2), (1, 3), (1, 6), (2, 1), (3, 1)] {
        let deleted = message(chat, seq).deleted(9, 9_000);
        ok(transaction.messages().update(&deleted).await);
    }
    commit_change(transaction).await;
    let mut reading = snapshot(&storage).await;
    let chats = [id(1), id(2), id(3)];
    let deleted = reading.messages().list_deleted_unread(id(1), &chats).await;
    let expected = vec![(id(1), 3), (id(1), 6), (id(2), 1)];
    assert_eq!(ok(deleted), sorted(expected));
    let one = reading.messages().list_deleted_unread(id(1), &chats[1..2]);
    assert_eq!(ok(one.await), [(id(2), 1)]);
    let total = ok(reading.members().unread_total(id(1), 0).await);
    let expected = UnreadTotal {
        message_count: 2 + 5,
        chat_count: 2,
    };
    assert_eq!(total, expected);
    drop(reading);
    for seq in 2..=6 {
        update(&storage, &message(2, seq).deleted(9, 9_000)).await;
    }
    let total = ok(snapshot(&storage)
        .await
        .members()
        .unread_total(id(1), 0)
        .await);
    let expected = UnreadTotal {
        message_count: 2,
        chat_count: 1,
    };
    assert_eq!(total, expected, "a chat of deleted messages is read");
}

pub(super) async fn an_answer_shows_what_it_answers_as_it_is_now(storage: Arc<dyn Storage>) {
    populate(&storage, 1, &[(1, &[1])]).await;
    let long = Message {
        text: "ä".repeat(300),
        ..message(1, 1)
    };
    let answer = |quoted: &Message| Message {
        reply_to: Some(Quote::of(quoted)),
        ..message(1, 2)
    };
    insert(&storage, std::slice::from_ref(&long)).await;
    let begun = ok(storage.begin_batch(&[]).await);
    let decided = crate::storage::Decided {
        messages: vec![answer(&long)],
        ..crate::storage::Decided::default()
    };
    ok(begun
        .transaction
        .commit_batch(decided, Box::new(|_| {}))
        .await);
    let read = history(&storage, 1).await;
    assert_eq!(read, [long.clone(), answer(&long)]);
    let quote = read[1].reply_to.as_ref().expect("a quote");
    assert_eq!(quote.text.chars().count(), 200);
    update(&storage, &edited(1, 4)).await;
    assert_eq!(history(&storage, 1).await[1], answer(&edited(1, 4)));
    let deleted = message(1, 1).deleted(5, 9_000);
    update(&storage, &deleted).await;
    assert_eq!(history(&storage, 1).await[1], answer(&deleted));
    let without = answer(&deleted).deleted(6, 9_000);
    update(&storage, &without).await;
    assert_eq!(history(&storage, 1).await, [deleted, without]);
}
