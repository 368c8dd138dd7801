//! Plays the script: Alice with the client, Bob with nothing but requests to the engine.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use relaychat_engine::test_support::{TestEngine, TestUser};
use relaychat_sdk::{
    ChatSummary, Client, ConnectionState, Draft, Lookup, Member, MemorySessionStore, Observable,
    Outgoing, ProfileChanges, SqliteStore, Timeline, Upload, protocol::ChatId,
};
use reqwest::Method;
use serde_json::{Value, json};

use super::{Act, Step};
use crate::support::{code_for, in_time, until};

const ALICE: &str = "alice@example.com";

/// Alice's open chat. Nothing of it is watched when it is closed.
pub(super) struct Open {
    pub(super) summary: Observable<Lookup<ChatSummary>>,
    pub(super) members: Observable<Vec<Arc<Member>>>,
    pub(super) timeline: Timeline,
}

pub(super) struct Player {
    engine: TestEngine,
    folder: tempfile::TempDir,
    session: Arc<MemorySessionStore>,
    peer: TestUser,
    chat_id: Option<ChatId>,
    group_id: Option<ChatId>,
    /// How many messages Bob has written.
    written: AtomicU64,
    pub(super) client: Client,
    pub(super) open: Option<Open>,
    /// What Alice has sent since her program began.
    pub(super) sent: Vec<(String, Outgoing)>,
}

impl Player {
    pub(super) async fn start() -> Self {
        let engine = TestEngine::start_with(|config| config.limits.is_rate_limited = false).await;
        let folder = tempfile::tempdir().expect("a folder");
        let session = Arc::new(MemorySessionStore::default());
        let client = program(&engine, &folder, &session).await;
        let peer = engine.log_in("bob@example.com").await;
        let player = Self {
            engine,
            folder,
            session,
            peer,
            chat_id: None,
            group_id: None,
            written: AtomicU64::new(0),
            client,
            open: None,
            sent: Vec::new(),
        };
        player.rename("Bob").await;
        player
    }

    pub(super) async fn stop(self) {
        self.client.close();
        self.engine.stop().await;
    }

    pub(super) async fn play(&mut self, step: &Step) {
        // Chats are in the order of what happened in them last, so time goes on.
        self.engine.clock().advance_ms(1_000);
        let text = step.text.clone().unwrap_or_default();
        let name = step.name.clone().unwrap_or_default();
        match step.act {
            Act::Connect => in_time(self.client.connect()).await,
            Act::LogIn => self.log_in().await,
            Act::GoOffline => self.client.set_network_online(false),
            Act::GoOnline => {
                self.write_numbers(step.peer_writes.unwrap_or(0)).await;
                self.client.set_network_online(true);
            }
            Act::OpenChat => self.open(),
            Act::LoadBefore => self.load_before().await,
            Act::OpenWholeChat => {
                self.open();
                let timeline = self.open_timeline().state();
                until(&timeline, |now| !now.is_loading).await;
                while self.open_timeline().state().get().has_before {
                    self.load_before().await;
                }
            }
            Act::MarkRead => self.chat().mark_read(step.seq.expect("a place")),
            Act::Send => self.send(text.as_str().into(), text),
            Act::SendImage => {
                let bytes = bytes(step.hex.as_deref().expect("a file"));
                let upload = Upload::bytes(bytes, "image/png").named(name);
                self.send(Draft::text(text.as_str()).attach(upload), text);
            }
            Act::Cancel => {
                let sent = self.sent.iter().find(|(sent, _)| *sent == text);
                sent.expect("it was sent").1.cancel();
            }
            Act::PeerMarks => {
                let mut mark = json!({});
                if let Some(seq) = step.delivered_seq {
                    mark["delivered_seq"] = seq.into();
                }
                if let Some(seq) = step.read_seq {
                    mark["read_seq"] = seq.into();
                }
                let path = format!("/v1/chats/{}/marks", self.chat().id());
                self.peer(Method::POST, &path, mark).await;
            }
            Act::PeerSends => self.peer_sends(self.chat().id(), &text).await,
            Act::PeerSendsToGroup => {
                self.peer_sends(self.group_id.expect("a group"), &text)
                    .await
            }
            Act::MakeGroup => {
                let made = self
                    .client
                    .chats()
                    .create_group(&name, vec![self.peer.id])
                    .await;
                self.group_id = Some(made.expect("it is made"));
            }
            Act::RenamePeer => self.rename(&name).await,
            Act::Reload => self.reload().await,
            Act::SignOut => {
                in_time(self.client.auth().sign_out()).await;
                self.open = None;
            }
        }
    }

