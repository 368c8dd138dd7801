//! Carries out what the state decides: the only place where decisions meet I/O.
//!
//! One lock guards the state. Whatever happens (a frame, an answer, a command, a timer) is one short
//! [`Runtime::update`]: change the state, plan, start what is planned, publish what changed. Nothing
//! waits inside. Tasks do the waiting outside and come back with another update.

use std::{
    collections::HashMap,
    future::Future,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak},
};

use relaychat_protocol::AttachmentId;
use tokio::sync::{Notify, mpsc};

use crate::{
    AttachmentLinks, ConnectionState, RelayError, TokenReason,
    api::Api,
    connection::machine::Input,
    credentials::Credentials,
    platform::{self, MaybeSend, Spawner},
    state::{State, absolute},
    transport::Transport,
};

mod blocks;
mod commands;
mod effects;
pub(crate) mod keeping;
mod lists;
mod pins;
mod search;
mod socket;
mod views;

use keeping::Keep;
use views::Views;

/// Links are asked for anew when they end sooner than this: an image takes time to load.
const LINKS_LEAST_LEFT_MS: i64 = 60_000;

/// What the builder was told.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) base_url: String,
    pub(crate) device_name: Option<String>,
    pub(crate) utc_offset_ms: Option<i64>,
}

/// What is behind the lock.
#[derive(Debug)]
struct Inner {
    state: State,
    views: Views,
    socket: Option<mpsc::Sender<String>>,
    /// The token of the present connection attempt.
    token: Option<String>,
    deadline_ms: Option<i64>,
    links: HashMap<AttachmentId, AttachmentLinks>,
}

/// The client behind its handles.
#[derive(Debug)]
pub(crate) struct Runtime {
    settings: Settings,
    transport: Arc<dyn Transport>,
    credentials: Credentials,
    inner: Mutex<Inner>,
    timer: Arc<Notify>,
    /// `None` without a store: then nothing of what a store needs is linked into the module.
    keeper: Option<Arc<dyn Keep>>,
    store_behind: Arc<Notify>,
    spawner: OnceLock<Spawner>,
    this: Weak<Runtime>,
}

impl Drop for Runtime {
    fn drop(&mut self) {
        self.timer.notify_one();
        self.store_behind.notify_one();
    }
}

impl Runtime {
    pub(crate) fn new(
        settings: Settings,
        transport: Arc<dyn Transport>,
        credentials: Credentials,
        keeper: Option<Arc<dyn Keep>>,
    ) -> Arc<Self> {
        let mut state = State::new(
            settings.base_url.clone(),
            platform::utc_offset_ms,
            settings.utc_offset_ms,
        );
        if let Some(keeper) = &keeper {
            state.unkept.is_on = true;
            state.storage = keeper.best_state();
        }
        Arc::new_cyclic(|this| Self {
            settings,
            transport,
            credentials,
            inner: Mutex::new(Inner {
                views: Views::new(&state),
                state,
                socket: None,
                token: None,
                deadline_ms: None,
                links: HashMap::new(),
            }),
            timer: Arc::new(Notify::new()),
            keeper,
            store_behind: Arc::new(Notify::new()),
            spawner: OnceLock::new(),
            this: Weak::clone(this),
        })
    }

