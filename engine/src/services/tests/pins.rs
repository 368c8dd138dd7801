//! Pinning: who may, what it changes, and how many.

use relaychat_protocol::{ErrorCode, MessageId, rest::chats::Role};

use super::*;
use crate::{domain::chat::GroupChange, limits::PINS_PER_CHAT, services::ServiceError};

type Place = (ChatId, MessageId);

async fn pin(
    harness: &Harness,
    who: Caller,
    place: Place,
    is_pinned: bool,
) -> Result<Message, ServiceError> {
    harness.services.pin_message(who, place, is_pinned).await
}

async fn said(harness: &Harness, who: Caller, chat: ChatId) -> Place {
    (chat, harness.say(who, chat, "Meet at noon").await.id)
}

async fn pins(harness: &Harness, who: Caller, chat: ChatId) -> Vec<MessageId> {
    let listed = harness.services.list_pins(who, chat).await;
    let messages = listed.expect("lists").0;
    messages.iter().map(|message| message.id).collect()
}

#[track_caller]
fn refused<T: std::fmt::Debug>(result: Result<T, ServiceError>, code: ErrorCode) {
    assert_eq!(result.expect_err("refused").code, code);
}

#[tokio::test]
async fn pinning_is_one_step_and_again_is_none() {
    let harness = Harness::new().await;
    let (ann, bob) = (harness.person("ann").await, harness.person("bob").await);
    let chat = harness.direct_chat(ann, bob).await;
    let place = said(&harness, ann, chat).await;
    let before = harness.services.get_chat(bob, chat).await.expect("sees").0;
    harness.clock.advance_ms(SECOND_MS);
    harness.events.take();
    let pinned = pin(&harness, bob, place, true).await.expect("pins");
    assert_eq!(pinned.pinned_at_ms, Some(harness.clock.now_ms()));
    assert_eq!((pinned.version, pinned.seq), (before.chat.version + 1, 1));
    let told = harness.events.take();
    assert!(
        matches!(&told[..], [Event::MessageUpdated { message }] if *message == pinned),
        "{told:?}"
    );
    harness.clock.advance_ms(SECOND_MS);
    let again = pin(&harness, ann, place, true).await;
    assert_eq!(again.expect("keeps its time"), pinned);
    assert!(harness.events.take().is_empty());
    let after = harness.services.get_chat(bob, chat).await.expect("sees").0;
    assert_eq!(after.unread_count(), before.unread_count());
    assert_eq!(
        after.chat.last_activity_at_ms,
        before.chat.last_activity_at_ms
    );
    for _ in 0..2 {
        let unpinned = pin(&harness, ann, place, false).await.expect("unpins");
        assert_eq!(
            (unpinned.pinned_at_ms, unpinned.version),
            (None, pinned.version + 1)
        );
    }
    assert_eq!(pins(&harness, bob, chat).await, []);
}

#[tokio::test]
async fn the_one_that_was_pinned_last_is_in_front_and_a_deleted_one_is_gone() {
    let harness = Harness::new().await;
    let (ann, bob) = (harness.person("ann").await, harness.person("bob").await);
    let chat = harness.direct_chat(ann, bob).await;
    let mut places = Vec::new();
    for _ in 0..3 {
        places.push(said(&harness, ann, chat).await);
    }
    for place in [2, 0, 1] {
        harness.clock.advance_ms(SECOND_MS);
        let pinned = pin(&harness, bob, places[place], true).await;
        pinned.expect("pins");
    }
    let expected = [places[1].1, places[0].1, places[2].1];
    assert_eq!(pins(&harness, ann, chat).await, expected);
    let named = harness
        .services
        .list_pins(bob, chat)
        .await
        .expect("lists")
        .1;
    assert_eq!(
        named.iter().map(|user| user.id).collect::<Vec<_>>(),
        [ann.user_id]
    );
    let edited = harness
        .services
        .edit_message(ann, places[0], worded("At one"));
    assert!(edited.await.expect("edits").pinned_at_ms.is_some());
    let deleted = harness.services.delete_message(ann, places[1]).await;
    assert_eq!(deleted.expect("deletes").pinned_at_ms, None);
    assert_eq!(pins(&harness, ann, chat).await, expected[1..]);
    for is_pinned in [true, false] {
        let again = pin(&harness, ann, places[1], is_pinned).await;
        refused(again, ErrorCode::MessageDeleted);
    }
    let stranger = harness.person("eve").await;
    let looked = harness.services.list_pins(stranger, chat).await;
    refused(looked, ErrorCode::NotFound);
    refused(
        pin(&harness, stranger, places[0], true).await,
        ErrorCode::NotFound,
    );
    let nowhere = (chat, MessageId(unknown()));
    refused(pin(&harness, ann, nowhere, true).await, ErrorCode::NotFound);
    let elsewhere = (harness.group(ann, &[bob]).await, places[0].1);
    refused(
        pin(&harness, ann, elsewhere, true).await,
        ErrorCode::NotFound,
    );
}

