//! Messages are pinned: who sees it, in what order, offline too, and what the engine refuses.

use std::sync::Arc;

use relaychat_sdk::{
    ChangeKind, Message, Observable,
    protocol::{ChatId, MessageId},
};

use crate::support::{Person, in_time, texts, two_people, until};

type Pinned = Observable<Option<Vec<Arc<Message>>>>;

/// Waits until these are pinned, in this order, and nothing of them is on its way.
async fn shows(pinned: &Pinned, wanted: &[&str]) {
    until(pinned, |now| {
        now.as_ref().is_some_and(|now| {
            let texts = now.iter().map(|one| one.text.as_str());
            texts.eq(wanted.iter().copied()) && now.iter().all(|one| one.pending.is_none())
        })
    })
    .await;
}

fn shown(pinned: &Pinned) -> Vec<String> {
    let now = pinned.get();
    now.iter().flatten().map(|one| one.text.clone()).collect()
}

async fn say(person: &Person, chat_id: ChatId, text: &str) -> MessageId {
    let sent = person.client.chat(chat_id).send(text);
    in_time(sent.delivered()).await.expect("it is delivered");
    sent.id()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_pinned_is_the_same_for_both_and_follows_what_becomes_of_it() {
    let (engine, ann, bob, chat_id) = two_people().await;
    let mut ids = Vec::new();
    for text in ["one", "two", "three"] {
        ids.push(say(&ann, chat_id, text).await);
    }
    let (hers, his) = (ann.client.chat(chat_id), bob.client.chat(chat_id));
    let (on_hers, on_his) = (hers.pinned(), his.pinned());
    shows(&on_hers, &[]).await;
    shows(&on_his, &[]).await;

    hers.pin(ids[0], true);
    assert_eq!(shown(&on_hers), ["one"], "at once");
    shows(&on_his, &["one"]).await;
    engine.clock().advance_ms(1_000);
    his.pin(ids[2], true);
    for pinned in [&on_hers, &on_his] {
        shows(pinned, &["three", "one"]).await;
    }
    hers.edit(ids[0], "one, rather").expect("a text");
    hers.delete(ids[2]);
    for pinned in [&on_hers, &on_his] {
        shows(pinned, &["one, rather"]).await;
    }
    let late = ann.on_another_device(&engine).await;
    shows(&late.client.chat(chat_id).pinned(), &["one, rather"]).await;
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_pinned_offline_is_told_once_and_the_last_wish_holds() {
    let (engine, ann, bob, chat_id) = two_people().await;
    let mut ids = Vec::new();
    for text in ["one", "two", "three"] {
        ids.push(say(&ann, chat_id, text).await);
    }
    let (hers, his) = (ann.client.chat(chat_id), bob.client.chat(chat_id));
    let timeline = hers.timeline();
    until(&timeline.state(), |now| texts(now).len() == 3).await;
    let (on_hers, on_his) = (hers.pinned(), his.pinned());
    his.pin(ids[2], true);
    shows(&on_hers, &["three"]).await;
    shows(&on_his, &["three"]).await;

    ann.client.set_network_online(false);
    engine.clock().advance_ms(1_000);
    hers.pin(ids[0], true);
    hers.pin(ids[1], true);
    hers.pin(ids[1], false);
    hers.pin(ids[2], false);
    assert_eq!(shown(&on_hers), ["one"]);
    let pending = on_hers
        .get()
        .iter()
        .flatten()
        .map(|one| one.pending.clone())
        .next();
    assert_eq!(pending.flatten().map(|one| one.kind), Some(ChangeKind::Pin));
    his.pin(ids[1], true);
    shows(&on_his, &["two", "three"]).await;

    ann.client.set_network_online(true);
    for pinned in [&on_hers, &on_his] {
        until(pinned, |now| {
            let mut shown: Vec<_> = now.iter().flatten().map(|one| one.text.as_str()).collect();
            shown.sort_unstable();
            shown == ["one", "two"] && now.iter().flatten().all(|one| one.pending.is_none())
        })
        .await;
    }
    assert_eq!(shown(&on_hers), shown(&on_his));
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_engine_refuses_is_told_at_the_message() {
    let (engine, ann, bob, _) = two_people().await;
    let chats = ann.client.chats();
    let group = in_time(chats.create_group("Team", vec![bob.id()])).await;
    let group = group.expect("it is made");
    let id = say(&ann, group, "by the owner").await;
    let chat = bob.client.chat(group);
    let timeline = chat.timeline();
    until(&timeline.state(), |now| texts(now).len() == 1).await;
    chat.pin(id, true);
    until(&timeline.state(), |now| {
        let mut messages = now.items.iter().filter_map(|item| item.message());
        messages.any(|message| {
            let error = message.pending.as_ref().and_then(|one| one.error.as_ref());
            message.pinned_at_ms.is_none() && error.is_some_and(|error| error.code == "forbidden")
        })
    })
    .await;
    chat.cancel(id);
    ann.client.chat(group).pin(id, true);
    shows(&chat.pinned(), &["by the owner"]).await;
    engine.stop().await;
}
