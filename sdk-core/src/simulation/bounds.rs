//! What is too much leaves the memory, the view and the store, and nothing of it is lost.

use std::{sync::Arc, time::Duration};

use relaychat_protocol::{ChatId, UserId};

use super::{Story, numbered, texts_of, until};
use crate::{
    Client, MemoryStore, Store,
    state::history::Bounds,
    store::{Keys, Table},
    transport::fake::FakeServer,
};

/// Bounds that a few messages go beyond.
const NARROW: Bounds = Bounds {
    closed: 50,
    unwritten: 30,
    view: 120,
    kept: 0,
    kept_of_chat: (40, 40),
};

/// A client on `store`, with narrow bounds.
fn on_store(server: &FakeServer, user_id: UserId, store: &MemoryStore) -> Client {
    let client = Client::builder("https://chat.test")
        .transport(server.transport())
        .token_provider(move |_| async move { Ok(user_id.to_string()) })
        .store(Arc::new(store.clone()))
        .build()
        .expect("the address is fine");
    client.runtime().look(|state| state.bounds = NARROW);
    client
}

fn in_memory(client: &Client) -> usize {
    let runtime = client.runtime();
    runtime.look(|state| state.histories.values().map(|history| history.len()).sum())
}

/// Chats of Alice and Bob with so many messages in each.
async fn alice_writes(story: &Story, chats: u128, count: usize) -> Vec<ChatId> {
    let alice_id = story
        .alice
        .me()
        .get()
        .as_ref()
        .as_ref()
        .expect("in")
        .user
        .id;
    let mut ids = Vec::new();
    for number in 0..chats {
        let chat_id = story
            .server
            .world(|world| world.add_chat(200 + number, &[alice_id, story.bob_id]));
        let chat = story.alice.chat(chat_id);
        for text in numbered(count) {
            chat.send(text).delivered().await.expect("acked");
        }
        ids.push(chat_id);
    }
    ids
}

/// Lets the store be written.
async fn rest() {
    tokio::time::sleep(Duration::from_secs(1)).await;
}

#[tokio::test(start_paused = true)]
async fn chats_that_nobody_looks_at_leave_the_memory_and_come_back_from_the_store() {
    let story = Story::begin().await;
    let store = MemoryStore::default();
    let bob = on_store(&story.server, story.bob_id, &store);
    bob.connect().await;
    let chats = alice_writes(&story, 8, 20).await;
    rest().await;
    assert!(in_memory(&bob) <= NARROW.closed, "{}", in_memory(&bob));
    bob.set_network_online(false);
    for chat_id in chats {
        let timeline = bob.chat(chat_id).timeline();
        until(&timeline.state(), |now| texts_of(now) == numbered(20)).await;
    }
    rest().await;
    assert!(in_memory(&bob) <= NARROW.closed, "{}", in_memory(&bob));
}

#[tokio::test(start_paused = true)]
async fn without_a_store_they_come_back_from_the_server() {
    let story = Story::begin().await;
    story.bob.runtime().look(|state| state.bounds = NARROW);
    let chats = alice_writes(&story, 8, 20).await;
    assert!(in_memory(&story.bob) <= NARROW.closed);
    for chat_id in chats {
        let timeline = story.bob.chat(chat_id).timeline();
        until(&timeline.state(), |now| texts_of(now) == numbered(20)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn the_store_keeps_the_newest_of_a_chat_and_says_where_the_rest_is_missing() {
    let story = Story::begin().await;
    let store = MemoryStore::default();
    let bob = on_store(&story.server, story.bob_id, &store);
    bob.connect().await;
    let chats = alice_writes(&story, 1, 150).await;
    rest().await;
    let all = store
        .read(Table::Messages, Keys::all())
        .await
        .expect("memory");
    let most = usize::try_from(NARROW.kept_of_chat.1 * 9 / 8).expect("small");
    assert!((40..=most).contains(&all.len()), "{}", all.len());
    bob.close();
    drop(bob);
    let bob = on_store(&story.server, story.bob_id, &store);
    bob.set_network_online(false);
    let starting = bob.clone();
    tokio::spawn(async move { starting.connect().await });
    let timeline = bob.chat(chats[0]).timeline();
    let newest = &numbered(150)[110..];
    until(&timeline.state(), |now| texts_of(now).ends_with(newest)).await;
    assert!(timeline.state().get().has_before, "it says so");
    bob.set_network_online(true);
    while timeline.state().get().has_before {
        timeline.load_before().await.expect("it loads");
    }
    let now = timeline.state().get();
    assert!(numbered(150).starts_with(&texts_of(&now)) && now.has_after);
    timeline.jump_to_latest().await.expect("it jumps");
    assert!(texts_of(&timeline.state().get()).ends_with(newest));
}

#[tokio::test(start_paused = true)]
async fn who_reads_an_open_chat_stays_there_when_more_was_missed_than_is_filled_by_itself() {
    let story = Story::begin().await;
    let chat = story.alice.chat(story.chat_id);
    let timeline = story.bob.chat(story.chat_id).timeline();
    let texts = numbered(640);
    for text in &texts[..30] {
        chat.send(text.as_str()).delivered().await.expect("acked");
    }
    until(&timeline.state(), |now| texts_of(now).len() == 30).await;
    story.bob.set_network_online(false);
    for text in &texts[30..] {
        chat.send(text.as_str()).delivered().await.expect("acked");
    }
    story.bob.set_network_online(true);
    until(&timeline.state(), |now| now.has_after).await;
    rest().await;
    assert_eq!(texts_of(&timeline.state().get()), texts[..30]);
    timeline.load_after().await.expect("it loads");
    assert_eq!(texts_of(&timeline.state().get()), texts[..80]);
    let sent = story.bob.chat(story.chat_id).send("the last");
    sent.delivered().await.expect("acked");
    let is_at_the_end = |now: &crate::TimelineState| {
        texts_of(now).last().is_some_and(|text| text == "the last") && !now.has_after
    };
    until(&timeline.state(), is_at_the_end).await;
}
