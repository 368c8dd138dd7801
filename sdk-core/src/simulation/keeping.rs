//! Stories of clients that are started again on the store of an earlier one.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use relaychat_protocol::{
    ChatId, MessageId, UserId, frames::ClientFrame, rest::messages::SendMessage,
};

use super::until;
use crate::{
    ChatListState, Client, ConnectionState, MemoryStore, Store,
    platform::BoxFuture,
    store::{Change, Keys, Record, StoreError, StoreErrorKind, Table, Value},
    transport::fake::FakeServer,
};

/// A store whose next writes may fail.
#[derive(Clone, Debug, Default)]
struct FailingStore {
    memory: MemoryStore,
    failures: Arc<AtomicUsize>,
}

/// What is kept, as text.
#[derive(Debug, PartialEq)]
struct Contents {
    token: String,
    tables: Vec<(Table, Record)>,
}

impl FailingStore {
    async fn texts(&self, table: Table) -> Vec<String> {
        let records = self.memory.read(table, Keys::all()).await.expect("memory");
        let texts = records.into_iter().map(|record| match record.value {
            Value::Text(text) => text,
            Value::Content(_) => "a file".to_owned(),
        });
        texts.collect()
    }

    async fn kept(&self) -> Option<Contents> {
        let mut tables = Vec::new();
        for table in Table::ALL {
            let records = self.memory.read(table, Keys::all()).await.expect("memory");
            tables.extend(records.into_iter().map(|record| (table, record)));
        }
        let head = self.memory.read(Table::Meta, Keys::one("head")).await;
        let head = head.expect("memory").pop()?;
        let Value::Text(head) = head.value else {
            panic!("a file");
        };
        let head: serde_json::Value = serde_json::from_str(&head).expect("JSON");
        let token = head["token"].as_str().expect("a token").to_owned();
        Some(Contents { token, tables })
    }

    async fn kept_text(&self) -> Option<String> {
        let chat = self.texts(Table::Chats).await.pop()?;
        let chat: serde_json::Value = serde_json::from_str(&chat).expect("JSON");
        Some(chat["last_message"]["text"].as_str()?.to_owned())
    }
}

impl Store for FailingStore {
    fn read(&self, table: Table, keys: Keys) -> BoxFuture<'_, Result<Vec<Record>, StoreError>> {
        self.memory.read(table, keys)
    }

    fn write(&self, changes: Vec<Change>) -> BoxFuture<'_, Result<(), StoreError>> {
        let less_one = |count: usize| count.checked_sub(1);
        let left = self
            .failures
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, less_one);
        if left.is_err() {
            return self.memory.write(changes);
        }
        let failure = StoreError {
            kind: StoreErrorKind::Full,
            operation: "write",
        };
        Box::pin(async { Err(failure) })
    }

    fn clear(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        self.memory.clear()
    }

    fn close(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        self.memory.close()
    }

    fn is_durable(&self) -> bool {
        true
    }
}

/// Alice's device: its store outlives her clients.
struct Device {
    server: FakeServer,
    store: FailingStore,
    alice_id: UserId,
    bob_id: UserId,
    chat_id: ChatId,
}

impl Device {
    fn new() -> Self {
        let server = FakeServer::default();
        let (alice_id, bob_id, chat_id) = server.world(|world| {
            let [alice, bob] = [world.add_user(10, "Alice"), world.add_user(20, "Bob")];
            (alice, bob, world.add_chat(100, &[alice, bob]))
        });
        Self {
            server,
            store: FailingStore::default(),
            alice_id,
            bob_id,
            chat_id,
        }
    }

    fn client_of(&self, user_id: UserId) -> Client {
        Client::builder("https://chat.test")
            .transport(self.server.transport())
            .token_provider(move |_| async move { Ok(user_id.to_string()) })
            .store(Arc::new(self.store.clone()))
            .build()
            .expect("the address is fine")
    }

    /// Starts a client without waiting for its connection.
    fn start(&self) -> Client {
        let client = self.client_of(self.alice_id);
        let starting = client.clone();
        tokio::spawn(async move { starting.connect().await });
        client
    }

    /// Starts a client and lets it come to rest.
    async fn run(&self) -> Client {
        let client = self.start();
        until(&client.connection(), |now| {
            *now == ConnectionState::Connected
        })
        .await;
        tokio::time::sleep(Duration::from_secs(1)).await;
        client
    }

    fn bob_sends(&self, text: &str) {
        let message = SendMessage {
            message_id: MessageId(id_of(text)),
            text: text.to_owned(),
            attachment_ids: Vec::new(),
            reply_to_id: None,
            mentions: None,
        };
        self.server.world(|world| {
            world
                .send(self.bob_id, self.chat_id, message)
                .expect("accepted");
            world.tell_token(self.alice_id);
        });
    }

    /// What the latest `hello` resumed from.
    fn resumed_from(&self) -> Option<String> {
        let frames = self.server.received().into_iter().rev();
        let mut hellos = frames.filter_map(|(_, frame)| match frame {
            ClientFrame::Hello(hello) => Some(hello.since),
            _ => None,
        });
        hellos.next().expect("somebody said hello")
    }
}

/// The same for the same text.
fn id_of(text: &str) -> uuid::Uuid {
    let number = text
        .bytes()
        .fold(0_u128, |sum, byte| (sum << 8) | u128::from(byte));
    uuid::Uuid::from_u128(number)
}

fn newest_text(list: &ChatListState) -> Option<&str> {
    let message = list.items.first()?.last_message.as_ref()?;
    Some(&message.text)
}

