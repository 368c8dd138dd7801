//! A device: a client that can be killed, and the store that outlives it.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use relaychat_protocol::{ChatId, MessageId, UserId};

use super::changing::Wishes;
use crate::{
    Client,
    DeliveryState::{Failed, Queued, Uploading},
    Draft, MemoryStore, Observable, OutgoingState, StorageState, Store, Timeline,
    platform::BoxFuture,
    state::history::Bounds,
    store::{Change, Keys, Record, StoreError, StoreErrorKind, Table, Value},
    transport::fake::{FakeServer, chaos::Random},
};

/// What is to happen at a write.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Fate {
    #[default]
    Works,
    /// So many writes fail.
    Fails(u64),
    /// The device dies before the write that comes after so many.
    DiesBefore(u64),
    /// It dies after it, and the client does not hear that it worked.
    DiesAfter(u64),
}

/// One life of a device.
#[derive(Debug, Default)]
pub(super) struct Life {
    is_dead: Arc<AtomicBool>,
    fate: Mutex<Fate>,
}

impl Life {
    pub(super) fn meet(&self, fate: Fate) {
        *self.fate.lock().expect("no test panics inside") = fate;
    }

    fn is_dead(&self) -> bool {
        self.is_dead.load(Ordering::SeqCst)
    }

    fn end(&self) {
        self.is_dead.store(true, Ordering::SeqCst);
    }

    /// What happens at this write.
    fn next(&self) -> Fate {
        let mut fate = self.fate.lock().expect("no test panics inside");
        let now = *fate;
        *fate = match now {
            Fate::Works => Fate::Works,
            Fate::Fails(times) if times > 1 => Fate::Fails(times - 1),
            Fate::DiesBefore(after) if after > 0 => Fate::DiesBefore(after - 1),
            Fate::DiesAfter(after) if after > 0 => Fate::DiesAfter(after - 1),
            Fate::Fails(_) | Fate::DiesBefore(_) | Fate::DiesAfter(_) => Fate::Works,
        };
        match now {
            Fate::DiesBefore(after) | Fate::DiesAfter(after) if after > 0 => Fate::Works,
            now => now,
        }
    }
}

/// A store whose device may die.
#[derive(Debug)]
struct MortalStore {
    memory: MemoryStore,
    life: Arc<Life>,
}

impl MortalStore {
    async fn if_alive(&self) {
        if self.life.is_dead() {
            std::future::pending::<()>().await;
        }
    }

    async fn write_or_die(&self, changes: Vec<Change>) -> Result<(), StoreError> {
        self.if_alive().await;
        match self.life.next() {
            Fate::Works => self.memory.write(changes).await,
            Fate::Fails(_) => Err(StoreError {
                kind: StoreErrorKind::Full,
                operation: "write",
            }),
            Fate::DiesBefore(_) => {
                self.life.end();
                std::future::pending().await
            }
            Fate::DiesAfter(_) => {
                self.memory.write(changes).await?;
                self.life.end();
                std::future::pending().await
            }
        }
    }
}

impl Store for MortalStore {
    fn read(&self, table: Table, keys: Keys) -> BoxFuture<'_, Result<Vec<Record>, StoreError>> {
        self.memory.read(table, keys)
    }

    fn write(&self, changes: Vec<Change>) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(self.write_or_die(changes))
    }

    fn clear(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            self.if_alive().await;
            self.memory.clear().await
        })
    }

    fn close(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        self.memory.close()
    }

    fn is_durable(&self) -> bool {
        true
    }
}

/// A message somebody has sent.
#[derive(Debug)]
pub(super) struct Sent {
    pub(super) id: MessageId,
    pub(super) chat_id: ChatId,
    pub(super) number: u64,
    pub(super) state: Observable<OutgoingState>,
    /// What it says, and what it said before each edit.
    pub(super) texts: Vec<String>,
    /// The device died since it was sent: it may say what it said before an edit, which the store
    /// did not have yet, or which came when the message had left without the store knowing.
    pub(super) may_be_old: bool,
    /// The person took it back: it may be there or not, at any place.
    pub(super) is_taken_back: bool,
    /// Tried again later: its place is not that of its number.
    pub(super) is_retried: bool,
    /// The device died before it was kept, or the server's backup does not have it.
    pub(super) may_be_lost: bool,
}

/// A device.
pub(super) struct Device {
    pub(super) user_id: UserId,
    pub(super) client: Option<Client>,
    pub(super) life: Arc<Life>,
    pub(super) sent: Vec<Sent>,
    pub(super) memory: MemoryStore,
    pub(super) wishes: Wishes,
    server: FakeServer,
    bounds: Bounds,
    timelines: HashMap<ChatId, Timeline>,
}

impl Device {
    pub(super) fn new(user_id: UserId, server: &FakeServer, bounds: Bounds) -> Self {
        Self {
            user_id,
            client: None,
            life: Arc::default(),
            sent: Vec::new(),
            memory: MemoryStore::default(),
            wishes: Wishes::default(),
            server: server.clone(),
            bounds,
            timelines: HashMap::new(),
        }
    }

    pub(super) fn is_down(&self) -> bool {
        self.client.is_none()
    }

    pub(super) fn start(&mut self) {
        self.start_with(true);
    }

