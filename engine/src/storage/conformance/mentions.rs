//! Checks of mentions.

use std::sync::Arc;

use relaychat_protocol::{ChatId, UserId};

use super::{
    begin, commit_change, ok,
    samples::{id, member, message, populate},
    snapshot,
};
use crate::{
    domain::{
        member::{Advance, Member},
        message::{Mentions, Message},
    },
    storage::Storage,
};

fn mentions(users: &[u32], is_everyone: bool) -> Mentions {
    Mentions {
        user_ids: users.iter().copied().map(id).map(UserId).collect(),
        is_everyone,
    }
}

/// Three people; four messages, which mention nobody, the second, the third, and everyone.
async fn start(storage: &Arc<dyn Storage>) {
    populate(storage, 3, &[(1, &[1, 2, 3])]).await;
    let meant = [
        mentions(&[], false),
        mentions(&[2], false),
        mentions(&[2, 3], false),
        mentions(&[2], true),
    ];
    let sent: Vec<Message> = (1..)
        .zip(meant)
        .map(|(seq, mentions)| Message {
            mentions,
            ..message(1, seq)
        })
        .collect();
    let mut transaction = begin(storage).await;
    ok(transaction.messages().insert_many(&sent).await);
    commit_change(transaction).await;
}

async fn unread(storage: &Arc<dyn Storage>, user: u32) -> Vec<u64> {
    let mut reading = snapshot(storage).await;
    let chats: [ChatId; 2] = [id(1), id(2)];
    let found = ok(reading.mentions().list_unread(id(user), &chats).await);
    found.into_iter().map(|(_, seq)| seq).collect()
}

async fn read(storage: &Arc<dyn Storage>, seq: u32) -> Message {
    let mut reading = snapshot(storage).await;
    let found = reading.messages().find_many(&[message(1, seq).id]).await;
    ok(found).pop().expect("the message")
}

pub(super) async fn mentions_are_unread_above_the_read_mark(storage: Arc<dyn Storage>) {
    start(&storage).await;
    assert_eq!(unread(&storage, 2).await, [2, 3, 4]);
    assert_eq!(unread(&storage, 3).await, [3, 4]);
    assert_eq!(read(&storage, 4).await.mentions, mentions(&[2], true));
    let mut transaction = begin(&storage).await;
    let advance = Advance {
        delivered_seq: 3,
        read_seq: 3,
        read_count: 3,
        at_ms: 1,
        is_told: true,
    };
    let reader = member(1, 2);
    let reader = Member {
        watermarks: reader.watermarks.advanced(advance),
        ..reader
    };
    ok(transaction.members().advance_many(&[reader]).await);
    commit_change(transaction).await;
    assert_eq!(unread(&storage, 2).await, [4]);
}

pub(super) async fn mentions_follow_edits_and_go_with_their_message(storage: Arc<dyn Storage>) {
    start(&storage).await;
    let mut transaction = begin(&storage).await;
    let other = mentions(&[3], false);
    ok(transaction.mentions().replace((id(1), 2), &other).await);
    ok(transaction.messages().update(&message(1, 2)).await);
    let deleted = read(&storage, 4).await.deleted(9, 9);
    ok(transaction.messages().update(&deleted).await);
    commit_change(transaction).await;
    assert_eq!(read(&storage, 2).await.mentions, other);
    assert_eq!(read(&storage, 4).await.mentions, Mentions::default());
    assert_eq!(unread(&storage, 2).await, [3]);
    assert_eq!(unread(&storage, 3).await, [2, 3]);
}
