//! The store: loaded once at the start, then written whenever it is behind.
//!
//! One task does it, one call after the other, while the client goes on. Nothing here decides what
//! is kept; that is noted by the state.

use std::sync::{Arc, Weak};

use tokio::sync::{MutexGuard, Notify};

use super::Runtime;
use crate::{platform, store::StoreError};

/// How long a store that failed is left alone. What is not written is only fetched again later.
const STORE_AGAIN_MS: u64 = 5_000;

/// What is known of the store. Whoever holds it has the store to themselves.
#[derive(Debug, Default)]
pub(super) struct Keeping {
    is_loaded: bool,
    is_failing: bool,
}

impl Keeping {
    /// Logs the first failure of a row; true if it worked.
    fn note(&mut self, result: Result<(), StoreError>) -> bool {
        let was_failing = self.is_failing;
        self.is_failing = result.is_err();
        if let (Err(error), false) = (&result, was_failing) {
            tracing::warn!(%error, "the next start will fetch again what is not kept");
        }
        result.is_ok()
    }
}

impl Runtime {
    /// Shows what was kept. Only the first call does anything; others wait for it.
    pub(super) async fn load_kept(&self) {
        let mut keeping = self.keeping.lock().await;
        if keeping.is_loaded {
            return;
        }
        if !self.credentials.can_ask() {
            self.update(|state, _, _| state.unkept.clear());
        }
        let is_wanted = !self.lock().state.unkept.is_clear_due();
        if is_wanted {
            let loaded = self.store.load().await;
            self.update(|state, _, _| match loaded {
                // Somebody signed out while it was read.
                _ if state.unkept.is_clear_due() => {}
                Ok(Some(kept)) => state.restore(kept),
                Ok(None) => {}
                Err(error) => {
                    keeping.note(Err(error));
                    state.unkept.clear();
                }
            });
        }
        keeping.is_loaded = true;
    }

    /// Forgets what is kept, if that is due; true if nothing is left to forget.
    pub(super) async fn clear_kept(&self) -> bool {
        self.clear_due(&mut self.keeping.lock().await).await
    }

    async fn clear_due(&self, keeping: &mut MutexGuard<'_, Keeping>) -> bool {
        if !self.lock().state.unkept.is_clear_due() {
            return true;
        }
        let result = self.store.clear().await;
        let is_cleared = keeping.note(result);
        if is_cleared {
            self.lock().state.unkept.cleared();
        }
        is_cleared
    }

    /// Brings the store up to now; false if it failed.
    async fn write_kept(&self) -> bool {
        let mut keeping = self.keeping.lock().await;
        if !self.clear_due(&mut keeping).await {
            return false;
        }
        let changes = {
            let mut inner = self.lock();
            // After the end the store may be another client's.
            let is_open = !inner.state.machine.is_closed();
            is_open.then(|| inner.state.take_unkept()).flatten()
        };
        let Some(changes) = changes else {
            return true;
        };
        let result = self.store.write(&changes).await;
        if result.is_err() {
            self.lock().state.put_back(changes);
        }
        keeping.note(result)
    }
}

/// Loads, then writes whenever something changed. Ends with the client.
pub(super) async fn keep(runtime: Weak<Runtime>, behind: Arc<Notify>) {
    if let Some(runtime) = runtime.upgrade() {
        runtime.load_kept().await;
    }
    loop {
        let Some(runtime) = runtime.upgrade() else {
            return;
        };
        let is_kept = runtime.write_kept().await;
        if runtime.lock().state.machine.is_closed() {
            return;
        }
        drop(runtime);
        if is_kept {
            behind.notified().await;
        } else {
            platform::sleep_ms(STORE_AGAIN_MS).await;
        }
    }
}