    pub(crate) fn api(&self) -> Api<'_> {
        Api::new(self)
    }

    pub(crate) fn transport(&self) -> &dyn Transport {
        self.transport.as_ref()
    }

    pub(crate) fn base_url(&self) -> &str {
        &self.settings.base_url
    }

    pub(crate) fn device_name(&self) -> Option<String> {
        self.settings.device_name.clone()
    }

    /// What the client knows, for tests that compare it with the server.
    #[cfg(test)]
    pub(crate) fn look<R>(&self, look: impl FnOnce(&mut State) -> R) -> R {
        look(&mut self.lock().state)
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // A panic inside an update is a bug of ours; going on with what is there beats hanging.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One step of the client.
    fn update<R>(&self, act: impl FnOnce(&mut State, i64, f64) -> R) -> R {
        self.update_inner(|inner, now_ms, unit| act(&mut inner.state, now_ms, unit))
    }

    fn update_inner<R>(&self, act: impl FnOnce(&mut Inner, i64, f64) -> R) -> R {
        let (now_ms, unit) = (platform::now_ms(), platform::random_unit());
        let mut inner = self.lock();
        let result = act(&mut inner, now_ms, unit);
        self.settle(&mut inner, now_ms, unit);
        result
    }

    /// What follows whatever was done. Not generic: it is in the module once.
    fn settle(&self, inner: &mut Inner, now_ms: i64, unit: f64) {
        inner.state.plan(now_ms);
        loop {
            let effects = inner.state.take_effects();
            if effects.is_empty() {
                break;
            }
            for effect in effects {
                self.perform(inner, effect, now_ms, unit);
            }
        }
        let Inner { state, views, .. } = inner;
        views.publish(state);
        if inner.state.is_store_behind() {
            self.store_behind.notify_one();
        }
        let deadline_ms = inner.state.deadline_ms(now_ms);
        if inner.deadline_ms != deadline_ms {
            inner.deadline_ms = deadline_ms;
            self.timer.notify_one();
        }
    }

    /// A token. One that cannot be had because the login has ended logs the person out.
    pub(crate) async fn token(
        &self,
        reason: TokenReason,
        refused: Option<&str>,
    ) -> Result<String, RelayError> {
        let had_login = self.credentials.can_ask();
        let answer = self.credentials.token(self.api(), reason, refused).await;
        if let Err(error) = &answer
            && error.is_unauthenticated()
        {
            let why = had_login.then_some(error.code);
            self.update(|state, now_ms, unit| {
                state.connection(Input::SignOut(why), now_ms, unit);
            });
        }
        answer
    }

    /// Opens the connection and waits until it stands, or cannot.
    pub(crate) async fn connect(&self) {
        self.start();
        let mut states = self.connection().subscribe();
        let is_clear = |state: &ConnectionState| {
            matches!(
                state,
                ConnectionState::Connected
                    | ConnectionState::SignedOut { .. }
                    | ConnectionState::Closed { .. }
            )
        };
        states.until(is_clear).await;
    }

    /// Starts connecting without waiting for it.
    pub(super) fn start(&self) {
        if let Some(spawner) = Spawner::here()
            && self.spawner.set(spawner).is_ok()
        {
            self.spawn(run_timer(Weak::clone(&self.this), Arc::clone(&self.timer)));
            if let Some(keeper) = &self.keeper {
                let behind = Arc::clone(&self.store_behind);
                self.spawn(Arc::clone(keeper).run(Weak::clone(&self.this), behind));
            }
        }
        self.update(|state, now_ms, unit| state.connection(Input::Start, now_ms, unit));
    }

    fn spawn(&self, task: impl Future<Output = ()> + MaybeSend + 'static) {
        if let Some(spawner) = self.spawner.get() {
            spawner.spawn(task);
        }
    }

    pub(crate) async fn attachment_links(
        &self,
        id: AttachmentId,
    ) -> Result<AttachmentLinks, RelayError> {
        let now_ms = platform::now_ms();
        let kept = self.lock().links.get(&id).cloned();
        if let Some(links) = kept.filter(|links| links.expires_at_ms > now_ms + LINKS_LEAST_LEFT_MS)
        {
            return Ok(links);
        }
        let found = self.api().attachment_links(id).await?;
        let mut inner = self.lock();
        let links = AttachmentLinks {
            url: absolute(&self.settings.base_url, &found.url),
            thumbnail_url: absolute(&self.settings.base_url, &found.thumbnail_url),
            // In this device's time.
            expires_at_ms: found.expires_at_ms - inner.state.clock_ahead_ms(),
        };
        inner.links.retain(|_, links| links.expires_at_ms > now_ms);
        inner.links.insert(id, links.clone());
        Ok(links)
    }
}

/// Tells the state when time it asked for has passed. Ends with the runtime.
async fn run_timer(runtime: Weak<Runtime>, changed: Arc<Notify>) {
    loop {
        let deadline_ms = match runtime.upgrade() {
            Some(runtime) if runtime.lock().state.machine.is_closed() => return,
            Some(runtime) => runtime.lock().deadline_ms,
            None => return,
        };
        let Some(deadline_ms) = deadline_ms else {
            changed.notified().await;
            continue;
        };
        let wait_ms = u64::try_from(deadline_ms - platform::now_ms()).unwrap_or(0);
        tokio::select! {
            biased;
            () = changed.notified() => {}
            () = platform::sleep_ms(wait_ms.max(LEAST_WAIT_MS)) => {
                let Some(runtime) = runtime.upgrade() else { return };
                runtime.update(State::tick);
            }
        }
    }
}

/// Timers are this coarse, so that work that is due again and again cannot take the whole thread.
const LEAST_WAIT_MS: u64 = 2;