#[tokio::test]
async fn a_group_says_who_pins() {
    let harness = Harness::new().await;
    let (owner, member) = (
        harness.person("owner").await,
        harness.person("member").await,
    );
    let group = harness.group(owner, &[member]).await;
    let place = said(&harness, member, group).await;
    refused(
        pin(&harness, member, place, true).await,
        ErrorCode::Forbidden,
    );
    pin(&harness, owner, place, true)
        .await
        .expect("the owner may");
    refused(
        pin(&harness, member, place, false).await,
        ErrorCode::Forbidden,
    );
    let change = GroupChange {
        pin_role: Some(Role::Member),
        ..GroupChange::default()
    };
    let changed = harness.services.update_chat(owner, group, change);
    changed.await.expect("opened");
    pin(&harness, member, place, false)
        .await
        .expect("everybody may");
}

#[tokio::test]
async fn nothing_is_pinned_between_two_who_are_apart() {
    let harness = Harness::new().await;
    let (ann, bob) = (harness.person("ann").await, harness.person("bob").await);
    let chat = harness.direct_chat(ann, bob).await;
    let place = said(&harness, ann, chat).await;
    let blocked = harness.services.block(ann, bob.user_id).await;
    blocked.expect("blocks");
    refused(
        pin(&harness, ann, place, true).await,
        ErrorCode::BlockedByYou,
    );
    refused(
        pin(&harness, bob, place, true).await,
        ErrorCode::Unreachable,
    );
    assert_eq!(pins(&harness, bob, chat).await, []);
}

#[tokio::test]
async fn of_many_who_want_the_last_place_one_gets_it() {
    let harness = Harness::new().await;
    let (ann, bob) = (harness.person("ann").await, harness.person("bob").await);
    let chat = harness.direct_chat(ann, bob).await;
    let mut places = Vec::new();
    for _ in 0..PINS_PER_CHAT + 3 {
        places.push(said(&harness, ann, chat).await);
    }
    let (first, racing) = places.split_at(PINS_PER_CHAT as usize - 1);
    for place in first {
        let pinned = pin(&harness, ann, *place, true).await;
        pinned.expect("has room");
    }
    let racing = racing.iter().map(|place| pin(&harness, bob, *place, true));
    let told = futures_util::future::join_all(racing).await;
    let codes: Vec<_> = told
        .iter()
        .filter_map(|one| one.as_ref().err())
        .map(|error| error.code)
        .collect();
    assert_eq!(codes, [ErrorCode::TooManyPins; 3]);
    let again = pin(&harness, ann, first[0], true).await;
    again.expect("is pinned already");
    pin(&harness, ann, first[0], false).await.expect("unpins");
    pin(&harness, ann, first[0], true)
        .await
        .expect("has room again");
    let listed = pins(&harness, bob, chat).await;
    assert_eq!(listed.len(), PINS_PER_CHAT as usize);
}
