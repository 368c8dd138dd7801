//! The store: loaded once at the start, then written whenever it is behind.
//!
//! One task does it, one call after the other, while the client goes on. Nothing here decides what
//! is kept; that is noted by the state, and `records` writes it down. A client without a store has
//! no keeper, and nothing of this is linked into its program.
//!
//! A store that fails is tried again, and the client goes on without it and says so. One that is
//! damaged, or was written by a newer version, is cleared and filled anew; what was queued and can
//! still be read goes back into it first.

use std::sync::{Arc, Weak};

use relaychat_protocol::{ChatId, rest::messages::Message};
use tokio::sync::{MutexGuard, Notify};

use super::Runtime;
use crate::{
    StorageState, Store,
    platform::{self, BoxFuture, MaybeSend, MaybeSync},
    state::history::KeptLoad,
    store::{StoreError, StoreErrorKind},
};

mod records;

/// How long a store that failed is left alone. What is not written is only fetched again later.
const STORE_AGAIN_MS: u64 = 5_000;

/// Keeps what a client knows. The one implementation is [`Keeper`]; behind this trait it is only
/// linked where somebody makes one.
pub(crate) trait Keep: std::fmt::Debug + MaybeSend + MaybeSync {
    /// How well it keeps while nothing fails.
    fn best_state(&self) -> StorageState;
    /// Shows what was kept. Only the first call does anything; others wait for it.
    fn load<'a>(&'a self, runtime: &'a Runtime) -> BoxFuture<'a, ()>;
    /// Forgets what is kept, if that is due; true if nothing is left to forget.
    fn clear<'a>(&'a self, runtime: &'a Runtime) -> BoxFuture<'a, bool>;
    /// Messages of a chat; none if that failed.
    fn messages<'a>(
        &'a self,
        runtime: &'a Runtime,
        chat_id: ChatId,
        load: KeptLoad,
    ) -> BoxFuture<'a, Vec<Message>>;
    /// Brings the store up to now and lets go of it.
    fn suspend<'a>(&'a self, runtime: &'a Runtime) -> BoxFuture<'a, ()>;
    /// Loads, then writes whenever something changed. Ends with the client.
    fn run(self: Arc<Self>, runtime: Weak<Runtime>, behind: Arc<Notify>) -> BoxFuture<'static, ()>;
}

/// What is known of the store. Whoever holds it has the store to themselves.
#[derive(Debug, Default)]
struct Progress {
    is_loaded: bool,
    is_failing: bool,
}

/// Keeps what a client knows in a [`Store`].
#[derive(Debug)]
pub(crate) struct Keeper {
    store: Arc<dyn Store>,
    progress: tokio::sync::Mutex<Progress>,
}

impl Keeper {
    pub(crate) fn new(store: Arc<dyn Store>) -> Self {
        Self {
            store,
            progress: tokio::sync::Mutex::default(),
        }
    }

    /// Tells how the store is, and logs the first failure of a row; true if it worked.
    fn note(
        &self,
        runtime: &Runtime,
        progress: &mut Progress,
        result: Result<(), StoreError>,
    ) -> bool {
        let was_failing = progress.is_failing;
        progress.is_failing = result.is_err();
        if let (Err(error), false) = (&result, was_failing) {
            tracing::warn!(%error, "what changes now is kept only if the store recovers");
        }
        let storage = match result {
            Ok(()) => self.best_state(),
            Err(_) => StorageState::Lost,
        };
        let is_news = runtime.lock().state.storage != storage;
        if is_news {
            runtime.update(|state, _, _| state.storage = storage);
        }
        result.is_ok()
    }

    async fn load_once(&self, runtime: &Runtime) {
        let mut progress = self.progress.lock().await;
        if progress.is_loaded {
            return;
        }
        if !runtime.credentials.can_ask() {
            runtime.update(|state, _, _| state.unkept.clear());
        }
        if runtime.lock().state.unkept.is_clear_due() {
            progress.is_loaded = true;
            return;
        }
        let (result, kept) = match records::read(&*self.store).await {
            Ok(kept) => (Ok(()), kept),
            Err(error) if error.kind == StoreErrorKind::Damaged => {
                tracing::warn!(%error, "the store is filled anew");
                records::save(&*self.store).await
            }
            Err(error) => {
                self.note(runtime, &mut progress, Err(error));
                return;
            }
        };
        let is_damaged = kept.head.is_none();
        progress.is_loaded = self.note(runtime, &mut progress, result);
        runtime.update(|state, _, _| {
            // Somebody signed out while it was read.
            if state.unkept.is_clear_due() {
                return;
            }
            let is_late = state.has_snapshot();
            state.restore(kept);
            if is_late || is_damaged {
                state.note_everything();
            }
        });
    }

