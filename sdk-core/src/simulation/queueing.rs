//! Stories of what is queued and shown across restarts, and of stores that come to harm.

use std::{sync::Arc, time::Duration};

use relaychat_protocol::{ChatId, UserId, frames::ClientFrame};

use super::{numbered, texts_of, until};
use crate::{
    Client, ConnectionState, DeliveryState, Draft, MemoryStore, StorageState, Store, Upload,
    store::{Change, Record, Table, Value},
    transport::fake::FakeServer,
};

/// Alice's device and its store.
struct Phone {
    server: FakeServer,
    store: MemoryStore,
    alice_id: UserId,
    chat_id: ChatId,
}

impl Phone {
    fn new() -> Self {
        let server = FakeServer::default();
        let (alice_id, chat_id) = server.world(|world| {
            let [alice, bob] = [world.add_user(10, "Alice"), world.add_user(20, "Bob")];
            (alice, world.add_chat(100, &[alice, bob]))
        });
        Self {
            server,
            store: MemoryStore::default(),
            alice_id,
            chat_id,
        }
    }

    /// Starts the program; `is_online` is what the device says of its network.
    fn start(&self, is_online: bool) -> Client {
        let alice_id = self.alice_id;
        let client = Client::builder("https://chat.test")
            .transport(self.server.transport())
            .token_provider(move |_| async move { Ok(alice_id.to_string()) })
            .store(Arc::new(self.store.clone()))
            .build()
            .expect("the address is fine");
        client.set_network_online(is_online);
        let starting = client.clone();
        tokio::spawn(async move { starting.connect().await });
        client
    }

    async fn run(&self) -> Client {
        let client = self.start(true);
        until(&client.connection(), |now| {
            *now == ConnectionState::Connected
        })
        .await;
        client
    }

    async fn stop(&self, client: Client) {
        client.suspend().await;
        client.close();
    }

    fn texts(&self) -> Vec<String> {
        self.server.world(|world| world.texts(self.chat_id))
    }

    /// Ids under which messages reached the server.
    fn ids_received(&self) -> Vec<String> {
        let frames = self.server.received().into_iter();
        let ids = frames.filter_map(|(_, frame)| match frame {
            ClientFrame::SendMessage { id, .. } => Some(id),
            _ => None,
        });
        ids.collect()
    }

