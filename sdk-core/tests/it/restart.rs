//! A program ends and starts again on its file: nothing is lost, nothing comes twice.

use std::{path::Path, sync::Arc};

use relaychat_engine::test_support::TestEngine;
use relaychat_sdk::{
    Client, ConnectionState, MemorySessionStore, SessionStore, SqliteStore, StorageState,
    protocol::ChatId,
};

use crate::support::{Person, in_time, texts, two_people, until};

/// A program on the file at `path`, with somebody's session.
async fn program(engine: &TestEngine, session: &MemorySessionStore, path: &Path) -> Client {
    let mine = Arc::new(MemorySessionStore::default());
    mine.save(session.load().as_ref());
    let store = SqliteStore::open(path).await.expect("the file opens");
    Client::builder(engine.url())
        .session_store(mine)
        .store(Arc::new(store))
        .build()
        .expect("the address is fine")
}

async fn shows(client: &Client, chat_id: ChatId, expected: &[&str]) {
    let timeline = client.chat(chat_id).timeline();
    until(&timeline.state(), |now| texts(now) == expected).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_on_a_file_shows_what_it_knew_and_sends_what_was_queued() {
    let (engine, alice, bob, chat_id) = two_people().await;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("alice.db");
    let Person { client, session } = alice;
    client.close();
    let first = program(&engine, &session, &path).await;
    in_time(first.connect()).await;
    assert_eq!(*first.storage().get(), StorageState::Durable);
    in_time(first.chat(chat_id).send("known").delivered())
        .await
        .expect("it is delivered");
    first.set_network_online(false);
    first.chat(chat_id).send("queued");
    in_time(first.suspend()).await;
    first.close();
    drop(first);

    let second = program(&engine, &session, &path).await;
    second.set_network_online(false);
    let starting = second.clone();
    tokio::spawn(async move { starting.connect().await });
    shows(&second, chat_id, &["known", "queued"]).await;
    assert_eq!(*second.connection().get(), ConnectionState::Offline);
    second.set_network_online(true);
    shows(&bob.client, chat_id, &["known", "queued"]).await;
    until(&second.chats().state(), |now| {
        let last = now.items.first().and_then(|chat| chat.last_message.clone());
        last.is_some_and(|message| message.seq == Some(2))
    })
    .await;
    in_time(second.auth().sign_out()).await;
    second.close();
    drop(second);
    let bytes = std::fs::read(&path).expect("it reads");
    let has_left = |word: &str| {
        bytes
            .windows(word.len())
            .any(|part| part == word.as_bytes())
    };
    assert!(!has_left("queued") && !has_left("alice@example.com"));
    engine.stop().await;
}
