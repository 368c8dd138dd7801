//! Somebody is blocked and let in again: who may write then, what they see, and the own devices.

use relaychat_engine::test_support::TestEngine;
use relaychat_sdk::{
    ConnectionState, Observable, User,
    protocol::{ChatId, UserId},
};
use reqwest::Method;

use crate::support::{Person, in_time, two_people, until};

type Blocked = Observable<Option<Vec<std::sync::Arc<User>>>>;

/// Waits until these are blocked, in any order, and shown in that of their ids.
async fn shows(blocked: &Blocked, wanted: &[&Person]) {
    let mut wanted: Vec<UserId> = wanted.iter().map(|person| person.id()).collect();
    wanted.sort();
    let is_shown = |now: &Option<Vec<std::sync::Arc<User>>>| {
        let now = now.iter().flatten();
        let named = now.filter(|user| !user.name.is_empty());
        named.map(|user| user.id).eq(wanted.iter().copied())
    };
    until(blocked, |now| now.is_some() && is_shown(now)).await;
}

/// With what code a message is refused, if it is.
async fn send(person: &Person, chat_id: ChatId) -> Option<&'static str> {
    let sent = person.client.chat(chat_id).send("Hello?");
    let told = in_time(sent.delivered()).await;
    if told.is_err() {
        sent.cancel();
    }
    told.err().map(|error| error.code)
}

/// Sets a block without any client.
async fn set_block(engine: &TestEngine, by: &Person, whom: &Person, method: Method) {
    let path = format!("/v1/me/blocks/{}", whom.id());
    let token = by.access_token();
    let told = engine.call::<serde_json::Value>(method, &path, Some(&token), None::<&()>);
    told.await.expect("it is done");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_crosses_until_the_block_is_taken_back() {
    let (engine, ann, bob, chat_id) = two_people().await;
    let other = ann.on_another_device(&engine).await;
    let (people, there) = (ann.client.people(), other.client.people());
    let (here, there) = (people.blocked(), there.blocked());
    shows(&here, &[]).await;
    shows(&there, &[]).await;
    let (of_bob, of_ann) = (people.presence(bob.id()), bob.client.people());
    let of_ann = of_ann.presence(ann.id());
    for watch in [&of_bob, &of_ann] {
        until(&watch.observable(), |now| {
            now.is_some_and(|now| now.is_online)
        })
        .await;
    }
    assert_eq!(send(&bob, chat_id).await, None);

    people.block(bob.id()).await.expect("he is blocked");
    let now = here.get();
    assert_eq!(now.iter().flatten().count(), 1, "it is shown on return");
    shows(&there, &[&bob]).await;
    assert_eq!(send(&bob, chat_id).await, Some("unreachable"));
    assert_eq!(send(&ann, chat_id).await, Some("blocked_by_you"));
    for watch in [&of_bob, &of_ann] {
        until(&watch.observable(), |now| {
            now.is_some_and(|now| !now.is_online)
        })
        .await;
    }
    shows(&bob.client.people().blocked(), &[]).await;

    people.unblock(bob.id()).await.expect("it is taken back");
    people.unblock(bob.id()).await.expect("twice is once");
    assert_eq!(here.get().iter().flatten().count(), 0);
    shows(&there, &[]).await;
    assert_eq!(send(&bob, chat_id).await, None);
    assert_eq!(send(&ann, chat_id).await, None);
    until(&of_bob.observable(), |now| {
        now.is_some_and(|now| now.is_online)
    })
    .await;
    let herself = people.block(ann.id()).await;
    assert_eq!(herself.expect_err("no").code, "validation_failed");
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_was_away_shows_who_is_blocked_now() {
    let (engine, ann, bob, _) = two_people().await;
    let cem = Person::log_in(&engine, "cem@example.com").await;
    let blocked = ann.client.people().blocked();
    shows(&blocked, &[]).await;
    let people = ann.client.people();
    people.block(bob.id()).await.expect("he is blocked");
    ann.client.set_network_online(false);
    until(&ann.client.connection(), |now| {
        *now == ConnectionState::Offline
    })
    .await;
    shows(&blocked, &[&bob]).await;
    set_block(&engine, &ann, &bob, Method::DELETE).await;
    set_block(&engine, &ann, &cem, Method::PUT).await;
    ann.client.set_network_online(true);
    shows(&blocked, &[&cem]).await;
    set_block(&engine, &ann, &bob, Method::PUT).await;
    shows(&blocked, &[&bob, &cem]).await;

    let late = ann.on_another_device(&engine).await;
    shows(&late.client.people().blocked(), &[&bob, &cem]).await;
    ann.client.auth().sign_out().await;
    until(&blocked, Option::is_none).await;
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_a_page_of_people_is_read_whole() {
    let (engine, ann, bob, _) = two_people().await;
    let token = ann.access_token();
    let mut wanted = vec![bob.id()];
    set_block(&engine, &ann, &bob, Method::PUT).await;
    for number in 0..100 {
        let user = engine.log_in(&format!("p{number}@example.com")).await;
        let path = format!("/v1/me/blocks/{}", user.id);
        let put = engine.call::<serde_json::Value>(Method::PUT, &path, Some(&token), None::<&()>);
        put.await.expect("it is done");
        wanted.push(user.id);
    }
    wanted.sort();
    let blocked = ann.client.people().blocked();
    until(&blocked, |now| {
        let now = now.iter().flatten();
        now.map(|user| user.id).eq(wanted.iter().copied())
    })
    .await;
    engine.stop().await;
}