#[tokio::test(start_paused = true)]
async fn a_restarted_client_shows_its_chats_before_the_network_answers_and_resumes() {
    let device = Device::new();
    let first = device.run().await;
    assert_eq!(device.resumed_from(), None);
    device.bob_sends("seen before");
    tokio::time::sleep(Duration::from_secs(1)).await;
    let token = device.store.kept().await.expect("it is kept").token;
    first.close();
    device.server.cut(true);
    device.bob_sends("missed");
    let second = device.start();
    let list = until(&second.chats().state(), |now| !now.is_loading).await;
    assert_eq!(newest_text(&list), Some("seen before"));
    assert_eq!(
        (list.items[0].title.as_str(), list.unread_count),
        ("Bob", 1)
    );
    let me = second.me().get();
    assert_eq!(me.as_ref().as_ref().expect("kept").user.name, "Alice");
    assert_ne!(*second.connection().get(), ConnectionState::Connected);
    device.server.cut(false);
    let chats = second.chats().state();
    until(&chats, |now| newest_text(now) == Some("missed")).await;
    assert_eq!(device.resumed_from(), Some(token));
}

#[tokio::test(start_paused = true)]
async fn a_client_without_network_at_its_start_shows_what_is_kept() {
    let device = Device::new();
    device.run().await.close();
    let second = device.client_of(device.alice_id);
    second.set_network_online(false);
    let starting = second.clone();
    tokio::spawn(async move { starting.connect().await });
    until(&second.chats().state(), |now| now.items.len() == 1).await;
    assert_eq!(*second.connection().get(), ConnectionState::Offline);
}

#[tokio::test(start_paused = true)]
async fn after_a_failed_write_a_restart_repeats_and_misses_nothing() {
    let device = Device::new();
    let first = device.run().await;
    let before = device.store.kept().await.expect("it is kept");
    device.store.failures.store(1, Ordering::SeqCst);
    device.bob_sends("while it failed");
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(
        newest_text(&first.chats().state().get()),
        Some("while it failed")
    );
    let after = device.store.kept().await.expect("it is kept");
    assert_eq!(after, before, "neither the change nor its token");
    first.close();
    let second = device.run().await;
    assert_eq!(device.resumed_from(), Some(before.token));
    let list = second.chats().state().get();
    assert_eq!(newest_text(&list), Some("while it failed"));
    assert_eq!(
        device.store.kept_text().await.as_deref(),
        Some("while it failed")
    );
}

#[tokio::test(start_paused = true)]
async fn a_failed_write_is_made_up_for_with_all_its_changes() {
    let device = Device::new();
    let _alice = device.run().await;
    device.store.failures.store(2, Ordering::SeqCst);
    device.bob_sends("one");
    device
        .server
        .world(|world| world.rename(device.bob_id, "Robert"));
    tokio::time::sleep(Duration::from_secs(1)).await;
    device.bob_sends("two");
    tokio::time::sleep(Duration::from_secs(30)).await;
    let kept = device.store.kept().await.expect("it is kept");
    assert_eq!(device.store.kept_text().await.as_deref(), Some("two"));
    let users = device.store.texts(Table::Users).await;
    assert!(users.iter().any(|user| user.contains("Robert")));
    // Tokens come after the messages they cover; marks move the server on afterwards.
    let newest: u64 = device
        .server
        .world(|world| world.token())
        .parse()
        .expect("a number");
    let token: u64 = kept.token.parse().expect("a number");
    assert!(token + 2 >= newest, "{token} of {newest}");
}

#[tokio::test(start_paused = true)]
async fn a_read_mark_that_was_not_confirmed_is_sent_after_the_restart() {
    let device = Device::new();
    let first = device.run().await;
    device.bob_sends("read me");
    tokio::time::sleep(Duration::from_secs(1)).await;
    device.server.cut(true);
    first.chat(device.chat_id).mark_read(1);
    tokio::time::sleep(Duration::from_secs(1)).await;
    first.close();
    device.server.cut(false);
    let second = device.run().await;
    assert_eq!(second.chats().state().get().unread_count, 0);
    let marks = device
        .server
        .world(|world| world.read_seq(device.chat_id, device.alice_id));
    assert_eq!(marks, (1, 1));
}

#[tokio::test(start_paused = true)]
async fn signing_out_leaves_the_store_empty() {
    let device = Device::new();
    let alice = device.run().await;
    assert!(device.store.kept().await.is_some());
    alice.auth().sign_out().await;
    assert_eq!(device.store.kept().await, None);
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(device.store.kept().await, None, "and nothing comes back");
    let never_started = Device::new();
    never_started.run().await.close();
    let second = never_started.client_of(never_started.alice_id);
    second.auth().sign_out().await;
    assert_eq!(never_started.store.kept().await, None);
}

#[tokio::test(start_paused = true)]
async fn another_person_finds_nothing_of_the_one_before() {
    let device = Device::new();
    device.run().await.close();
    let carol_id = device.server.world(|world| world.add_user(30, "Carol"));
    let carol = device.client_of(carol_id);
    carol.connect().await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let list = carol.chats().state().get();
    assert!(list.items.is_empty() && !list.is_loading);
    let meta = device.store.texts(Table::Meta).await;
    let is_hers = |text: &String| text.contains(&carol_id.to_string());
    assert!(meta.iter().any(is_hers), "{meta:?}");
    assert!(device.store.texts(Table::Chats).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_device_where_nobody_is_logged_in_forgets_what_was_kept() {
    let device = Device::new();
    device.run().await.close();
    let nobody = Client::builder("https://chat.test")
        .transport(device.server.transport())
        .store(Arc::new(device.store.clone()))
        .build()
        .expect("the address is fine");
    nobody.connect().await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(nobody.chats().state().get().items.is_empty());
    assert_eq!(device.store.kept().await, None);
}
