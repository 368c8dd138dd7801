//! Checks of reactions.

use std::sync::Arc;

use relaychat_protocol::{ChatId, UserId};

use super::{
    begin, commit_change, ok,
    samples::{id, message, populate},
    snapshot,
};
use crate::{
    domain::message::{Message, Reaction, UserReaction},
    storage::Storage,
};

fn reaction(user: u32, emoji: &str) -> UserReaction {
    UserReaction {
        emoji: emoji.to_owned(),
        user_id: id(user),
        reacted_at_ms: i64::from(user),
    }
}

fn place(seq: u64) -> (ChatId, u64) {
    (id(1), seq)
}

/// Reacts in a transaction of its own, as the engine does; tells whether it changed anything.
async fn react(storage: &Arc<dyn Storage>, seq: u32, user: u32, emoji: &str) -> bool {
    let mut transaction = begin(storage).await;
    let given = reaction(user, emoji);
    let inserted = transaction
        .reactions()
        .insert(place(u64::from(seq)), &given);
    let is_new = ok(inserted.await);
    ok(transaction.messages().update(&message(1, seq)).await);
    commit_change(transaction).await;
    is_new
}

async fn read(storage: &Arc<dyn Storage>, seq: u32) -> Message {
    let mut reading = snapshot(storage).await;
    let found = reading.messages().find_many(&[message(1, seq).id]).await;
    ok(found).pop().expect("the message")
}

fn shown(emoji: &str, count: u64, users: impl IntoIterator<Item = u32>) -> Reaction {
    Reaction {
        emoji: emoji.to_owned(),
        count,
        user_ids: users.into_iter().map(id).map(UserId).collect(),
    }
}

async fn start(storage: &Arc<dyn Storage>) {
    populate(storage, 1, &[(1, &[1])]).await;
    let mut transaction = begin(storage).await;
    let sent = [message(1, 1), message(1, 2)];
    ok(transaction.messages().insert_many(&sent).await);
    commit_change(transaction).await;
}

pub(super) async fn a_reaction_is_there_once(storage: Arc<dyn Storage>) {
    start(&storage).await;
    assert!(react(&storage, 1, 3, "👍").await);
    assert!(!react(&storage, 1, 3, "👍").await);
    assert!(react(&storage, 1, 3, "❤️").await);
    assert!(react(&storage, 1, 2, "👍").await);
    assert!(react(&storage, 2, 2, "👍").await);
    let expected = [shown("👍", 2, [3, 2]), shown("❤️", 1, [3])];
    assert_eq!(read(&storage, 1).await.reactions, expected);
    for is_there in [true, false] {
        let mut transaction = begin(&storage).await;
        let removed = transaction.reactions().remove(place(1), "👍", id(3)).await;
        assert_eq!(ok(removed), is_there);
        ok(transaction.messages().update(&message(1, 1)).await);
        commit_change(transaction).await;
    }
    let expected = [shown("❤️", 1, [3]), shown("👍", 1, [2])];
    assert_eq!(read(&storage, 1).await.reactions, expected);
    assert_eq!(read(&storage, 2).await.reactions, [shown("👍", 1, [2])]);
}

pub(super) async fn a_message_names_the_first_and_counts_all(storage: Arc<dyn Storage>) {
    start(&storage).await;
    for user in 1..=60 {
        react(&storage, 1, user, "👍").await;
    }
    react(&storage, 1, 60, "🎉").await;
    let expected = [shown("👍", 60, 1..=50), shown("🎉", 1, [60])];
    assert_eq!(read(&storage, 1).await.reactions, expected);
    assert_eq!(read(&storage, 2).await.reactions, []);
}

pub(super) async fn pages_of_reactions_have_no_holes_and_no_repeats(storage: Arc<dyn Storage>) {
    start(&storage).await;
    let mut transaction = begin(&storage).await;
    for user in 1..=7 {
        let given = reaction(user, "👍");
        ok(transaction.reactions().insert(place(1), &given).await);
    }
    commit_change(transaction).await;
    for user in [9, 8] {
        react(&storage, 1, user, "👍").await;
        react(&storage, 1, user, "🎉").await;
    }
    let mut reading = snapshot(&storage).await;
    for limit in [1, 4, 9, 10] {
        let (mut after, mut listed) = (None, Vec::new());
        loop {
            let reactions = reading.reactions();
            let page = ok(reactions.list(place(1), "👍", after, limit).await);
            let Some(last) = page.last() else { break };
            after = Some((last.change, last.value.user_id));
            listed.extend(page.into_iter().map(|row| row.value));
        }
        // Those of one commit by person, for they came at once.
        let mut expected: Vec<_> = (1..=7).map(|user| reaction(user, "👍")).collect();
        expected.sort_by_key(|one| one.user_id);
        expected.extend([9, 8].map(|user| reaction(user, "👍")));
        assert_eq!(listed, expected, "pages of {limit}");
    }
}
