//! The promises of a [`Store`] as checks, for every store there is, an application's own too.
//!
//! ```
//! # use std::sync::Arc;
//! # use relaychat_sdk::store::{MemoryStore, conformance};
//! # async fn a_test() {
//! conformance::check_all(|| Arc::new(MemoryStore::default())).await;
//! # }
//! ```
//!
//! What cannot be checked from outside, that a crash leaves a write done or undone, is the store's
//! own to prove.

use std::sync::Arc;

use relaychat_protocol::{
    ChatId, UserId,
    rest::{
        chats::{Chat, ChatInfo, ChatKind, Member, Role, Watermarks},
        users::{Me, User},
    },
};
use uuid::Uuid;

use super::{Changes, Head, Kept, KeptChat, Store};

/// Runs all checks, each on an empty store of its own.
///
/// # Panics
/// When a promise is not kept.
pub async fn check_all(make: impl Fn() -> Arc<dyn Store>) {
    an_empty_store_loads_nothing(&*make()).await;
    what_was_written_is_loaded(&*make()).await;
    a_later_write_replaces_what_it_names_and_leaves_the_rest(&*make()).await;
    a_repeated_write_changes_nothing(&*make()).await;
    a_removed_chat_is_gone_and_an_unknown_one_is_no_error(&*make()).await;
    replacing_the_chats_forgets_those_before_and_no_person(&*make()).await;
    a_cleared_store_is_empty_and_can_be_used_again(&*make()).await;
}

/// Nothing was written.
///
/// # Panics
/// When something is loaded.
pub async fn an_empty_store_loads_nothing(store: &dyn Store) {
    assert_eq!(loaded(store).await, None);
}

/// What a write was given comes back: the head, every chat, every person.
///
/// # Panics
/// When it does not.
pub async fn what_was_written_is_loaded(store: &dyn Store) {
    let changes = changes("first", &[1, 2]);
    write(store, &changes).await;
    let kept = loaded(store).await.expect("it was written");
    assert_eq!(kept.head, changes.head);
    assert_eq!(kept.chats, changes.chats);
    assert_eq!(kept.users, changes.users);
}

/// Chats and people a write does not name stay as they are.
///
/// # Panics
/// When they do not.
pub async fn a_later_write_replaces_what_it_names_and_leaves_the_rest(store: &dyn Store) {
    let first = changes("first", &[1, 2]);
    write(store, &first).await;
    let mut second = changes("second", &[2]);
    second.chats[0].chat.info.version = 9;
    second.chats[0].unconfirmed_read_seq = None;
    "Renamed".clone_into(&mut second.users[0].name);
    write(store, &second).await;
    let kept = loaded(store).await.expect("it was written");
    assert_eq!(kept.head, second.head);
    assert_eq!(
        kept.chats,
        [first.chats[0].clone(), second.chats[0].clone()]
    );
    assert_eq!(
        kept.users,
        [first.users[0].clone(), second.users[0].clone()]
    );
}

/// The same changes twice are the same as once.
///
/// # Panics
/// When they are not.
pub async fn a_repeated_write_changes_nothing(store: &dyn Store) {
    let mut changes = changes("first", &[1, 2]);
    changes.removed_chat_ids.push(ChatId(Uuid::from_u128(3)));
    write(store, &changes).await;
    let once = loaded(store).await;
    write(store, &changes).await;
    assert_eq!(loaded(store).await, once);
}

/// Removing a chat forgets this chat.
///
/// # Panics
/// When it forgets another, or none.
pub async fn a_removed_chat_is_gone_and_an_unknown_one_is_no_error(store: &dyn Store) {
    let first = changes("first", &[1, 2]);
    write(store, &first).await;
    let mut second = changes("second", &[]);
    second.removed_chat_ids = [1, 7].map(|number| ChatId(Uuid::from_u128(number))).into();
    write(store, &second).await;
    let kept = loaded(store).await.expect("it was written");
    assert_eq!(kept.chats, first.chats[1..]);
    assert_eq!(kept.users, first.users);
}

/// After a snapshot only its chats are left; people are only ever added.
///
/// # Panics
/// When that is not so.
pub async fn replacing_the_chats_forgets_those_before_and_no_person(store: &dyn Store) {
    write(store, &changes("first", &[1, 2])).await;
    let mut second = changes("second", &[3]);
    second.replaces_chats = true;
    write(store, &second).await;
    let kept = loaded(store).await.expect("it was written");
    assert_eq!(kept.chats, second.chats);
    assert_eq!(kept.users, changes("", &[1, 2, 3]).users);
}

/// Clearing leaves nothing of what was kept, not even later.
///
/// # Panics
/// When something is left.
pub async fn a_cleared_store_is_empty_and_can_be_used_again(store: &dyn Store) {
    for token in ["first", "second"] {
        store.clear().await.expect("it clears");
        assert_eq!(loaded(store).await, None);
        let number = if token == "first" { 1 } else { 2 };
        write(store, &changes(token, &[number])).await;
        let kept = loaded(store).await.expect("it was written");
        assert_eq!((kept.chats.len(), kept.users.len()), (1, 1));
    }
}

/// Chats and people with these numbers, for checks.
pub(super) fn changes(token: &str, numbers: &[u128]) -> Changes {
    Changes {
        head: Head {
            me: Me {
                user: user(100),
                email: Some("alice@example.com".to_owned()),
                is_new: false,
            },
            token: token.to_owned(),
            next_chats_cursor: Some(format!("after {token}")),
        },
        replaces_chats: false,
        chats: numbers.iter().map(|number| kept_chat(*number)).collect(),
        removed_chat_ids: Vec::new(),
        users: numbers.iter().map(|number| user(*number)).collect(),
    }
}

fn user(number: u128) -> User {
    User {
        id: UserId(Uuid::from_u128(number)),
        name: format!("Person {number}"),
        avatar_url: None,
        revision: 1,
    }
}

fn kept_chat(number: u128) -> KeptChat {
    let member = |number| Member {
        user_id: UserId(Uuid::from_u128(number)),
        role: Role::Member,
        joined_at_ms: 1,
        watermarks: Watermarks::default(),
    };
    KeptChat {
        chat: Chat {
            info: ChatInfo {
                id: ChatId(Uuid::from_u128(number)),
                kind: ChatKind::Direct,
                name: None,
                host_key: None,
                created_at_ms: 1,
                last_activity_at_ms: 2,
                version: 3,
                last_seq: 2,
                message_count: 2,
                member_count: 2,
            },
            me: member(100),
            unread_count: 2,
            last_message: None,
            members: vec![member(number)],
        },
        unconfirmed_read_seq: Some(1),
    }
}

async fn write(store: &dyn Store, changes: &Changes) {
    store.write(changes).await.expect("it writes");
}

/// What is kept, in an order that can be compared.
async fn loaded(store: &dyn Store) -> Option<Kept> {
    let mut kept = store.load().await.expect("it loads")?;
    kept.chats.sort_by_key(|kept| kept.chat.info.id);
    kept.users.sort_by_key(|user| user.id);
    Some(kept)
}
