//! Checks of the index of words.

use std::sync::Arc;

use relaychat_protocol::{ChatId, matching::Query};

use super::{
    begin, commit, commit_change, ok,
    samples::{id, message, populate},
    snapshot,
};
use crate::{
    domain::message::Message,
    storage::{Storage, WordFilter},
};

fn said(chat: u32, seq: u32, text: &str) -> Message {
    Message {
        text: text.to_owned(),
        ..message(chat, seq)
    }
}

/// Sends in a transaction of its own; returns the change number.
async fn send(storage: &Arc<dyn Storage>, messages: &[Message]) -> u64 {
    let mut transaction = begin(storage).await;
    ok(transaction.messages().insert_many(messages).await);
    for message in messages {
        let mut chats = ok(transaction.chats().find_many(&[message.chat_id]).await);
        let mut chat = chats.pop().expect("the chat");
        chat.last_seq = message.seq;
        ok(transaction.chats().update_many(&[chat]).await);
    }
    commit_change(transaction).await
}

/// Takes at most `limit` messages of a chat into the index; tells how many.
async fn index(storage: &Arc<dyn Storage>, chat: u32, limit: u32) -> u32 {
    let mut transaction = begin(storage).await;
    let count = ok(transaction.search().index_next(id(chat), limit).await);
    assert_eq!(commit(transaction).await, None, "no change for sync");
    count
}

fn filter(query: &str, chats: &[u32]) -> WordFilter {
    WordFilter {
        chat_ids: chats.iter().map(|chat| id(*chat)).collect(),
        terms: Query::parse(query).expect("words").terms(),
        sender_id: None,
        before_ms: None,
        since_ms: None,
        up_to: None,
        limit: 100,
    }
}

/// What the index finds: chat and place.
async fn find(storage: &Arc<dyn Storage>, filter: &WordFilter) -> Vec<(ChatId, u64)> {
    let mut reading = snapshot(storage).await;
    let found = ok(reading.search().find(filter).await);
    assert!(found.is_sorted_by_key(|row| std::cmp::Reverse(row.change)));
    let place = |message: &Message| (message.chat_id, message.seq);
    found.iter().map(|row| place(&row.value)).collect()
}

async fn places(storage: &Arc<dyn Storage>, query: &str) -> Vec<u64> {
    let found = find(storage, &filter(query, &[1])).await;
    found.into_iter().map(|(_, seq)| seq).collect()
}

/// What is not in the index, for person 1.
async fn unindexed(storage: &Arc<dyn Storage>, after: Option<(ChatId, u64)>) -> Vec<u64> {
    let mut reading = snapshot(storage).await;
    let listed = reading.search().list_unindexed((id(1), None), after, 100);
    ok(listed.await).iter().map(|row| row.value.seq).collect()
}

pub(super) async fn what_was_sent_is_listed_until_it_is_taken_in(storage: Arc<dyn Storage>) {
    populate(&storage, 2, &[(1, &[1])]).await;
    assert!(ok(snapshot(&storage).await.search().list_behind(10).await).is_empty());
    let change = send(&storage, &[said(1, 1, "One"), said(1, 2, "two")]).await;
    send(&storage, &[said(1, 3, "three one")]).await;
    let mut reading = snapshot(&storage).await;
    assert_eq!(ok(reading.search().list_behind(10).await), [id(1)]);
    let listed = reading
        .search()
        .list_unindexed((id(1), Some(id(1))), None, 1);
    let listed = ok(listed.await);
    assert_eq!((listed[0].change, listed[0].value.seq), (change, 1));
    assert_eq!(listed[0].value, said(1, 1, "One"));
    let others = reading.search().list_unindexed((id(2), None), None, 10);
    assert!(ok(others.await).is_empty());
    drop(reading);
    assert_eq!(unindexed(&storage, Some((id(1), 1))).await, [2, 3]);
    assert!(places(&storage, "one").await.is_empty());
    assert_eq!(index(&storage, 1, 2).await, 2);
    assert_eq!(unindexed(&storage, None).await, [3]);
    assert_eq!(places(&storage, "one").await, [1]);
    assert_eq!(index(&storage, 1, 2).await, 1);
    assert_eq!(index(&storage, 1, 2).await, 0);
    assert!(ok(snapshot(&storage).await.search().list_behind(10).await).is_empty());
    assert_eq!(places(&storage, "on").await, [3, 1]);
    assert_eq!(places(&storage, "three on").await, [3]);
    assert!(places(&storage, "ne").await.is_empty());
}

