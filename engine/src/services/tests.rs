//! The use cases on a real database, with a clock that is moved by hand.

mod amend;
mod anchors;
mod chat_files;
mod chat_settings;
mod chats;
mod convergence;
mod cost;
mod groups;
mod hooks;
mod invites;
mod lines;
mod login;
mod personal;
mod pins;
mod places;
mod recount;
mod rules;
mod search;
mod send;
mod sessions;
mod sync;

use std::sync::{Arc, Mutex};

use relaychat_protocol::{ChatId, LoginRequestId, MessageId, UserId};
use uuid::Uuid;

use super::{Caller, EventSink, NewSession, Parts, RateSettings, Services, Settings};
use crate::{
    blobs::BlobStore,
    clock::{Clock, ManualClock},
    domain::{
        event::{Committed, Event},
        message::{Draft, Edit, Mentions, Message},
    },
    hooks::Hooks,
    membership::MembershipSource,
    random::SystemRandom,
    storage::test_database::TestDatabase,
};

/// A day on which nothing else happens.
const START_MS: i64 = 1_700_000_000_000;
const SECOND_MS: i64 = 1_000;
const MINUTE_MS: i64 = 60 * SECOND_MS;
const HOUR_MS: i64 = 60 * MINUTE_MS;

/// Remembers what was published.
#[derive(Debug, Default)]
struct Recorder(Mutex<Vec<Committed>>);

impl EventSink for Recorder {
    fn publish(&self, committed: Committed) {
        self.0.lock().expect("unpoisoned").push(committed);
    }
}

impl Recorder {
    /// What was published since the last call.
    fn take(&self) -> Vec<Event> {
        let committed = std::mem::take(&mut *self.0.lock().expect("unpoisoned"));
        committed.into_iter().flat_map(|one| one.events).collect()
    }
}

/// The services with what tests move and look at.
pub(crate) struct Harness {
    pub(crate) services: Arc<Services>,
    pub(crate) clock: Arc<ManualClock>,
    events: Arc<Recorder>,
}

impl Harness {
    pub(crate) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        Self::with_hooks(Hooks::default(), change).await
    }

    pub(crate) async fn with_hooks(hooks: Hooks, change: impl FnOnce(&mut Settings)) -> Self {
        Self::on(&TestDatabase::new(), hooks, change).await
    }

    async fn on(database: &TestDatabase, hooks: Hooks, change: impl FnOnce(&mut Settings)) -> Self {
        let clock = Arc::new(ManualClock::new(START_MS));
        let events = Arc::new(Recorder::default());
        let mut settings = Settings {
            rates: RateSettings {
                is_enabled: false,
                ..RateSettings::default()
            },
            ..Settings::default()
        };
        change(&mut settings);
        let services = Services::open(Parts {
            storage: database.open().await,
            blobs: Arc::new(crate::blobs::MemoryBlobs::new()) as Arc<dyn BlobStore>,
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            random: Arc::new(SystemRandom),
            events: Arc::clone(&events) as Arc<dyn EventSink>,
            hooks,
            auth: crate::auth::Auth::default(),
            settings,
        })
        .await
        .expect("the services open");
        Self {
            services: Arc::new(services),
            clock,
            events,
        }
    }

    /// With a host that says who belongs to its objects.
    async fn with_source(source: impl MembershipSource) -> Self {
        let Self {
            services,
            clock,
            events,
        } = Self::new().await;
        let services = Arc::into_inner(services).expect("nobody else has them");
        Self {
            services: Arc::new(services.with_membership(Some(Arc::new(source)))),
            clock,
            events,
        }
    }

    /// The services of another node on the same storage.
    async fn another_node(&self) -> Services {
        let parts = Parts {
            storage: Arc::clone(&self.services.storage),
            blobs: Arc::clone(&self.services.blobs),
            clock: Arc::clone(&self.services.clock),
            random: Arc::clone(&self.services.random),
            events: Arc::clone(&self.services.events),
            hooks: Hooks::default(),
            auth: self.services.auth.clone(),
            settings: self.services.settings.clone(),
        };
        Services::open(parts).await.expect("the services open")
    }

    /// Asks for a code and gives the request with the code of its mail.
    async fn request(&self, email: &str) -> (LoginRequestId, String) {
        let requested = self.services.request_code(email, None, "").await;
        let id = requested.expect("a code is sent").request_id;
        (id, self.services.code_for(id))
    }

    /// Logs somebody in, whatever the limits.
    pub(crate) async fn log_in(&self, email: &str) -> NewSession {
        let (id, code) = self.request(email).await;
        let login = self.services.verify_code(id, &code, None).await;
        login.expect("the code is right")
    }

    /// Logs somebody in and gives them as a caller.
    pub(crate) async fn person(&self, name: &str) -> Caller {
        let login = self.log_in(&format!("{name}@example.com")).await;
        let caller = self.services.authenticate(&login.tokens.access_token);
        caller.await.expect("a fresh token")
    }

    pub(crate) async fn direct_chat(&self, a: Caller, b: Caller) -> ChatId {
        let opened = self.services.open_direct_chat(a, b.user_id).await;
        opened.expect("the chat opens").0.chat.id
    }

    pub(crate) async fn group(&self, owner: Caller, members: &[Caller]) -> ChatId {
        let id = ChatId(self.services.new_id());
        let user_ids: Vec<UserId> = members.iter().map(|member| member.user_id).collect();
        let made = self
            .services
            .create_group_chat(owner, id, "Group", &user_ids);
        made.await.expect("the group is made");
        id
    }

    pub(crate) async fn say(&self, caller: Caller, chat_id: ChatId, text: &str) -> Message {
        let sent = self
            .services
            .send_message(caller, self.draft(caller, chat_id, text));
        sent.await.expect("the message is sent").message
    }

    fn draft(&self, caller: Caller, chat_id: ChatId, text: &str) -> Draft {
        Draft {
            id: MessageId(self.services.new_id()),
            chat_id,
            sender_id: caller.user_id,
            text: text.to_owned(),
            attachment_ids: Vec::new(),
            reply_to_id: None,
            mentions: Mentions::default(),
        }
    }
}

/// An edit that mentions nobody.
fn worded(text: &str) -> Edit {
    Edit {
        text: text.to_owned(),
        mentions: Mentions::default(),
    }
}

/// An id that names nothing.
fn unknown() -> Uuid {
    Uuid::from_u128(0xdead)
}
