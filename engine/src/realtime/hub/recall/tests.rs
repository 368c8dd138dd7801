//! Who comes back without storage, and who must not.

use super::*;
use crate::{
    domain::event::Event,
    realtime::hub::tests::{
        ANN, BOB, CHAT, added, caller, hub, publish, removed, said, user, waiting,
    },
};

/// What storage says of Bob in his chat, to whom nothing happened from a number on.
fn reading(change: u64, quiet_from: u64) -> Reading {
    Reading {
        me: user(BOB),
        chat_ids: vec![CHAT],
        change,
        quiet_from,
    }
}

/// Bob comes back, having seen everything up to a number: his chats, if he needs no storage.
fn back(hub: &Hub, seen: u64, newest: u64) -> Option<Vec<ChatId>> {
    let outbox = hub.register(caller(BOB, 7));
    let resumed = hub.resume(&outbox, seen, newest);
    let chats = resumed.map(|resumed| {
        hub.go_live(&outbox, &resumed.chat_ids, true);
        let hears = |chat_id| {
            hub.lock().chats[chat_id]
                .iter()
                .any(|other| other.id == outbox.id)
        };
        assert!(resumed.chat_ids.iter().all(hears));
        resumed.chat_ids
    });
    hub.deregister(&outbox, 0);
    chats
}

fn comes_back(hub: &Hub, seen: u64, newest: u64) -> bool {
    back(hub, seen, newest).is_some()
}

#[tokio::test]
async fn who_has_missed_nothing_comes_back_without_storage() {
    let hub = hub();
    publish(&hub, 5, Vec::new());
    assert!(!comes_back(&hub, 5, 5), "nobody has read of him yet");
    hub.remember(reading(5, 5));
    assert!(comes_back(&hub, 5, 5));
    publish(&hub, 6, Vec::new());
    assert!(comes_back(&hub, 5, 6), "it did not concern him");
    assert!(!comes_back(&hub, 4, 6), "before what was read");
    assert!(!comes_back(&hub, 7, 6), "from the future");
    publish(&hub, 7, vec![said(1)]);
    assert!(!comes_back(&hub, 6, 7), "he has missed a message");
    assert!(comes_back(&hub, 7, 7));
}

#[tokio::test]
async fn what_did_not_pass_here_is_asked_of_storage() {
    let hub = hub();
    publish(&hub, 5, Vec::new());
    hub.remember(reading(5, 5));
    assert!(!comes_back(&hub, 5, 6), "another node has committed");
    publish(&hub, 6, Vec::new());
    assert!(comes_back(&hub, 5, 6), "now it was told");
    publish(&hub, 8, Vec::new());
    assert!(!comes_back(&hub, 8, 8), "who knows what 7 was");
    hub.remember(reading(6, 6));
    assert!(!comes_back(&hub, 8, 8), "read before it");
    hub.remember(reading(8, 8));
    assert!(comes_back(&hub, 8, 8));
    publish(&hub, 7, vec![said(1)]);
    assert!(!comes_back(&hub, 8, 8), "out of order");
}

#[tokio::test]
async fn memberships_are_those_after_everything_that_was_told() {
    let hub = hub();
    publish(&hub, 1, Vec::new());
    hub.remember(reading(1, 1));
    publish(&hub, 2, vec![removed(BOB)]);
    assert_eq!(back(&hub, 1, 2), None, "he has to hear of it");
    assert_eq!(back(&hub, 2, 2), Some(Vec::new()), "he has heard of it");
    publish(&hub, 3, vec![added(BOB)]);
    assert_eq!(back(&hub, 2, 3), None);
    assert_eq!(back(&hub, 3, 3), Some(vec![CHAT]));
    publish(&hub, 4, vec![removed(ANN)]);
    hub.remember(reading(3, 3));
    assert_eq!(
        back(&hub, 4, 4),
        Some(vec![CHAT]),
        "what was known before stays"
    );
}

#[tokio::test]
async fn a_profile_that_changed_is_read_anew() {
    let hub = hub();
    publish(&hub, 3, Vec::new());
    hub.remember(reading(3, 3));
    let renamed = Event::UserUpdated {
        user: user(BOB),
        chat_ids: vec![CHAT],
    };
    publish(&hub, 4, vec![renamed]);
    assert!(!comes_back(&hub, 4, 4), "his own name");
    hub.remember(reading(3, 3));
    assert!(!comes_back(&hub, 4, 4), "that was read before");
    hub.remember(reading(4, 4));
    assert!(comes_back(&hub, 4, 4));
}