    async fn log_in(&mut self) {
        let requested = self.client.auth().request_code(ALICE).await;
        let requested = requested.expect("a code is sent");
        let code = code_for(&self.engine, ALICE).await;
        let verified = self
            .client
            .auth()
            .verify_code(requested.request_id, &code)
            .await;
        verified.expect("the code is right");
        let name = Some("Alice".to_owned());
        let changed = self
            .client
            .update_profile(ProfileChanges {
                name,
                ..ProfileChanges::default()
            })
            .await;
        changed.expect("it is a name");
        until(&self.client.connection(), |now| {
            *now == ConnectionState::Connected
        })
        .await;
    }

    /// Bob begins the chat and writes into it.
    async fn write_numbers(&mut self, count: u64) {
        if count == 0 {
            return;
        }
        let me = self.client.me().get();
        let user_id = me.as_ref().as_ref().expect("logged in").user.id;
        let body = json!({ "user_id": user_id });
        let made = self.peer(Method::POST, "/v1/chats/direct", body).await;
        let id = made["chat"]["id"].as_str().or(made["id"].as_str());
        let id: ChatId = id.expect("a chat").parse().expect("an id");
        self.chat_id = Some(id);
        for number in 1..=count {
            self.peer_sends(id, &format!("number {number}")).await;
        }
    }

    fn open(&mut self) {
        let chat = self.chat();
        self.open = Some(Open {
            summary: chat.summary(),
            members: chat.members(),
            timeline: chat.timeline(),
        });
    }

    fn send(&mut self, draft: Draft, text: String) {
        let sent = self.chat().send(draft);
        self.sent.push((text, sent));
    }

    async fn load_before(&self) {
        in_time(self.open_timeline().load_before())
            .await
            .expect("it loads");
    }

    fn open_timeline(&self) -> &Timeline {
        &self.open.as_ref().expect("the chat is open").timeline
    }

    /// The same file and session, another client.
    async fn reload(&mut self) {
        self.open = None;
        self.sent.clear();
        in_time(self.client.suspend()).await;
        self.client.close();
        self.client = program(&self.engine, &self.folder, &self.session).await;
        in_time(self.client.connect()).await;
    }

    fn chat(&self) -> relaychat_sdk::Chat {
        self.client.chat(self.chat_id.expect("there is a chat"))
    }

    async fn rename(&self, name: &str) {
        self.peer(Method::PATCH, "/v1/me", json!({ "name": name }))
            .await;
    }

    async fn peer_sends(&self, chat_id: ChatId, text: &str) {
        let id = self.message_id();
        let path = format!("/v1/chats/{chat_id}/messages");
        self.peer(
            Method::POST,
            &path,
            json!({ "message_id": id, "text": text }),
        )
        .await;
    }

    /// As a client makes one; what is random in it need only be new.
    fn message_id(&self) -> uuid::Uuid {
        let number = self.written.fetch_add(1, Ordering::Relaxed);
        let mut random = [0; 10];
        random[2..].copy_from_slice(&number.to_be_bytes());
        let now_ms = self.engine.clock_now_ms().cast_unsigned();
        uuid::Builder::from_unix_timestamp_millis(now_ms, &random).into_uuid()
    }

    async fn peer(&self, method: Method, path: &str, body: Value) -> Value {
        let token = Some(self.peer.access_token.as_str());
        let answer = self.engine.call(method, path, token, Some(&body)).await;
        answer.expect("the engine does it")
    }
}

async fn program(
    engine: &TestEngine,
    folder: &tempfile::TempDir,
    session: &Arc<MemorySessionStore>,
) -> Client {
    let store = SqliteStore::open(folder.path().join("alice.db")).await;
    let session: Arc<MemorySessionStore> = Arc::clone(session);
    Client::builder(engine.url())
        .session_store(session)
        .store(Arc::new(store.expect("the file opens")))
        .build()
        .expect("the address is fine")
}

fn bytes(hex: &str) -> Vec<u8> {
    let places = (0..hex.len()).step_by(2);
    let byte = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).expect("two digits");
    places.map(byte).collect()
}