    async fn clear_due(&self, runtime: &Runtime, progress: &mut MutexGuard<'_, Progress>) -> bool {
        if !runtime.lock().state.unkept.is_clear_due() {
            return true;
        }
        let result = self.store.clear().await;
        let is_cleared = self.note(runtime, progress, result);
        if is_cleared {
            runtime.lock().state.unkept.cleared();
        }
        is_cleared
    }

    /// Brings the store up to now; false if it failed.
    async fn write(&self, runtime: &Runtime) -> bool {
        let mut progress = self.progress.lock().await;
        if !self.clear_due(runtime, &mut progress).await {
            return false;
        }
        if !progress.is_loaded {
            return false;
        }
        let Some(mut result) = self.write_due(runtime).await else {
            return true;
        };
        if matches!(&result, Err(error) if error.kind == StoreErrorKind::Damaged) {
            result = self.fill_anew(runtime).await;
        }
        self.note(runtime, &mut progress, result)
    }

    /// Writes what is due, if anything is.
    async fn write_due(&self, runtime: &Runtime) -> Option<Result<(), StoreError>> {
        let (changes, taken) = {
            let mut inner = runtime.lock();
            // After the end the store may be another client's, which knows better what is synced.
            let is_closed = inner.state.machine.is_closed();
            inner.state.take_unkept(is_closed)?
        };
        let result = self.store.write(records::to_records(changes)).await;
        runtime.update(|state, _, _| {
            // What waited for it goes on.
            if result.is_err() {
                state.put_back(taken);
            }
        });
        Some(result)
    }

    /// What was kept is gone, or cannot be read: everything that is known goes into it again.
    async fn fill_anew(&self, runtime: &Runtime) -> Result<(), StoreError> {
        tracing::warn!("the store is filled anew");
        self.store.clear().await?;
        runtime.update(|state, _, _| state.note_everything());
        self.write_due(runtime).await.unwrap_or(Ok(()))
    }
}

impl Keep for Keeper {
    fn best_state(&self) -> StorageState {
        if self.store.is_durable() {
            StorageState::Durable
        } else {
            StorageState::MemoryOnly
        }
    }

    fn load<'a>(&'a self, runtime: &'a Runtime) -> BoxFuture<'a, ()> {
        Box::pin(self.load_once(runtime))
    }

    fn clear<'a>(&'a self, runtime: &'a Runtime) -> BoxFuture<'a, bool> {
        Box::pin(async move {
            let mut progress = self.progress.lock().await;
            self.clear_due(runtime, &mut progress).await
        })
    }

    fn messages<'a>(
        &'a self,
        runtime: &'a Runtime,
        chat_id: ChatId,
        load: KeptLoad,
    ) -> BoxFuture<'a, Vec<Message>> {
        Box::pin(async move {
            // What is noted as kept may be on its way into the store.
            self.write(runtime).await;
            let mut progress = self.progress.lock().await;
            let error = match records::messages(&*self.store, chat_id, load).await {
                Ok(found) => return found,
                Err(error) => error,
            };
            let result = match error.kind {
                StoreErrorKind::Damaged => self.fill_anew(runtime).await,
                StoreErrorKind::Unavailable | StoreErrorKind::Full => Err(error),
            };
            self.note(runtime, &mut progress, result);
            Vec::new()
        })
    }

    fn suspend<'a>(&'a self, runtime: &'a Runtime) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            self.write(runtime).await;
            let mut progress = self.progress.lock().await;
            if let Err(error) = self.store.close().await {
                self.note(runtime, &mut progress, Err(error));
            }
        })
    }

    fn run(self: Arc<Self>, runtime: Weak<Runtime>, behind: Arc<Notify>) -> BoxFuture<'static, ()> {
        Box::pin(async move {
            while let Some(runtime) = runtime.upgrade() {
                self.load_once(&runtime).await;
                let (is_suspended, is_closed) = {
                    let state = &runtime.lock().state;
                    (state.unkept.is_suspended, state.machine.is_closed())
                };
                // What is queued when the client ends goes into the store still.
                let is_kept = is_suspended && !is_closed || self.write(&runtime).await;
                if is_closed {
                    break;
                }
                drop(runtime);
                if is_kept {
                    behind.notified().await;
                } else {
                    platform::sleep_ms(STORE_AGAIN_MS).await;
                }
            }
            // The next client finds it free. What cannot be let go of ends with the program.
            let _ = self.store.close().await;
        })
    }
}

impl Runtime {
    pub(crate) async fn suspend(&self) {
        self.set_network_online(false);
        if let Some(keeper) = &self.keeper {
            self.update(|state, _, _| state.unkept.is_suspended = true);
            keeper.suspend(self).await;
        }
    }

    /// Something happened to the store: writing to it tells what, and repairs it.
    pub(crate) fn check_storage(&self) {
        self.update(|state, _, _| state.check_store());
    }

    pub(crate) fn resume(&self) {
        self.update(|state, _, _| state.unkept.is_suspended = false);
        self.set_network_online(true);
    }
}
