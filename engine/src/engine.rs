//! The handle of a running engine. Cheap to clone; the host keeps one in its own state.

mod figures;
mod webhooks;

use std::{future::Future, sync::Arc};

pub use webhooks::Webhooks;

use axum::Router;
use relaychat_protocol::{UserId, rest::users::UnreadTotal};

use crate::{
    Roles,
    builder::{BuildError, EngineBuilder},
    config::Config,
    host::Announcer,
    http::{self, ApiState},
    jobs::{self, TellHost},
    lifecycle::Lifecycle,
    mailer::{Mailer, Templates},
    realtime::{self, Realtime},
    services::Presence,
    services::Services,
    storage::{Storage, StorageError},
    webhooks::Poster,
};

/// A chat engine. Made by [`Engine::builder`].
#[derive(Clone, Debug)]
pub struct Engine(Arc<Parts>);

/// What an engine is made of.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) storage: Arc<dyn Storage>,
    pub(crate) announcer: Announcer,
    pub(crate) mailer: Option<Arc<dyn Mailer>>,
    pub(crate) presence: Arc<dyn Presence>,
    pub(crate) poster: Poster,
    pub(crate) api: ApiState,
    pub(crate) realtime: Realtime,
    pub(crate) lifecycle: Lifecycle,
    pub(crate) config: Arc<Config>,
    pub(crate) roles: Roles,
}

impl Engine {
    /// Begins to put an engine together.
    pub fn builder() -> EngineBuilder {
        EngineBuilder::default()
    }

    /// An engine that keeps everything in memory and sends no mail: for tests and first steps.
    ///
    /// # Errors
    /// There is no folder for temporary files.
    pub async fn ephemeral() -> Result<Self, BuildError> {
        EngineBuilder::ephemeral().await?.build().await
    }

    /// The API and the socket, for a router of any state and under any prefix. It has no fallback
    /// route: what is not the engine's stays the host's.
    pub fn router<S>(&self) -> Router<S>
    where
        S: Clone + Send + Sync + 'static,
    {
        let sockets = if self.0.roles.realtime {
            self.0.realtime.router()
        } else {
            http::no_sockets(realtime::PATH)
        };
        http::router(self.0.api.clone(), sockets, self.0.roles.api)
    }

    /// The API as an OpenAPI document, in JSON.
    #[must_use]
    pub fn openapi() -> String {
        let document = http::openapi();
        document
            .to_pretty_json()
            .expect("the document holds strings, numbers, lists and maps with string keys only")
    }

    /// Unread messages of a user over all chats that are neither muted nor archived: one query, for a badge in the host's own pages.
    ///
    /// # Errors
    /// Storage does not answer.
    pub async fn unread_total(&self, user_id: UserId) -> Result<UnreadTotal, StorageError> {
        let mut snapshot = self.0.storage.snapshot().await?;
        let now_ms = self.services().clock.now_ms();
        let total = snapshot.members().unread_total(user_id, now_ms).await?;
        Ok(UnreadTotal {
            unread_count: total.message_count,
            unread_chat_count: total.chat_count,
        })
    }

    /// How many sockets are open and authenticated.
    #[must_use]
    pub fn socket_count(&self) -> usize {
        self.0.realtime.socket_count()
    }

    /// The settings in force.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// Ends the engine in good order: new sockets are refused, open ones are closed with 4503
    /// (spread over a few seconds, so that clients do not come back all at once) after what they
    /// have under way, and background tasks end. REST goes on, so that the host's server can finish
    /// its requests. A second call waits for the first.
    pub async fn drain(&self) {
        let lifecycle = &self.0.lifecycle;
        let is_first = !lifecycle.is_draining();
        lifecycle.draining.cancel();
        if is_first {
            self.0.realtime.drain().await;
            lifecycle.stopping.cancel();
        }
        lifecycle.stopping.cancelled().await;
        lifecycle.tasks.close();
        lifecycle.tasks.wait().await;
    }

    /// Waits for `signal`, then [drains](Self::drain): for a server's graceful shutdown.
    pub fn drain_on<S>(&self, signal: S) -> impl Future<Output = ()> + Send + use<S>
    where
        S: Future<Output = ()> + Send,
    {
        let engine = self.clone();
        async move {
            signal.await;
            engine.drain().await;
        }
    }

    /// Closes storage, after the last request. Only for the end of the process.
    pub async fn close(&self) {
        self.drain().await;
        self.0.storage.close().await;
    }

    /// What tells the host of events.
    pub(crate) fn announcer(&self) -> &Announcer {
        &self.0.announcer
    }

    /// The use cases.
    pub(crate) fn services(&self) -> &Services {
        &self.0.api.services
    }

    /// Starts what runs in the background.
    pub(crate) fn start(parts: Parts) -> Self {
        parts.realtime.start();
        let templates = templates(&parts.config);
        let (tasks, stopping) = (&parts.lifecycle.tasks, &parts.lifecycle.stopping);
        if parts.roles.jobs {
            let tell_host = TellHost::new(
                Arc::clone(&parts.api.services),
                Arc::clone(&parts.presence),
                parts.poster.clone(),
            );
            tasks.spawn(tell_host.run(stopping.clone()));
            let mail = parts.mailer.clone();
            let mail = mail.map(|mailer| (mailer, templates));
            jobs::start(&parts.api.services, mail, tasks, stopping);
        }
        Self(Arc::new(parts))
    }
}

/// The mails of this installation.
fn templates(config: &Config) -> Templates {
    let ours = Templates::new(&config.name.0, config.public_url.as_deref());
    let mails = config.login.mails.iter().cloned();
    mails.fold(ours, |templates, mail| {
        let with_login = templates.with_login(mail);
        with_login.expect("the settings were validated")
    })
}