    pub(super) fn start_with(&mut self, is_online: bool) {
        self.life = Arc::default();
        let store = MortalStore {
            memory: self.memory.clone(),
            life: Arc::clone(&self.life),
        };
        let user_id = self.user_id;
        let client = Client::builder("https://chat.test")
            .transport(self.server.transport_of(Arc::clone(&self.life.is_dead)))
            .token_provider(move |_| async move { Ok(user_id.to_string()) })
            .store(Arc::new(store))
            .build()
            .expect("the address is fine");
        client.runtime().look(|state| state.bounds = self.bounds);
        client.set_network_online(is_online);
        let starting = client.clone();
        tokio::spawn(async move { starting.connect().await });
        self.client = Some(client);
    }

    pub(super) fn send(&mut self, chat_id: ChatId, draft: Draft, number: u64) {
        let Some(client) = &self.client else { return };
        let texts = vec![draft.text.clone()];
        let outgoing = client.chat(chat_id).send(draft);
        self.sent.push(Sent {
            id: outgoing.id(),
            chat_id,
            number,
            state: outgoing.state(),
            texts,
            may_be_old: false,
            is_taken_back: false,
            is_retried: false,
            may_be_lost: false,
        });
    }

    pub(super) fn take_back_or_retry(&mut self, index: usize, is_retry: bool) {
        let Some(client) = &self.client else { return };
        let sent = &mut self.sent[index];
        let chat = client.chat(sent.chat_id);
        if is_retry {
            sent.is_retried = true;
            chat.retry(sent.id);
        } else {
            sent.is_taken_back = true;
            self.wishes.drop_of(sent.id);
            chat.cancel(sent.id);
        }
    }

    /// Gives a message on its way another text. `is_queued`: also if it has left.
    pub(super) fn edit(&mut self, index: usize, text: String, is_queued: bool) {
        let Some(client) = &self.client else { return };
        let sent = &mut self.sent[index];
        let outgoing = client.chat(sent.chat_id).outgoing(sent.id);
        let Some(outgoing) = outgoing else { return };
        if is_queued {
            let edited = client.chat(sent.chat_id).edit(sent.id, text.as_str());
            edited.expect("it says something");
            self.wishes.edit(sent.id, &text);
            sent.texts.push(text);
            return;
        }
        let before = outgoing.state().get().state;
        match outgoing.edit(text.clone()) {
            Ok(()) => {
                let stages = [Queued, Uploading, Failed];
                assert!(stages.contains(&before));
                self.wishes.edit(sent.id, &text);
                sent.texts.push(text);
            }
            Err(error) => {
                assert_eq!(error.code, "already_sent");
                assert_ne!(before, Uploading, "it has never left");
            }
        }
    }

    pub(super) fn read(&self, chat_id: ChatId, seq: u64) {
        if let Some(client) = &self.client {
            client.chat(chat_id).mark_read(seq);
        }
    }

    pub(super) fn draft(&self, chat_id: ChatId, number: u64) {
        if let Some(client) = &self.client {
            client.chat(chat_id).set_draft(&format!("draft {number}"));
        }
    }

    /// Opens a timeline, or closes it.
    pub(super) fn look(&mut self, chat_id: ChatId) {
        let Some(client) = &self.client else { return };
        if self.timelines.remove(&chat_id).is_none() {
            let timeline = client.chat(chat_id).timeline();
            self.timelines.insert(chat_id, timeline);
        }
    }

    pub(super) fn set_network_online(&self, is_online: bool) {
        if let Some(client) = &self.client {
            client.set_network_online(is_online);
        }
    }

    pub(super) async fn suspend(&mut self, random: &mut Random) {
        let Some(client) = &self.client else { return };
        // A device that dies while it writes never comes to the end of it.
        let suspending = tokio::time::timeout(Duration::from_secs(1), client.suspend());
        let _ = suspending.await;
        let asleep_ms = random.below(3_000);
        tokio::time::sleep(Duration::from_millis(asleep_ms)).await;
        client.resume();
    }

    /// The program ends as it should.
    pub(super) async fn stop(&mut self) {
        let Some(client) = &self.client else { return };
        let suspending = tokio::time::timeout(Duration::from_secs(1), client.suspend()).await;
        let is_kept = suspending.is_ok() && *client.storage().get() == StorageState::Durable;
        client.close();
        let wishes = std::mem::take(&mut self.wishes);
        self.die().await;
        self.wishes = wishes;
        if !is_kept {
            self.wishes.drop_all();
        }
    }

    pub(super) async fn die(&mut self) {
        self.life.end();
        self.bury().await;
    }

    /// Takes note of what a dead client has left.
    pub(super) async fn bury(&mut self) {
        if !self.life.is_dead() || self.client.is_none() {
            return;
        }
        self.timelines.clear();
        self.wishes.drop_all();
        self.client = None;
        for sent in &mut self.sent {
            sent.may_be_old = true;
            let key = Keys::one(format!("message/{}", sent.id));
            let kept = self.memory.read(Table::Outbox, key).await;
            let is_kept = !kept.expect("memory").is_empty();
            let is_there = self.server.world(|world| world.has(sent.id));
            sent.may_be_lost |= !is_kept && !is_there;
        }
    }

    /// While the device is off, its store comes to harm.
    pub(super) async fn damage(&mut self, random: &mut Random) {
        if !self.is_down() {
            return;
        }
        let (table, key, text) = match random.below(4) {
            0 => (Table::Meta, "head".to_owned(), "{"),
            1 => (Table::Meta, "format".to_owned(), "99"),
            2 => (Table::Outbox, "message/unknown".to_owned(), "{\"kind\":7}"),
            _ => (Table::Chats, "a chat".to_owned(), "[]"),
        };
        let value = Value::Text(text.to_owned());
        let record = Record { key, value };
        let written = self.memory.write(vec![Change::Put(table, record)]).await;
        written.expect("memory");
    }
}
