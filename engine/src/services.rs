//! Use cases: the only place where permission, transaction and event meet.
//!
//! One file per group of use cases, each an `impl Services` block. A use case checks what the
//! caller may do, runs one transaction, and publishes what happened after the commit. Services
//! never import each other's use cases; what they share lies in `domain`, in [`load`] and here.
//!
//! A commit runs in a task of its own ([`Services::commit`]): a client that hangs up cancels the
//! future of its request, and must never cancel the events of something that became durable.

mod amend;
mod anchors;
mod avatars;
mod batch;
mod blocks;
mod chat_files;
mod chat_settings;
mod chats;
mod commits;
mod cursor;
mod emoji;
mod error;
mod groups;
mod host_chats;
mod host_login;
mod host_people;
mod host_reports;
mod host_sessions;
mod hot;
mod invites;
mod joining;
mod judge;
mod keys;
mod known_logins;
mod lanes;
mod lines;
mod live_sessions;
mod load;
mod login;
mod marks;
mod membership;
mod messages;
mod missed;
mod originals;
mod outbox;
mod own_tokens;
mod people;
mod personal;
mod presence;
mod profile;
mod rates;
mod recipients;
mod reports;
mod search;
mod send;
mod server_keys;
mod sessions;
mod settings;
mod staged;
mod subscriptions;
mod sync;
#[cfg(test)]
pub(crate) mod tests;
mod tokens;
mod uploads;
mod validate;
mod webhooks;

use std::sync::Arc;

use relaychat_protocol::{MessageId, SessionId, UserId};
use tokio::sync::Notify;
use uuid::Uuid;

pub(crate) use anchors::{Anchor, host_key};
pub(crate) use chat_files::FilePage;
pub(crate) use error::ServiceError;
pub(crate) use host_chats::HostDraft;
pub(crate) use host_sessions::IssuedToken;
pub(crate) use invites::InviteTerms;
pub(crate) use keys::{Key, Keys, mac};
pub(crate) use login::{CodeRequested, NewSession};
pub(crate) use messages::{HistoryPage, HistoryPlace, ReactionPage};
pub(crate) use missed::{ChatsOf, KnownMissed, Missed};
pub(crate) use outbox::Outbox;
pub(crate) use rates::Rate;
pub(crate) use recipients::Presence;
pub(crate) use reports::NewReport;
pub(crate) use search::{Search, SearchPage};
use send::SendJob;
pub(crate) use send::Sent;
pub(crate) use server_keys::Server;
pub(crate) use sessions::SessionTokens;
pub(crate) use settings::{Directory, RateSettings, Settings, SyncPages};
pub(crate) use staged::engine_id;
pub(crate) use sync::{ChatMessages, SyncAnswer, SyncKind};
pub(crate) use uploads::{FileClaims, LinkPair, ReadableBlob, UploadSlot};
pub(crate) use webhooks::WebhookChange;

use crate::{
    auth::Auth,
    blobs::BlobStore,
    broker::Broker,
    clock::Clock,
    domain::event::{Committed, Event},
    hooks::Hooks,
    metrics::Metrics,
    random::{Random, RandomExt},
    storage::{AfterCommit, Storage, Transaction},
};

/// Who makes a request: an authenticated session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Caller {
    /// The user.
    pub(crate) user_id: UserId,
    /// Their session.
    pub(crate) session_id: SessionId,
    /// When the access token that proved it expires.
    pub(crate) token_expires_at_ms: i64,
}

/// Where services tell what happened. Called right after each commit, in commit order; must not
/// block.
pub(crate) trait EventSink: std::fmt::Debug + Send + Sync + 'static {
    /// Takes the events of one commit.
    fn publish(&self, committed: Committed);

    /// Whether commits are to be noted in storage, for other nodes to find what they were not told.
    fn wants_notes(&self) -> bool {
        false
    }

    /// There is work for whoever does the jobs, maybe on another node.
    fn wake_jobs(&self) {}
}

/// What the use cases are built on.
#[derive(Clone, Debug)]
pub(crate) struct Parts {
    pub(crate) storage: Arc<dyn Storage>,
    pub(crate) blobs: Arc<dyn BlobStore>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) events: Arc<dyn EventSink>,
    pub(crate) hooks: Hooks,
    pub(crate) auth: Auth,
    pub(crate) settings: Settings,
}

