//! Two people chat: text, image, ticks, typing, presence, profiles, finding each other.

use relaychat_sdk::{DeliveryState, Draft, ProfileChanges, TimelineItem, TimelineState, Upload};

use crate::support::{in_time, picture, texts, two_people, until};

fn last_state_is(wanted: DeliveryState) -> impl FnMut(&TimelineState) -> bool {
    move |now| {
        let last = now.items.iter().rev().find_map(|item| item.message());
        last.is_some_and(|message| message.state >= Some(wanted))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn texts_go_both_ways_and_ticks_come_back() {
    let (engine, alice, bob, chat_id) = two_people().await;
    assert_eq!(bob.summary(chat_id).await.title, "Alice");
    let hers = alice.client.chat(chat_id).timeline();
    let echo = alice.client.chat(chat_id).send("hello Bob");
    assert_eq!(texts(&hers.state().get()), ["hello Bob"], "at once");
    let message = in_time(echo.delivered()).await.expect("it is delivered");
    assert_eq!(message.seq, Some(1));
    until(&hers.state(), last_state_is(DeliveryState::Delivered)).await;
    assert_eq!(bob.summary(chat_id).await.unread_count, 1);
    let his = bob.client.chat(chat_id).timeline();
    let seen = until(&his.state(), |now| texts(now) == ["hello Bob"]).await;
    assert!(matches!(*seen.items[0], TimelineItem::Start { .. }));
    let divider =
        |item: &TimelineItem| matches!(item, TimelineItem::UnreadDivider { count: 1, .. });
    assert!(
        seen.items.iter().any(|item| divider(item)),
        "{:?}",
        seen.items
    );
    bob.client.chat(chat_id).mark_read(1);
    until(&hers.state(), last_state_is(DeliveryState::Read)).await;
    bob.client.chat(chat_id).send("hello Alice");
    until(&hers.state(), |now| {
        texts(now) == ["hello Bob", "hello Alice"]
    })
    .await;
    assert_eq!(bob.summary(chat_id).await.unread_count, 0);
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_image_with_a_caption_arrives_with_its_size_and_can_be_loaded() {
    let (engine, alice, bob, chat_id) = two_people().await;
    let upload = Upload::bytes(picture(), "image/png").named("sunset.png");
    let draft = Draft::text("look").attach(upload);
    let sent = alice.client.chat(chat_id).send(draft);
    let message = in_time(sent.delivered()).await.expect("it is delivered");
    assert!(message.attachments[0].local.is_some(), "no flicker");
    let his = bob.client.chat(chat_id).timeline();
    let seen = until(&his.state(), |now| texts(now) == ["look"]).await;
    let message = seen
        .items
        .iter()
        .find_map(|item| item.message())
        .expect("one");
    let attachment = &message.attachments[0];
    assert_eq!((attachment.info.width, attachment.info.height), (64, 48));
    assert_eq!(attachment.info.file_name.as_deref(), Some("sunset.png"));
    let links = bob
        .client
        .attachment_links(attachment.id())
        .await
        .expect("links");
    let again = bob
        .client
        .attachment_links(attachment.id())
        .await
        .expect("links");
    assert_eq!(links, again, "kept");
    for url in [&links.url, &links.thumbnail_url] {
        let answer = reqwest_get(url).await;
        assert_eq!(answer.0, 200, "{url}");
        image::load_from_memory(&answer.1).ok();
        assert!(!answer.1.is_empty());
    }
    engine.stop().await;
}

async fn reqwest_get(url: &str) -> (u16, Vec<u8>) {
    let url = url.to_owned();
    let answer = reqwest_client().get(url).send().await.expect("an answer");
    let status = answer.status().as_u16();
    (status, answer.bytes().await.expect("a body").to_vec())
}

/// Plain HTTP needs no cryptography, but a client without a provider refuses to be built.
pub(crate) fn reqwest_client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let roots = rustls::RootCertStore::empty();
    let tls = rustls::ClientConfig::builder()
        .with_root_certificates(roots)
        .with_no_client_auth();
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .build()
        .expect("a client")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_that_is_none_fails_and_stays_until_it_is_cancelled() {
    let (engine, alice, _bob, chat_id) = two_people().await;
    let chat = alice.client.chat(chat_id);
    let timeline = chat.timeline();
    let sent = chat.send(Draft::text("broken").attach(Upload::bytes("no image", "image/png")));
    let error = in_time(sent.delivered()).await.expect_err("it is refused");
    assert!(!error.retryable, "{error}");
    assert_eq!(texts(&timeline.state().get()), ["broken"]);
    sent.cancel();
    assert_eq!(texts(&timeline.state().get()), [""; 0]);
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn typing_and_presence_are_seen() {
    let (engine, alice, bob, chat_id) = two_people().await;
    let summary = bob.client.chat(chat_id).summary();
    alice.client.chat(chat_id).set_typing(true);
    until(&summary, |now| {
        now.found().is_some_and(|chat| chat.typing.len() == 1)
    })
    .await;
    alice.client.chat(chat_id).set_typing(false);
    until(&summary, |now| {
        now.found().is_some_and(|chat| chat.typing.is_empty())
    })
    .await;
    let watch = alice.client.people().presence(bob.id());
    until(&watch.observable(), |now| {
        now.is_some_and(|now| now.is_online)
    })
    .await;
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn profiles_change_live_and_people_are_found() {
    let (engine, alice, bob, chat_id) = two_people().await;
    let name = Some("Roberta".to_owned());
    let me = bob
        .client
        .update_profile(ProfileChanges {
            name,
            ..ProfileChanges::default()
        })
        .await
        .expect("it is accepted");
    assert!(!me.is_new);
    let summary = alice.client.chat(chat_id).summary();
    until(&summary, |now| {
        now.found().is_some_and(|chat| chat.title == "Roberta")
    })
    .await;
    let image = Upload::bytes(picture(), "image/png");
    let me = bob.client.set_avatar(image).await.expect("it is accepted");
    let url = me.user.avatar_url.clone().expect("a picture");
    assert_eq!(reqwest_get(&url).await.0, 200);
    let seen = |now: &relaychat_sdk::Lookup<relaychat_sdk::ChatSummary>| {
        now.found()
            .is_some_and(|chat| chat.avatar_url.as_ref() == Some(&url))
    };
    until(&summary, seen).await;
    bob.client.remove_avatar().await.expect("it is removed");
    until(&summary, |now| {
        now.found().is_some_and(|chat| chat.avatar_url.is_none())
    })
    .await;
    let found = alice
        .client
        .people()
        .list(Some("rober"), None)
        .await
        .expect("a page");
    assert_eq!(
        found.items.iter().map(|user| user.id).collect::<Vec<_>>(),
        [bob.id()]
    );
    let unknown = relaychat_sdk::protocol::UserId(chat_id.0);
    let error = alice
        .client
        .people()
        .get(unknown)
        .await
        .expect_err("nobody");
    assert_eq!(error.code, "not_found");
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_is_made_and_appears_for_its_members() {
    let (engine, alice, bob, _) = two_people().await;
    let made = alice
        .client
        .chats()
        .create_group("Friends", vec![bob.id()])
        .await;
    let group = made.expect("it is made");
    assert_eq!(bob.summary(group).await.title, "Friends");
    let members = until(&bob.client.chat(group).members(), |now| now.len() == 2).await;
    assert!(members.iter().any(|member| member.user.id == alice.id()));
    let refused = alice.client.chats().create_group("", vec![]).await;
    assert_eq!(refused.expect_err("no name").code, "validation_failed");
    engine.stop().await;
}
