//! The client: how it is made, what can be watched of it, and how it ends.
//!
//! What goes over the network by request is in `calls`.

use std::{
    str::FromStr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use relaychat_sdk::{self as sdk, SqliteStore, protocol::ErrorCode};

use crate::{
    ChatListListener, ChatListStatus, ChatListUpdate, ChatSummary, ClientOptions,
    ConnectionListener, ConnectionState, CoreChat, CoreSubscription, Limits, LimitsListener,
    LogLevel, LogSink, Me, MeListener, PresenceListener, PushToken, RelayError, SessionStore,
    StorageListener, StorageState, TokenProvider,
    convert::each,
    credentials::{Sessions, Tokens},
    host::Host,
    log,
    watch::{splices, watch},
};

/// How long the end of a client waits for the store. A phone gives a program that goes into the
/// background about five seconds, and the listeners are waited for too.
const LAST_WRITE: Duration = Duration::from_secs(2);

/// What every handle of a client needs.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) client: sdk::Client,
    pub(crate) host: Host,
    push_token: Mutex<Option<PushToken>>,
}

/// A client of one engine for one person.
#[derive(Debug, uniffi::Object)]
pub struct CoreClient {
    pub(crate) shared: Arc<Shared>,
}

#[uniffi::export]
impl CoreClient {
    /// Makes a client. It does nothing until it connects. With `tokens` the application says who
    /// somebody is; without, people log in with e-mail codes, and `sessions` keeps their session.
    ///
    /// # Errors
    /// When the address is not one of an engine.
    #[uniffi::constructor(default(tokens = None, sessions = None))]
    pub fn new(
        options: ClientOptions,
        tokens: Option<Arc<dyn TokenProvider>>,
        sessions: Option<Arc<dyn SessionStore>>,
    ) -> Result<Arc<Self>, RelayError> {
        Self::start(options, tokens, sessions, None)
    }

    /// The same, with a log of what the client has to say about itself.
    ///
    /// # Errors
    /// When the address is not one of an engine.
    #[uniffi::constructor(default(tokens = None, sessions = None))]
    pub fn with_log(
        options: ClientOptions,
        tokens: Option<Arc<dyn TokenProvider>>,
        sessions: Option<Arc<dyn SessionStore>>,
        level: LogLevel,
        sink: Arc<dyn LogSink>,
    ) -> Result<Arc<Self>, RelayError> {
        Self::start(options, tokens, sessions, Some((level, sink)))
    }

    /// How the connection is.
    #[must_use]
    pub fn connection(&self) -> ConnectionState {
        (&*self.client().connection().get()).into()
    }

    /// Tells how the connection is, now and when that changes.
    #[must_use]
    pub fn watch_connection(&self, listener: Arc<dyn ConnectionListener>) -> Arc<CoreSubscription> {
        let connection = self.client().connection();
        watch(self.host(), &connection, (), move |now| {
            listener.on_change(now.into())
        })
    }

    /// Tries to connect now instead of waiting for the next attempt.
    pub fn reconnect_now(&self) {
        self.host().within(|| self.client().reconnect_now());
    }

    /// Tells what the device says about its network. While offline nothing is tried.
    pub fn set_network_online(&self, is_online: bool) {
        let act = || self.client().set_network_online(is_online);
        self.host().within(act);
    }

    /// Goes on after `suspend`.
    pub fn resume(&self) {
        self.host().within(|| self.client().resume());
    }

    /// How well what the client knows is kept.
    #[must_use]
    pub fn storage(&self) -> StorageState {
        (&*self.client().storage().get()).into()
    }

    /// Tells how well what the client knows is kept, now and when that changes.
    #[must_use]
    pub fn watch_storage(&self, listener: Arc<dyn StorageListener>) -> Arc<CoreSubscription> {
        let storage = self.client().storage();
        watch(self.host(), &storage, (), move |now| {
            listener.on_change(now.into())
        })
    }

    /// The caller's own profile; none when nobody is logged in.
    #[must_use]
    pub fn me(&self) -> Option<Me> {
        self.client().me().get().as_deref().map(Into::into)
    }

    /// Tells who is logged in, now and when that changes.
    #[must_use]
    pub fn watch_me(&self, listener: Arc<dyn MeListener>) -> Arc<CoreSubscription> {
        let me = self.client().me();
        watch(self.host(), &me, (), move |now| {
            listener.on_change(now.as_deref().map(Into::into))
        })
    }

    /// What the server accepts; none until the first connection.
    #[must_use]
    pub fn limits(&self) -> Option<Limits> {
        self.client()
            .limits()
            .get()
            .as_ref()
            .as_ref()
            .map(Into::into)
    }

    /// Tells what the server accepts, now and when that changes.
    #[must_use]
    pub fn watch_limits(&self, listener: Arc<dyn LimitsListener>) -> Arc<CoreSubscription> {
        let limits = self.client().limits();
        watch(self.host(), &limits, (), move |now| {
            listener.on_change(now.as_ref().map(Into::into))
        })
    }