    async fn put(&self, table: Table, key: &str, text: &str) {
        let (key, value) = (key.to_owned(), Value::Text(text.to_owned()));
        let change = Change::Put(table, Record { key, value });
        self.store.write(vec![change]).await.expect("memory");
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_queued_is_shown_after_a_restart_and_sent_once_under_its_id() {
    let phone = Phone::new();
    let first = phone.run().await;
    let chat = first.chat(phone.chat_id);
    chat.send("before")
        .delivered()
        .await
        .expect("it is delivered");
    first.set_network_online(false);
    let queued = [chat.send("one"), chat.send("two")];
    phone.stop(first).await;
    let closed = queued[0].delivered().await.expect_err("it is not known");
    assert_eq!(closed.code, "closed");
    let second = phone.start(false);
    let timeline = second.chat(phone.chat_id).timeline();
    let shown = until(&timeline.state(), |now| {
        texts_of(now) == ["before", "one", "two"]
    })
    .await;
    let echo = shown.items.last().expect("an echo");
    assert_eq!(echo.key(), queued[1].id().to_string());
    let echo = echo.message().expect("a message");
    assert_eq!(echo.state, Some(DeliveryState::Queued));
    let again = second.chat(phone.chat_id).outgoing(queued[1].id());
    second.set_network_online(true);
    let sent = again.expect("it is on its way").delivered().await;
    assert_eq!(sent.expect("it is delivered").seq, Some(3));
    assert_eq!(phone.texts(), ["before", "one", "two"]);
    let expected = queued.map(|sent| sent.id().to_string());
    assert_eq!(phone.ids_received()[1..], expected);
    phone.stop(second).await;
    let third = phone.run().await;
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(phone.texts().len(), 3);
    assert_eq!(phone.ids_received().len(), 3, "nothing is sent again");
    drop(third);
}

#[tokio::test(start_paused = true)]
async fn an_image_that_was_queued_is_uploaded_after_the_restart_and_its_message_stays_first() {
    let phone = Phone::new();
    let first = phone.run().await;
    first.set_network_online(false);
    let chat = first.chat(phone.chat_id);
    let upload = Upload::bytes(vec![7; 100], "image/png").sized(4, 3);
    chat.send(Draft::text("caption").attach(upload));
    chat.send("after");
    phone.stop(first).await;
    let second = phone.run().await;
    let timeline = second.chat(phone.chat_id).timeline();
    let now = until(&timeline.state(), |now| {
        let messages = now.items.iter().filter_map(|item| item.message());
        messages.filter(|message| message.seq.is_some()).count() == 2
    })
    .await;
    assert_eq!(texts_of(&now), ["caption", "after"]);
    let message = now.items.iter().find_map(|item| item.message());
    let size_bytes = message.expect("one").attachments[0].info.size_bytes;
    assert_eq!(size_bytes, 100);
}

#[tokio::test(start_paused = true)]
async fn histories_are_read_from_the_store_page_by_page_without_a_network() {
    let phone = Phone::new();
    let first = phone.run().await;
    let texts = numbered(130);
    for text in &texts {
        let sent = first.chat(phone.chat_id).send(text.as_str());
        sent.delivered().await.expect("it is delivered");
    }
    phone.stop(first).await;
    let second = phone.start(false);
    let timeline = second.chat(phone.chat_id).timeline();
    until(&timeline.state(), |now| texts_of(now).len() > 25).await;
    while timeline.state().get().has_before {
        timeline.load_before().await.expect("the store has it");
    }
    assert_eq!(texts_of(&timeline.state().get()), texts);
    assert_eq!(*second.connection().get(), ConnectionState::Offline);
}

#[tokio::test(start_paused = true)]
async fn a_gap_between_what_is_kept_and_what_came_since_is_filled_from_the_server() {
    let phone = Phone::new();
    let first = phone.run().await;
    let texts = numbered(200);
    for text in &texts[..40] {
        let sent = first.chat(phone.chat_id).send(text.as_str());
        sent.delivered().await.expect("it is delivered");
    }
    phone.stop(first).await;
    phone.server.world(|world| {
        for (number, text) in texts.iter().enumerate().skip(40) {
            let message = relaychat_protocol::rest::messages::SendMessage {
                message_id: relaychat_protocol::MessageId(uuid::Uuid::from_u128(number as u128)),
                text: text.clone(),
                attachment_ids: Vec::new(),
                reply_to_id: None,
                mentions: None,
            };
            let sent = world.send(phone.alice_id, phone.chat_id, message);
            sent.expect("accepted");
        }
    });
    // One run catches up without looking; the next one shows the newest and knows of the gap.
    let second = phone.run().await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    phone.stop(second).await;
    let third = phone.start(false);
    let timeline = third.chat(phone.chat_id).timeline();
    until(&timeline.state(), |now| texts_of(now) == texts[170..]).await;
    third.set_network_online(true);
    while timeline.state().get().has_before {
        timeline
            .load_before()
            .await
            .expect("store and server have it");
    }
    assert_eq!(texts_of(&timeline.state().get()), texts);
}

#[tokio::test(start_paused = true)]
async fn a_damaged_or_newer_store_is_filled_anew_and_keeps_the_queue() {
    for (table, key, text) in [
        (Table::Meta, "head", "{"),
        (Table::Meta, "format", "2"),
        (Table::Chats, "nonsense", "[]"),
        (Table::Outbox, "message/nonsense", "7"),
    ] {
        let phone = Phone::new();
        let first = phone.run().await;
        first.set_network_online(false);
        first.chat(phone.chat_id).send("queued");
        first.chat(phone.chat_id).set_draft("typed");
        phone.stop(first).await;
        phone.put(table, key, text).await;
        let second = phone.run().await;
        until(&second.chats().state(), |now| now.items.len() == 1).await;
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(phone.texts(), ["queued"], "{table:?} {key}");
        assert_eq!(second.chat(phone.chat_id).draft(), "typed");
        phone.stop(second).await;
        let third = phone.start(false);
        until(&third.chats().state(), |now| now.items.len() == 1).await;
    }
}

#[tokio::test(start_paused = true)]
async fn drafts_are_kept_until_they_are_emptied() {
    let phone = Phone::new();
    let first = phone.run().await;
    first.chat(phone.chat_id).set_draft("half a sen");
    phone.stop(first).await;
    let second = phone.start(false);
    until(&second.chats().state(), |now| !now.is_loading).await;
    assert_eq!(second.chat(phone.chat_id).draft(), "half a sen");
    second.chat(phone.chat_id).set_draft("");
    phone.stop(second).await;
    let third = phone.start(false);
    until(&third.chats().state(), |now| !now.is_loading).await;
    assert_eq!(third.chat(phone.chat_id).draft(), "");
}

#[tokio::test(start_paused = true)]
async fn a_message_handed_over_again_under_its_id_is_the_same_message() {
    let phone = Phone::new();
    let first = phone.run().await;
    first.set_network_online(false);
    let queued = first.chat(phone.chat_id).send("queued");
    phone.stop(first).await;
    let second = phone.start(false);
    let chat = second.chat(phone.chat_id);
    // Before the store has been read, and after it.
    let again = chat.send_with_id(queued.id(), "queued");
    until(&second.chats().state(), |now| !now.is_loading).await;
    chat.send_with_id(queued.id(), "queued");
    second.set_network_online(true);
    let delivered = again.delivered().await.expect("it is delivered");
    // The server has it by now: who hands it over late hears so.
    let late = chat.send_with_id(queued.id(), "queued");
    assert_eq!(late.delivered().await.as_ref(), Ok(&delivered));
    assert_eq!(phone.texts(), ["queued"]);
    assert_eq!(phone.ids_received(), [queued.id().to_string()]);
}

#[tokio::test(start_paused = true)]
async fn a_suspended_client_resumes_and_says_how_well_it_keeps() {
    let phone = Phone::new();
    let client = phone.run().await;
    assert_eq!(*client.storage().get(), StorageState::MemoryOnly);
    client.suspend().await;
    assert_eq!(*client.connection().get(), ConnectionState::Offline);
    let queued = client.chat(phone.chat_id).send("while asleep");
    client.resume();
    queued.delivered().await.expect("it is delivered");
    let without = Client::builder("https://chat.test").transport(phone.server.transport());
    let without = without.build().expect("the address is fine");
    assert_eq!(*without.storage().get(), StorageState::MemoryOnly);
}

#[tokio::test(start_paused = true)]
async fn lists_are_streams_of_changes() {
    use futures_util::StreamExt;

    let phone = Phone::new();
    let client = phone.run().await;
    let (mut items, mut diffs) = client.chat(phone.chat_id).timeline().subscribe();
    let (chats, mut chat_diffs) = client.chats().subscribe();
    assert_eq!(chats.len(), 1);
    client.chat(phone.chat_id).send("hello");
    let is_sent = |items: &[Arc<crate::TimelineItem>]| {
        let mut messages = items.iter().filter_map(|item| item.message());
        messages.any(|message| message.seq == Some(1))
    };
    while !is_sent(&items) {
        let batch = diffs.next().await.expect("the client lives");
        batch.into_iter().for_each(|diff| diff.apply(&mut items));
    }
    let batch = chat_diffs.next().await.expect("the client lives");
    assert_eq!((batch[0].index, batch[0].removed_count), (0, 1));
    drop(client);
}