pub(super) async fn the_words_of_a_message_change_with_it(storage: Arc<dyn Storage>) {
    populate(&storage, 1, &[(1, &[1])]).await;
    send(&storage, &[said(1, 1, "old 東京都"), said(1, 2, "old")]).await;
    index(&storage, 1, 10).await;
    send(&storage, &[said(1, 3, "old")]).await;
    let mut transaction = begin(&storage).await;
    for seq in [1, 3] {
        let edited = said(1, seq, "new words");
        ok(transaction.messages().update(&edited).await);
    }
    let deleted = Message {
        text: String::new(),
        deleted_at_ms: Some(9_000),
        ..message(1, 2)
    };
    ok(transaction.messages().update(&deleted).await);
    commit_change(transaction).await;
    assert!(places(&storage, "old").await.is_empty());
    assert!(places(&storage, "東京").await.is_empty());
    assert_eq!(places(&storage, "words new").await, [1]);
    index(&storage, 1, 10).await;
    assert_eq!(places(&storage, "new").await, [3, 1]);
    let mut transaction = begin(&storage).await;
    ok(transaction
        .messages()
        .update(&said(1, 1, "new words"))
        .await);
    ok(transaction.messages().update(&said(1, 3, "?!")).await);
    commit_change(transaction).await;
    assert_eq!(places(&storage, "new").await, [1]);
}

pub(super) async fn a_list_never_ends_within_a_change(storage: Arc<dyn Storage>) {
    populate(&storage, 1, &[(1, &[1]), (2, &[1])]).await;
    let first = send(&storage, &[said(1, 1, "word"), said(1, 2, "word")]).await;
    let many = [said(2, 1, "word"), said(2, 2, "word"), said(1, 3, "word")];
    send(&storage, &many).await;
    for chat in [1, 2] {
        index(&storage, chat, 10).await;
    }
    let all = WordFilter {
        limit: 1,
        ..filter("word", &[1, 2])
    };
    let mut newest = find(&storage, &all).await;
    newest.sort_unstable();
    let mut wanted = [(id(2), 1), (id(2), 2), (id(1), 3)];
    wanted.sort_unstable();
    assert_eq!(newest, wanted);
    let older = WordFilter {
        up_to: Some(first),
        ..all
    };
    assert_eq!(find(&storage, &older).await.len(), 2);
    let one = filter("word", &[2]);
    assert_eq!(
        find(&storage, &one).await.len(),
        2,
        "of the chats asked for"
    );
    assert!(find(&storage, &filter("word", &[3])).await.is_empty());
}

pub(super) async fn what_is_found_is_narrowed_by_sender_and_time(storage: Arc<dyn Storage>) {
    populate(&storage, 2, &[(1, &[1, 2])]).await;
    let other = Message {
        sender_id: id(2),
        ..said(1, 2, "word")
    };
    send(&storage, &[said(1, 1, "word"), other, said(1, 3, "word")]).await;
    index(&storage, 1, 10).await;
    let all = filter("word", &[1]);
    let by_other = WordFilter {
        sender_id: Some(id(2)),
        ..all.clone()
    };
    assert_eq!(find(&storage, &by_other).await, [(id(1), 2)]);
    let between = WordFilter {
        since_ms: Some(5_001),
        before_ms: Some(5_002),
        ..all
    };
    assert_eq!(find(&storage, &between).await, [(id(1), 1)]);
}

pub(super) async fn an_index_that_is_cleared_is_filled_again(storage: Arc<dyn Storage>) {
    populate(&storage, 1, &[(1, &[1]), (2, &[1])]).await;
    send(&storage, &[said(1, 1, "word"), said(2, 1, "word")]).await;
    for chat in [1, 2] {
        index(&storage, chat, 10).await;
    }
    let mut transaction = begin(&storage).await;
    ok(transaction.search().clear().await);
    assert_eq!(commit(transaction).await, None);
    assert_eq!(unindexed(&storage, None).await, [1, 1]);
    assert!(find(&storage, &filter("word", &[1, 2])).await.is_empty());
    for chat in [2, 1] {
        assert_eq!(index(&storage, chat, 10).await, 1);
    }
    assert_eq!(find(&storage, &filter("word", &[1, 2])).await.len(), 2);
}