#[tokio::test]
async fn what_was_read_ahead_of_what_was_told_holds_when_that_is_told() {
    let hub = hub();
    publish(&hub, 8, Vec::new());
    hub.remember(reading(11, 11));
    assert!(!comes_back(&hub, 8, 8), "storage knows more");
    // He was taken out and put in again, and 11 was a message: all of it was read already.
    publish(&hub, 9, vec![removed(BOB)]);
    publish(&hub, 10, vec![added(BOB)]);
    assert!(!comes_back(&hub, 9, 10) && !comes_back(&hub, 10, 10));
    publish(&hub, 11, vec![said(1)]);
    assert!(!comes_back(&hub, 10, 11), "he has missed a message");
    assert_eq!(back(&hub, 11, 11), Some(vec![CHAT]));
}

#[tokio::test]
async fn what_was_quiet_until_it_was_read_was_quiet_for_all_of_it() {
    let hub = hub();
    publish(&hub, 20, Vec::new());
    hub.remember(reading(20, 8));
    assert!(!comes_back(&hub, 7, 20));
    assert!(comes_back(&hub, 8, 20));
}

#[tokio::test]
async fn who_has_very_many_chats_asks_storage() {
    let hub = hub();
    publish(&hub, 1, Vec::new());
    let others = |count: usize| {
        (0..count).map(|number| ChatId(uuid::Uuid::from_u128(number as u128 + 1_000)))
    };
    let in_chats = |count| Reading {
        chat_ids: others(count).collect(),
        ..reading(1, 1)
    };
    hub.remember(in_chats(CHATS_EACH + 1));
    assert!(!comes_back(&hub, 1, 1));
    hub.remember(in_chats(CHATS_EACH));
    assert!(comes_back(&hub, 1, 1));
    publish(&hub, 2, vec![added(BOB)]);
    assert!(!comes_back(&hub, 2, 2), "one more");
}

#[tokio::test]
async fn a_socket_that_came_back_hears_what_comes_next() {
    let hub = hub();
    publish(&hub, 1, Vec::new());
    hub.remember(reading(1, 1));
    let bob = hub.register(caller(BOB, 7));
    let resumed = hub.resume(&bob, 1, 1).expect("has missed nothing");
    publish(&hub, 2, vec![said(1)]);
    publish(&hub, 3, vec![removed(BOB)]);
    publish(&hub, 4, vec![said(2)]);
    hub.go_live(&bob, &resumed.chat_ids, true);
    assert_eq!(waiting(&bob), ["1", "chat_removed"], "and nothing after");
    assert!(!hub.lock().chats.contains_key(&CHAT));
}

#[test]
fn a_full_map_drops_the_older_half() {
    let mut map = Generations::default();
    for key in 0..5 {
        assert_eq!(map.insert(key, key, 2), key == 2 || key == 4);
    }
    let kept: Vec<_> = (0..5).filter_map(|key| map.get(&key).copied()).collect();
    assert_eq!(kept, [2, 3, 4]);
    assert!(!map.insert(4, 9, 2) && map.get(&4) == Some(&9));
}

#[tokio::test]
async fn chats_that_are_too_many_are_certain_only_since_they_are_known() {
    let mut recall = Recall::default();
    let chat_id = |number: usize| ChatId(uuid::Uuid::from_u128(number as u128));
    for number in 0..=2 * CHATS {
        let change = number as u64 + 1;
        recall.begin(change, change - 1);
        recall.chat(chat_id(number));
    }
    let published = 2 * CHATS as u64 + 1;
    let known_at = |recall: &mut Recall, change, number| {
        let reading = Reading {
            chat_ids: vec![chat_id(number)],
            ..reading(change, change)
        };
        recall.remember(reading, Vec::new());
        recall.find_quiet(BOB, change, published).is_some()
    };
    let since = CHATS as u64 + 1;
    assert!(!known_at(&mut recall, since - 1, 3), "too long ago");
    assert!(known_at(&mut recall, since, 3));
    assert!(
        !known_at(&mut recall, since, 2 * CHATS),
        "the newest of all"
    );
}
