//! Checks of the repository of blocks, and of what they mean for chats and lists of people.

use std::sync::Arc;

use relaychat_protocol::UserId;

use super::{
    begin, commit, ok,
    samples::{direct, id, user},
    snapshot,
};
use crate::{
    domain::{block::Block, chat::Apart, user::UserStatus},
    storage::{Storage, UserFilter},
};

fn block(blocker: u32, blocked: u32) -> Block {
    Block {
        blocker_id: id(blocker),
        blocked_id: id(blocked),
        created_at_ms: 1_000,
    }
}

pub(super) async fn a_block_is_there_once_and_found_from_both_sides(storage: Arc<dyn Storage>) {
    let mut transaction = begin(&storage).await;
    for (blocker, blocked) in [(1, 2), (1, 3), (2, 1), (4, 5)] {
        let added = transaction.blocks().insert(&block(blocker, blocked)).await;
        assert!(ok(added));
    }
    assert!(!ok(transaction.blocks().insert(&block(1, 2)).await));
    commit(transaction).await;
    let mut reading = snapshot(&storage).await;
    let listed = ok(reading.blocks().list(id(1), None, 9).await);
    assert_eq!(listed, [block(1, 2), block(1, 3)]);
    let second = ok(reading.blocks().list(id(1), Some(id(2)), 1).await);
    assert_eq!(second, [block(1, 3)]);
    let mut about = ok(reading.blocks().list_about(&[id(1), id(9)]).await);
    let mut expected = [block(1, 2), block(1, 3), block(2, 1)];
    for blocks in [&mut about[..], &mut expected] {
        blocks.sort_by_key(|block| (block.blocker_id, block.blocked_id));
    }
    assert_eq!(about, expected);
    assert!(ok(reading.blocks().exists(id(2), id(1)).await));
    assert!(!ok(reading.blocks().exists(id(3), id(1)).await));
    drop(reading);
    let mut transaction = begin(&storage).await;
    assert!(ok(transaction.blocks().remove(id(1), id(2)).await));
    assert!(!ok(transaction.blocks().remove(id(1), id(2)).await));
    ok(transaction.blocks().remove_all(id(1)).await);
    commit(transaction).await;
    let mut reading = snapshot(&storage).await;
    let about = ok(reading.blocks().list_about(&[id(1)]).await);
    assert_eq!(about, [block(2, 1)], "what others block stays theirs");
}

pub(super) async fn whoever_blocks_is_not_found_by_the_blocked(storage: Arc<dyn Storage>) {
    let mut transaction = begin(&storage).await;
    for number in [1, 2, 3] {
        ok(transaction.users().insert(&user(number)).await);
    }
    ok(transaction.blocks().insert(&block(1, 2)).await);
    commit(transaction).await;
    let mut reading = snapshot(&storage).await;
    let mut found = async |viewer: UserId| {
        let filter = UserFilter {
            viewer,
            is_limited_to_contacts: false,
            name_contains: None,
            email: None,
            after: None,
            limit: 9,
        };
        let users = ok(reading.users().list(&filter).await);
        let mut ids: Vec<UserId> = users.iter().map(|user| user.id).collect();
        ids.sort();
        ids
    };
    assert_eq!(found(id(2)).await, [id(3)]);
    assert_eq!(found(id(1)).await, [id(2), id(3)]);
}

pub(super) async fn a_chat_of_two_knows_what_keeps_them_apart(storage: Arc<dyn Storage>) {
    let mut transaction = begin(&storage).await;
    let mut people = [user(1), user(2)];
    for person in &people {
        ok(transaction.users().insert(person).await);
    }
    let mut chat = direct(1, 1, 2);
    ok(transaction.chats().insert(&chat).await);
    let members = [1, 2].map(|number| super::samples::member(1, number));
    ok(transaction.members().upsert_many(&members).await);
    chat.apart.is_blocked_by_high = true;
    ok(transaction.chats().update_apart(&chat).await);
    people[0].status = UserStatus::Disabled;
    ok(transaction.users().update(&people[0]).await);
    ok(transaction.chats().update_gone(id(1)).await);
    commit(transaction).await;
    let mut reading = snapshot(&storage).await;
    let expected = Apart {
        is_blocked_by_low: false,
        is_blocked_by_high: true,
        is_one_gone: true,
    };
    let found = ok(reading.chats().find_many(&[id(1)]).await);
    assert_eq!(found[0].apart, expected);
    drop(reading);
    let mut transaction = begin(&storage).await;
    people[0].status = UserStatus::Active;
    ok(transaction.users().update(&people[0]).await);
    ok(transaction.chats().update_gone(id(2)).await);
    commit(transaction).await;
    let mut reading = snapshot(&storage).await;
    let found = ok(reading.chats().find_many(&[id(1)]).await);
    assert!(!found[0].apart.is_one_gone && found[0].apart.is_blocked());
}