    /// The caller's chats, newest activity first.
    #[must_use]
    pub fn chats(&self) -> Vec<ChatSummary> {
        each(&self.client().chats().state().get().items)
    }

    /// What else there is to say of them.
    #[must_use]
    pub fn chats_status(&self) -> ChatListStatus {
        (&*self.client().chats().state().get()).into()
    }

    /// Tells the chats, now and how they change.
    #[must_use]
    pub fn watch_chats(&self, listener: Arc<dyn ChatListListener>) -> Arc<CoreSubscription> {
        let chats = self.client().chats().state();
        let mut seen = Vec::new();
        watch(self.host(), &chats, (), move |now| {
            let status = now.into();
            splices(&mut seen, &now.items, |splices| {
                listener.on_change(ChatListUpdate { splices, status })
            })
        })
    }

    /// One chat.
    ///
    /// # Errors
    /// When the text is no id.
    pub fn chat(&self, chat_id: String) -> Result<Arc<CoreChat>, RelayError> {
        let chat = self.client().chat(id(&chat_id)?);
        Ok(CoreChat::new(Arc::clone(&self.shared), chat))
    }

    /// Tells whether a person is there, now and when that changes.
    ///
    /// # Errors
    /// When the text is no id.
    pub fn watch_presence(
        &self,
        user_id: String,
        listener: Arc<dyn PresenceListener>,
    ) -> Result<Arc<CoreSubscription>, RelayError> {
        let presence = self.client().people().presence(id(&user_id)?);
        let observable = presence.observable();
        Ok(watch(self.host(), &observable, presence, move |now| {
            listener.on_change(now.as_ref().map(Into::into))
        }))
    }

    /// Keeps under what name a push service knows this device, for as long as the client lives.
    /// Engines of this version do not send pushes themselves: the application hands it to its own
    /// backend, which hears from the engine whom to wake.
    pub fn set_push_token(&self, token: Option<PushToken>) {
        *self.push_slot() = token;
    }

    /// What was given last.
    #[must_use]
    pub fn push_token(&self) -> Option<PushToken> {
        self.push_slot().clone()
    }

    /// Writes what is queued into the store, closes the connection and ends all threads. Calls
    /// under way end with `Closed`. May be called again, and while calls are under way.
    pub async fn shut_down(&self) {
        self.host().begin_to_end();
        let client = self.client().clone();
        let written = self.host().spawn(async move {
            tokio::time::timeout(LAST_WRITE, client.suspend())
                .await
                .ok();
            client.close();
        });
        written.await.ok();
        self.host().shut_down().await;
    }
}

impl CoreClient {
    fn start(
        options: ClientOptions,
        tokens: Option<Arc<dyn TokenProvider>>,
        sessions: Option<Arc<dyn SessionStore>>,
        log: Option<(LogLevel, Arc<dyn LogSink>)>,
    ) -> Result<Arc<Self>, RelayError> {
        let ClientOptions {
            url,
            store_path,
            device_name,
            utc_offset_ms,
        } = options;
        let mut builder = sdk::Client::builder(url).utc_offset_ms(utc_offset_ms);
        if let Some(path) = store_path {
            builder = builder.store(Arc::new(SqliteStore::at(path)));
        }
        if let Some(name) = device_name {
            builder = builder.device_name(name);
        }
        if let Some(sessions) = sessions {
            builder = builder.session_store(Arc::new(Sessions(sessions)));
        }
        if let Some(tokens) = tokens {
            builder = builder.token_provider_object(Arc::new(Tokens(tokens)));
        }
        let client = builder.build()?;
        let host = match log {
            None => Host::start(None)?,
            Some((level, sink)) => {
                let (dispatch, lines) = log::collect(level);
                let host = Host::start(Some(dispatch))?;
                host.spawn(log::tell(sink, lines));
                host
            }
        };
        Ok(Self::over(client, host))
    }

    pub(crate) fn over(client: sdk::Client, host: Host) -> Arc<Self> {
        let shared = Arc::new(Shared {
            client,
            host,
            push_token: Mutex::default(),
        });
        Arc::new(Self { shared })
    }

    pub(crate) fn client(&self) -> &sdk::Client {
        &self.shared.client
    }

    pub(crate) fn host(&self) -> &Host {
        &self.shared.host
    }

    fn push_slot(&self) -> std::sync::MutexGuard<'_, Option<PushToken>> {
        let slot = self.shared.push_token.lock();
        slot.unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads an id that the application has passed.
pub(crate) fn id<T: FromStr>(text: &str) -> Result<T, sdk::RelayError> {
    text.parse().map_err(|_| {
        sdk::RelayError::of(
            ErrorCode::ValidationFailed,
            "an id is a UUID in its usual form",
        )
    })
}