/// All use cases, with everything they need.
#[derive(Debug)]
pub(crate) struct Services {
    pub(crate) storage: Arc<dyn Storage>,
    pub(crate) blobs: Arc<dyn BlobStore>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) events: Arc<dyn EventSink>,
    pub(crate) auth: Auth,
    pub(crate) settings: Settings,
    /// The engine's secrets, one per purpose.
    pub(crate) keys: Keys,
    /// Woken when a mail was put into the outbox.
    pub(crate) mail_waiting: Arc<Notify>,
    /// The newest change number, as far as it was asked for.
    newest: sync::Newest,
    /// What is counted.
    pub(crate) metrics: Arc<Metrics>,
    epoch: Uuid,
    /// None: this node is alone.
    broker: Option<Arc<dyn Broker>>,
    live_sessions: Arc<live_sessions::LiveSessions>,
    own_tokens: own_tokens::OwnTokens,
    /// What the host is to be told.
    pub(crate) outbox: Outbox,
    hooks: Hooks,
    lanes: lanes::Lanes,
    known_logins: known_logins::KnownLogins,
    rates: rates::Rates,
    sends: batch::Batcher<send::SendBatch>,
    marks: batch::Batcher<marks::MarkBatch>,
    amendments: batch::Batcher<amend::AmendBatch>,
    uploads: uploads::Uploads,
    memberships: membership::Memberships,
}

impl Services {
    /// Reads the engine's keys and epoch from storage (and makes the keys on the first start), and
    /// starts the writers. Must be called within a tokio runtime; the writers end when the
    /// services are dropped.
    pub(crate) async fn open(parts: Parts) -> Result<Self, ServiceError> {
        let Parts {
            storage,
            blobs,
            clock,
            random,
            events,
            hooks,
            auth,
            settings,
        } = parts;
        let keys = Keys::load(&*storage, &*random, settings.secret.as_ref()).await?;
        let epoch = storage.snapshot().await?.changes().epoch().await?;
        let metrics = Arc::<Metrics>::default();
        let outbox = Outbox::new(hooks.after.clone(), Arc::clone(&random));
        outbox.refresh(&*storage).await?;
        let writer = batch::Writer {
            storage: Arc::clone(&storage),
            clock: Arc::clone(&clock),
            events: Arc::clone(&events),
            outbox: outbox.clone(),
            hot: Arc::default(),
            tells_reads: settings.tells_reads,
        };
        Ok(Self {
            rates: rates::Rates::new(settings.rates, Arc::clone(&clock)),
            sends: batch::Batcher::start(
                send::SendBatch::new(writer.clone(), keys.originals),
                &metrics,
            ),
            amendments: batch::Batcher::start(
                amend::AmendBatch::new(writer.clone(), keys.originals, settings.edit_window_ms),
                &metrics,
            ),
            marks: batch::Batcher::start(marks::MarkBatch(writer), &metrics),
            uploads: uploads::Uploads::new(&settings),
            lanes: lanes::Lanes::default(),
            outbox,
            hooks,
            memberships: membership::Memberships::default(),
            live_sessions: Arc::default(),
            own_tokens: own_tokens::OwnTokens::default(),
            known_logins: known_logins::KnownLogins::default(),
            mail_waiting: Arc::new(Notify::new()),
            newest: sync::Newest::default(),
            metrics,
            storage,
            blobs,
            clock,
            random,
            events,
            auth,
            settings,
            keys,
            epoch,
            broker: None,
        })
    }

    /// Commits and publishes `events`, whatever becomes of the caller meanwhile.
    pub(crate) async fn commit(
        &self,
        mut transaction: Box<dyn Transaction>,
        events: Vec<Event>,
    ) -> Result<(), ServiceError> {
        commits::note(&mut *transaction, &*self.events, &events).await?;
        let ended: Vec<SessionId> = events.iter().filter_map(commits::ended_session).collect();
        let sessions = Arc::clone(&self.live_sessions);
        let publish = commits::after_commit(Arc::clone(&self.events), events);
        let after: AfterCommit = Box::new(move |change| {
            ended.into_iter().for_each(|id| sessions.end(id));
            publish(change);
        });
        let committing = tokio::spawn(transaction.commit(after));
        Ok(committing.await.map_err(ServiceError::internal)??)
    }

    /// Lets a request through, or says how long to wait.
    pub(crate) async fn check_rate(&self, rate: Rate, user_id: UserId) -> Result<(), ServiceError> {
        self.rates.check(rate, user_id).await
    }

    /// Shares rates with the other nodes.
    pub(crate) fn with_broker(mut self, broker: Option<Arc<dyn Broker>>) -> Self {
        if let Some(broker) = &broker {
            let scope = self.epoch.simple().to_string();
            self.rates.share(Arc::clone(broker), scope);
        }
        self.broker = broker;
        self
    }

    /// Whether the broker answers; `None` when this node is alone.
    pub(crate) async fn is_broker_up(&self) -> Option<bool> {
        Some(self.broker.as_ref()?.check().await.is_ok())
    }

    /// Whether storage answers.
    pub(crate) async fn check_storage(&self) -> Result<(), ServiceError> {
        self.storage.snapshot().await?.changes().current().await?;
        Ok(())
    }

    /// An id for a message that the host did not name.
    pub(crate) fn new_message_id(&self) -> MessageId {
        MessageId(self.new_id())
    }

    fn now_ms(&self) -> i64 {
        self.clock.now_ms()
    }

    fn new_id(&self) -> Uuid {
        self.random.uuid_v7(self.now_ms())
    }
}
